import type { CsvRecord } from './records.ts'

export interface RecordRange {
  /** Offsets in the file's bytes. Only blank lines stand between the end of a range and the start of the next. */
  readonly startByte: number
  readonly endByte: number
  /** The line on which the first row begins. With `startByte` it is all that is needed to read the range by itself. */
  readonly firstLine: number
  readonly rows: number
}

export interface RangeLimits {
  /** At least 1. */
  readonly maxRows: number
  /** A row longer than this becomes a range of its own. */
  readonly maxBytes: number
}

/**
 * Splits the rest of a file into ranges that can be processed independently. Holds one range's numbers in memory, and
 * no rows.
 */
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
