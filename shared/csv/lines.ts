const CR = 0x0d
const LF = 0x0a

const LINE_BREAK = /\r\n|\n|\r/g

/** Counts line breaks as editors and csv-parse do: CRLF is one. */
export function countLineBreaks(text: string): number {
  return text.match(LINE_BREAK)?.length ?? 0
}

const isBreak = (byte: number | undefined): boolean => byte === CR || byte === LF

const BLANKS = /^\s*$/u

/**
 * The number of bytes at the start that are blank lines, as csv-parse sees them: a delimiter isn't blank. A CR at the
 * end, which may be half of a CRLF, is left for the next call, or it would be counted twice.
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

/** The physical line after a row, whose cells may span several lines. */
export function lineAfter({
  line,
  cells,
}: {
  readonly line: number
  readonly cells: readonly string[]
}): number {
  return line + 1 + cells.reduce((sum, cell) => sum + countLineBreaks(cell), 0)
}
