import assert from 'node:assert/strict'
import Papa from 'papaparse'
import { CsvError } from '../../shared/csv/errors.ts'
import { MAX_COLUMNS, MAX_RECORD_BYTES } from '../../shared/csv/limits.ts'
import type { CsvRecord } from '../../shared/csv/reader.ts'
import { headerStart, readFile, readPart, sniffFile } from '../support/csv.ts'
import { asRead, encode, shows, type Written } from '../support/csv-tables.ts'

type Read = { readonly records: readonly CsvRecord[] } | { readonly error: CsvError }

/** Reads the file in pieces of these sizes. Any exception other than `CsvError` is a bug of the reader. */
async function read(file: Buffer, sizes: readonly number[]): Promise<Read> {
  try {
    return { records: await readFile(file, sizes) }
  } catch (error) {
    if (error instanceof CsvError) return { error }
    throw error
  }
}

/** Parses the same text by a parser that shares no code with ours. It treats `sep=` as a row, and keeps blanks. */
function byAnotherParser(text: string, delimiter: string): readonly (readonly string[])[] | undefined {
  const { data, errors } = Papa.parse<string[]>(text.replace(/^sep=.(?:\r\n|\n|\r)/, ''), {
    delimiter,
    newline: lineEndOf(text),
  })
  return errors.length === 0 ? data : undefined
}

function lineEndOf(text: string): '\r\n' | '\n' | '\r' {
  // The line break that ends the header, whose cells contain none.
  const found = /\r\n|\n|\r/.exec(text)?.[0]
  return found === '\r\n' || found === '\r' ? found : '\n'
}

/**
 * I1, I2: a sound file is read as it was written, and as another parser reads it; files just within a limit are
 * accepted, and those just beyond are refused.
 */
export async function checkSound(file: Written): Promise<void> {
  const got = await read(encode(file.text, file.encoding), file.sizes)
  const isTooLong = file.rowBytes.some((bytes) => bytes > MAX_RECORD_BYTES)
  const isTooWide = file.rows.some((row) => (asRead([row])[0]?.length ?? 0) > MAX_COLUMNS)
  if ('error' in got) {
    const expected = [...(isTooWide ? ['too_many_columns'] : []), ...(isTooLong ? ['row_too_long'] : [])]
    assert.ok(expected.includes(got.error.code), `refused a sound file: ${got.error.message}`)
    return
  }
  assert.ok(!isTooWide, 'took a row with too many columns')
  assert.ok(!isTooLong, 'took a row that is too long')
  const cells = got.records.map((record) => record.cells)
  assert.deepEqual(asRead(cells), asRead(file.rows))
  const other = byAnotherParser(file.text, file.delimiter)
  if (other !== undefined) assert.deepEqual(asRead(cells), asRead(other))
}

const lineBreaks = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0

/**
 * I2, I3, I6: any bytes are read or refused alike, in whatever pieces they arrive, and the rows account for every
 * byte.
 */
export async function checkDamaged(file: Buffer, sizes: readonly number[]): Promise<void> {
  const got = await read(file, sizes)
  const whole = await read(file, [file.length + 1])
  if ('error' in got) {
    assert.ok('error' in whole, `refused in pieces alone: ${got.error.message}`)
    assert.equal(got.error.message, whole.error.message)
    assert.ok(got.error.line >= 1 && got.error.column >= 1, 'a refusal names a line and a column')
    return
  }
  assert.ok('records' in whole, 'refused as a whole alone')
  assert.deepEqual(got.records, whole.records)
  await checkPlaces(file, got.records)
}

/**
 * Each row begins where the one before ended (except for blank lines), on the line that it names, and can be read
 * alone.
 */
async function checkPlaces(file: Buffer, records: readonly CsvRecord[]): Promise<void> {
  const dialect = sniffFile(file)
  const decode = (from: number, to: number): string => {
    const part = file.subarray(from, to)
    switch (dialect.encoding) {
      case 'utf-8':
        return part.toString()
      case 'windows-1252':
        return part.toString('latin1')
      case 'utf-16le':
        return part.toString('utf16le')
      case 'utf-16be':
        return Buffer.from(part).swap16().toString('utf16le')
    }
  }
  let end = headerStart(dialect).byte
  for (const [index, record] of records.entries()) {
    assert.ok(record.startByte >= end, 'rows overlap')
    const between = decode(end, record.startByte)
    assert.ok(!shows(between.replace(/[",;\t]/g, '')), `bytes are lost: ${JSON.stringify(between)}`)
    assert.equal(
      record.line,
      1 + lineBreaks(decode(dialect.bomBytes, record.startByte)),
      `line of row ${index}`,
    )
    end = record.endByte
  }
  const rest = decode(end, file.length)
  assert.ok(!shows(rest.replace(/[",;\t]/g, '')), `bytes at the end are lost: ${JSON.stringify(rest)}`)
  const middle = records[Math.floor(records.length / 2)]
  if (middle === undefined) return
  const from = { byte: middle.startByte, line: middle.line }
  assert.deepEqual(await readPart(file, dialect, from), records.slice(Math.floor(records.length / 2)))
}
