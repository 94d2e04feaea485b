const CR = 0x0d
const LF = 0x0a

const LINE_BREAK = /\r\n|\n|\r/g

/** Line breaks as editors and csv-parse's record delimiters see them: CRLF is one. */
export function countLineBreaks(text: string): number {
  return text.match(LINE_BREAK)?.length ?? 0
}

const isBreak = (byte: number | undefined): boolean => byte === CR || byte === LF

const BLANKS = /^\s*$/u

/**
 * How many bytes at the beginning are lines with nothing but blanks in them, as csv-parse sees them: a delimiter is none.
 * What may be the first half of a CRLF waits for the other half, or would be counted twice.
 */
export function blankLinesBytes(utf8: Buffer, delimiter: string): number {
  let length = 0
  for (;;) {
    let end = length
    while (end < utf8.length && !isBreak(utf8[end])) end++
    if (end === utf8.length) return length
    const line = utf8.toString('utf8', length, end)
    if (!BLANKS.test(line) || line.includes(delimiter)) return length
    if (utf8[end] === CR && end + 1 === utf8.length) return length
    length = utf8[end] === CR && utf8[end + 1] === LF ? end + 2 : end + 1
  }
}

export const endsInLineBreak = (bytes: Uint8Array): boolean => isBreak(bytes.at(-1))

/** The physical line behind a row: cells of several lines included. */
export function lineAfter({
  line,
  cells,
}: {
  readonly line: number
  readonly cells: readonly string[]
}): number {
  return line + 1 + cells.reduce((sum, cell) => sum + countLineBreaks(cell), 0)
}
