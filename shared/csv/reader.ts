import { createDecoder } from './decoder.ts'
import type { Dialect } from './dialect.ts'
import { NotUtf8 } from './errors.ts'
import { PARSE_BYTES } from './limits.ts'
import { type CsvRecord, type ReadFrom, RecordParser } from './records.ts'

export type { CsvRecord, ReadFrom } from './records.ts'

/**
 * The rows of a file from a row's beginning on, in the batches in which they come to be: those that end in one piece of
 * at most `PARSE_BYTES`. The next piece is read when the batch was taken, so no more than that is held; ending the
 * iteration early ends the source. Blank lines are no rows.
 *
 * @param source the file's bytes from `from.byte` on, up to its end or up to another row's beginning
 * @throws CsvError after the rows before it, where the file can't be read
 */
export async function* readBatches(
  source: AsyncIterable<Uint8Array>,
  dialect: Pick<Dialect, 'encoding' | 'delimiter'>,
  from: ReadFrom,
): AsyncGenerator<CsvRecord[], void, undefined> {
  const decoder = createDecoder(dialect.encoding)
  const parser = new RecordParser(dialect, from)
  try {
    for await (const chunk of source) {
      for (let start = 0; start < chunk.length; start += PARSE_BYTES) {
        const { utf8, fault, mayBeWindows1252 } = decoder.decode(chunk.subarray(start, start + PARSE_BYTES))
        const error = await parser.feed(utf8)
        const batch = parser.take()
        if (batch.length > 0) yield batch
        if (error) throw error
        if (fault) throw mayBeWindows1252 ? new NotUtf8(parser.textFault(fault)) : parser.textFault(fault)
      }
    }
    const fault = decoder.end()
    if (fault) throw parser.textFault(fault)
    const error = await parser.end()
    const batch = parser.take()
    if (batch.length > 0) yield batch
    if (error) throw error
  } finally {
    parser.destroy()
  }
}

/** As `readBatches`, row by row: for whoever needn't care about a microsecond a row. */
export async function* readRecords(
  source: AsyncIterable<Uint8Array>,
  dialect: Pick<Dialect, 'encoding' | 'delimiter'>,
  from: ReadFrom,
): AsyncGenerator<CsvRecord, void, undefined> {
  for await (const batch of readBatches(source, dialect, from)) yield* batch
}
