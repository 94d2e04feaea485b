import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chunkRecords } from '../../../shared/csv/chunks.ts'
import { readRecords } from '../../../shared/csv/reader.ts'
import { cellsOf, collect, headerStart, inChunks, readFile, readPart, sniffFile } from '../../support/csv.ts'
import { asRead, encode, writtenTables } from '../../support/csv-tables.ts'

/** What breaks parsers more often than any other text would. */
const cell = fc.oneof(
  fc.string({
    unit: fc.constantFrom(
      'a',
      '"',
      ',',
      ';',
      '\t',
      '\n',
      '\r',
      '\r\n',
      "'",
      ' ',
      '\ufeff',
      'é',
      'Ċ',
      '∀',
      '∢',
      '😀',
      '𐀊',
      '|',
    ),
    maxLength: 8,
  }),
  fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.replaceAll('\0', '')),
)

const table = fc
  .integer({ min: 1, max: 5 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width + 1 }), { maxLength: 12 }))

const written = writtenTables(
  table,
  fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
).map(({ rows, text, encoding, ...how }) => ({ ...how, rows: asRead(rows), file: encode(text, encoding) }))

describe('readRecords', () => {
  it('I1: any table in any dialect and encoding comes back, however it is chunked', async () => {
    await fc.assert(
      fc.asyncProperty(written, async ({ rows, file, sizes, delimiter }) => {
        expect(sniffFile(file).delimiter).toBe(delimiter)
        expect(cellsOf(await readFile(file, sizes))).toEqual(rows)
      }),
      { numRuns: 400 },
    )
  })

  it('I6: reading on from where any row ended gives the rest, with the same lines and offsets', async () => {
    await fc.assert(
      fc.asyncProperty(written, fc.nat(), async ({ file, sizes }, pick) => {
        const dialect = sniffFile(file)
        const records = await readFile(file, sizes)
        const index = pick % records.length
        const next = records[index + 1]
        const from = next ? { byte: next.startByte, line: next.line } : { byte: file.length, line: 1 }
        expect(await readPart(file, dialect, from, file.length, sizes)).toEqual(records.slice(index + 1))
        const rest = await readPart(
          file,
          dialect,
          { byte: records[index]?.endByte ?? 0, line: 1 },
          file.length,
          sizes,
        )
        expect(rest.map(({ startByte, endByte }) => [startByte, endByte])).toEqual(
          records.slice(index + 1).map(({ startByte, endByte }) => [startByte, endByte]),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('I6: any cut into ranges, each read alone, gives every row once', async () => {
    await fc.assert(
      fc.asyncProperty(
        written,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 200 }),
        async ({ file, sizes }, maxRows, maxBytes) => {
          const dialect = sniffFile(file)
          const from = headerStart(dialect)
          const source = inChunks(file.subarray(from.byte), sizes)
          const ranges = await collect(
            chunkRecords(readRecords(source, dialect, from), { maxRows, maxBytes }),
          )
          const parts = []
          for (const { startByte, endByte, firstLine, rows } of ranges) {
            const part = await readPart(file, dialect, { byte: startByte, line: firstLine }, endByte)
            expect(part).toHaveLength(rows)
            expect(rows === 1 || endByte - startByte <= maxBytes).toBe(true)
            parts.push(...part)
          }
          expect(parts).toEqual(await readFile(file))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('I2: any bytes are read or refused alike, however they are chunked, and nothing else is thrown', async () => {
    const soup = fc.array(
      fc.constantFrom(0x61, 0x22, 0x22, 0x2c, 0x0a, 0x0d, 0xc3, 0xa9, 0xe2, 0x88, 0x80, 0x00, 0xff),
      { maxLength: 40 },
    )
    const outcome = async (file: Buffer, sizes: number | number[]): Promise<unknown> => {
      const seen: unknown[] = []
      try {
        const source = inChunks(file, sizes)
        for await (const record of readRecords(
          source,
          { encoding: 'utf-8', delimiter: ',' },
          { byte: 0, line: 1 },
        ))
          seen.push(record)
        return seen
      } catch (error) {
        // Which of the last rows came out before the fault depends on how far csv-parse could look ahead.
        return error instanceof Error ? { name: error.name, message: error.message } : error
      }
    }
    await fc.assert(
      fc.asyncProperty(
        soup,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
        async (bytes, sizes) => {
          const file = Buffer.from(bytes)
          const whole = await outcome(file, 1000)
          expect(await outcome(file, sizes)).toEqual(whole)
          if (!Array.isArray(whole)) expect(whole).toMatchObject({ name: 'CsvError' })
        },
      ),
      { numRuns: 2000 },
    )
  })
})
