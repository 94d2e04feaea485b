const CR = 0x0d
const LF = 0x0a

const LINE_BREAK = /\r\n|\n|\r/g

/** Line breaks as editors and csv-parse's record delimiters see them: CRLF is one. */
export function countLineBreaks(text: string): number {
  return text.match(LINE_BREAK)?.length ?? 0
}

const isBreak = (byte: number | undefined): boolean => byte === CR || byte === LF

/** How many of the bytes at the beginning are line breaks. */
export function leadingBreakBytes(bytes: Uint8Array): number {
  let length = 0
  while (isBreak(bytes[length])) length++
  return length
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
