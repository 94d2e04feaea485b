/** Limits of the comparison: some domains have a hundred records, and one may have 64 KiB. */
const MAX_RECORDS = 100
const MAX_COMPARED_LENGTH = 512
const MAX_SHOWN_LENGTH = 200
/** Characters in a row that must be equal; fewer are chance. */
const LEAST_ALIKE = 8

const CONTROLS = /\p{Cc}+/gu

/** Length of the longest common substring, ignoring case. */
function alike(a: string, b: string): number {
  let before = new Uint16Array(b.length + 1)
  let longest = 0
  for (const one of a.split('')) {
    const now = new Uint16Array(b.length + 1)
    b.split('').forEach((other, n) => {
      if (one !== other) return
      const run = (before[n] ?? 0) + 1
      now[n + 1] = run
      longest = Math.max(longest, run)
    })
    before = now
  }
  return longest
}

/** Makes a record safe to show: it was written by whoever owns the domain. */
function shown(record: string): string {
  const text = record.toWellFormed().replace(CONTROLS, ' ')
  return text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH).toWellFormed()}…` : text
}

/** D1: the TXT record most like the expected one; `undefined` if none is similar. */
export function nearestRecord(expected: string, records: readonly string[]): string | undefined {
  const wanted = expected.toLowerCase()
  let best: { readonly record: string; readonly score: number } | undefined
  for (const record of records.slice(0, MAX_RECORDS)) {
    const score = alike(wanted, record.slice(0, MAX_COMPARED_LENGTH).toLowerCase())
    if (score >= LEAST_ALIKE && score > (best?.score ?? 0)) best = { record, score }
  }
  return best && shown(best.record)
}
