import type { CsvRecord } from './records.ts'

export interface RecordRange {
  /** Offsets in the file's own bytes. Between one range's end and the next one's start stand blank lines at most. */
  readonly startByte: number
  readonly endByte: number
  /** Line on which the first row begins: with `startByte`, from where to read the range alone. */
  readonly firstLine: number
  readonly rows: number
}

export interface RangeLimits {
  /** At least 1. */
  readonly maxRows: number
  /** A single row that is longer makes a range of its own. */
  readonly maxBytes: number
}

/** Cuts the rest of a file into ranges to be worked on apart. Holds one range's numbers and no rows. */
export async function* chunkRecords(
  records: AsyncIterable<CsvRecord>,
  { maxRows, maxBytes }: RangeLimits,
): AsyncGenerator<RecordRange, void, undefined> {
  let range: { startByte: number; endByte: number; firstLine: number; rows: number } | undefined
  for await (const { line, startByte, endByte } of records) {
    if (range && range.rows < maxRows && endByte - range.startByte <= maxBytes) {
      range.endByte = endByte
      range.rows++
      continue
    }
    if (range) yield range
    range = { startByte, endByte, firstLine: line, rows: 1 }
  }
  if (range) yield range
}
