import { type Dialect, sniff } from '../../shared/csv/dialect.ts'
import { CsvError } from '../../shared/csv/errors.ts'
import { SNIFF_BYTES } from '../../shared/csv/limits.ts'
import { type CsvRecord, type ReadFrom, readRecords } from '../../shared/csv/reader.ts'

/** The bytes as a stream, in chunks of one size, or of these sizes in turn. */
export async function* inChunks(
  bytes: Uint8Array,
  sizes: number | readonly number[] = 64 * 1024,
): AsyncGenerator<Uint8Array> {
  const turns = typeof sizes === 'number' ? [sizes] : sizes
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const size = turns[turn % turns.length] ?? 1
    // A copy with unused bytes around it, as in a pooled buffer, so that offsets into the underlying memory would be
    // wrong.
    const chunk = Buffer.concat([
      Buffer.from('?'),
      bytes.subarray(start, start + size),
      Buffer.from('?'),
    ]).subarray(1, -1)
    yield chunk
    start += size
  }
}

/** Encodes a text as UTF-16 with a byte order mark. */
export function utf16(text: string, endian: 'le' | 'be'): Buffer {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le')
  return endian === 'le' ? bytes : bytes.swap16()
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

export const headerStart = (dialect: Dialect): ReadFrom => ({
  byte: dialect.headerByte,
  line: dialect.headerLine,
})

export const sniffFile = (file: Uint8Array): Dialect => sniff(file.subarray(0, SNIFF_BYTES))

/** The rows from the start of a row up to `end`; includes the header row if it starts there. */
export const readPart = (
  file: Uint8Array,
  dialect: Dialect,
  from: ReadFrom,
  end: number = file.length,
  sizes?: number | readonly number[],
): Promise<CsvRecord[]> => collect(readRecords(inChunks(file.subarray(from.byte, end), sizes), dialect, from))

/** All rows of a file, its header row first. */
export const readFile = (file: Uint8Array, sizes?: number | readonly number[]): Promise<CsvRecord[]> => {
  const dialect = sniffFile(file)
  return readPart(file, dialect, headerStart(dialect), file.length, sizes)
}

export const cellsOf = (records: readonly CsvRecord[]): string[][] => records.map(({ cells }) => cells)

/** The cells of a file whose rows all have the same number of them, header first. */
export async function tableOf(file: Uint8Array): Promise<string[][]> {
  const rows = cellsOf(await readFile(file))
  const width = rows[0]?.length ?? 0
  return rows.map((cells) => [...cells, ...Array<string>(Math.max(width - cells.length, 0)).fill('')])
}

/** Why the file is refused, as `code line:column`; `undefined` if it can be read to its end. */
export async function refusal(
  file: Uint8Array | string,
  sizes?: number | readonly number[],
): Promise<string | undefined> {
  try {
    await readFile(Buffer.from(file), sizes)
    return undefined
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return `${error.code} ${error.line}:${error.column}`
  }
}
