import { describe, expect, it } from 'vitest'
import { MAX_COLUMNS, MAX_RECORD_BYTES } from '../../../shared/csv/limits.ts'
import { readBatches, readRecords } from '../../../shared/csv/reader.ts'
import {
  cellsOf,
  collect,
  inChunks,
  readFile,
  readPart,
  refusal,
  sniffFile,
  utf16,
} from '../../support/csv.ts'

const START = { byte: 0, line: 1 }
const COMMA = { encoding: 'utf-8', delimiter: ',' } as const

const rows = async (text: string, sizes?: number): Promise<string[][]> =>
  cellsOf(await readFile(Buffer.from(text), sizes))

/** Every way of cutting a short file in two, and one byte at a time. */
const CUTS = (length: number) => [[1], ...Array.from({ length: length - 1 }, (_, at) => [at + 1, length])]

describe('readRecords', () => {
  it('I1: reads quoted cells with delimiters, quotes and line breaks', async () => {
    expect(await rows('a,b\r\n"x, ""y"" z","1\r\n2\n3"\r\n')).toEqual([
      ['a', 'b'],
      ['x, "y" z', '1\r\n2\n3'],
    ])
  })

  it.each(['\n', '\r\n', '\r'])('I1: ends rows at %j, also where a chunk ends within it', async (end) => {
    const file = Buffer.from(['Email,b', 'Zoë,"é"', '"1', '2",3', ''].join(end))
    const expected = [
      ['Email', 'b'],
      ['Zoë', 'é'],
      [`1${end}2`, '3'],
    ]
    for (const sizes of CUTS(file.length))
      expect(cellsOf(await readFile(file, sizes)), String(sizes)).toEqual(expected)
  })

  it('I1: reads a file whose line ends are mixed', async () => {
    expect(await rows('a,b\n1,2\r\n3,4\r5,6')).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
      ['5', '6'],
    ])
  })

  it('I1: reads UTF-16 of both kinds, whatever the chunks cut', async () => {
    for (const endian of ['le', 'be'] as const) {
      const file = utf16('Email;b\r\n"∀Ċ";"😀\r\n"\r\nĊ;∀\r\n', endian)
      for (const sizes of CUTS(file.length)) {
        expect(cellsOf(await readFile(file, sizes)), `${endian} ${sizes}`).toEqual([
          ['Email', 'b'],
          ['∀Ċ', '😀\r\n'],
          ['Ċ', '∀'],
        ])
      }
    }
  })

  it('I3: says of each row on which line of the file it begins', async () => {
    const file = '\ufeffsep=,\r\n\r\nEmail,b\r\n"1\r\n\r\n2","3\n4\r5"\r\n\r\n\r\nx,y\r\n\r\n"z",\r\n\r\n'
    for (const sizes of [1, 2, 3, 1000]) {
      const records = await readFile(Buffer.from(file), sizes)
      expect(records.map(({ cells, line }) => [cells[0], line])).toEqual([
        ['Email', 3],
        ['1\r\n\r\n2', 4],
        ['x', 11],
        ['z', 13],
      ])
    }
  })

  it('I6: gives offsets in the file at which each row can be read alone', async () => {
    const text = '\n\nEmail,b\r\n"Zoë\r\n😀",1\n\r\n\nλ,"2"\r\n,\nlast,row'
    for (const file of [
      Buffer.from(text),
      Buffer.from(`\ufeff${text}`),
      utf16(text, 'le'),
      utf16(text, 'be'),
    ]) {
      const dialect = sniffFile(file)
      for (const sizes of [1, 3, 1000]) {
        const records = await readFile(file, sizes)
        expect(records).toHaveLength(4)
        for (const record of records) {
          const alone = await readPart(
            file,
            dialect,
            { byte: record.startByte, line: record.line },
            record.endByte,
            sizes,
          )
          expect(alone).toEqual([record])
        }
        expect(records.at(-1)?.endByte).toBe(file.length)
      }
    }
  })

  it('I6: goes on from where a row ended, blank lines or not', async () => {
    const file = Buffer.from('Email,b\r\n1,2\r\n\r\n\r\n3,"4\r\n5"\r\n6,7')
    const dialect = sniffFile(file)
    const [, first, ...rest] = await readFile(file)
    expect(await readPart(file, dialect, { byte: first?.endByte ?? 0, line: 3 })).toEqual(rest)
  })

  it('I3: keeps a row that has fewer or more cells than the header', async () => {
    expect(await rows('a,b,c\n1\n1,2,3,4\n,2,\n1,2,3\n')).toEqual([
      ['a', 'b', 'c'],
      ['1'],
      ['1', '2', '3', '4'],
      ['', '2'],
      ['1', '2', '3'],
    ])
  })

  it('I3: takes a quotation mark within an unquoted cell as it stands', async () => {
    expect(await rows('a,b\n5" pipe,Jan "Jantje" Jansen\n x "y",\n')).toEqual([
      ['a', 'b'],
      ['5" pipe', 'Jan "Jantje" Jansen'],
      ['x "y"'],
    ])
  })

  it('I1: takes a quoted cell that begins with a quotation mark', async () => {
    expect(await rows('a,b\n"""Bob"" B.","""\n"""\n')).toEqual([
      ['a', 'b'],
      ['"Bob" B.', '"\n"'],
    ])
  })

  it('skips blank lines, however many', async () => {
    for (const sizes of [999, 1000]) {
      const records = await readFile(Buffer.from(`a,b\n${'\r\n'.repeat(MAX_RECORD_BYTES)}1,2\n`), sizes)
      expect(records.map(({ line }) => line)).toEqual([1, MAX_RECORD_BYTES + 2])
    }
  })
})

describe('a file that cannot be read', () => {
  it.each([
    ['a quote that is never closed', 'a,b\nx,y\nz,"q\nw\n', 'unclosed_quote 3:2'],
    ['a quote that is never closed behind a cell of two lines', 'a,b\n"1\n2","q\nw\n', 'unclosed_quote 3:2'],
    ['a quote that swallows rows up to the next one', 'a,b\nx,"y\nz,"w"\n', 'invalid_quote 2:2'],
    ['text behind a closing quote', 'a,b\n"1\r\n2","y"x\n', 'invalid_quote 3:2'],
    ['a NUL', 'a,b\nx,y\nz,\0\n', 'binary_file 3:2'],
    [
      'a row of too many columns',
      `a,b\n1,2\n${','.repeat(MAX_COLUMNS)}x\n`,
      `too_many_columns 3:${MAX_COLUMNS + 1}`,
    ],
    ['a row of nothing but delimiters', `a\n${','.repeat(500_000)}`, `too_many_columns 2:${MAX_COLUMNS + 1}`],
    ['a row of nothing but quotes', `a\nx,${'""'.repeat(100_000)}`, 'row_too_long 2:2'],
    ['a cell that is too long', `a,b\nx,y\nz,${'w'.repeat(MAX_RECORD_BYTES)},\n`, 'row_too_long 3:2'],
    ['a quoted cell that is too long', `a,b\nx,y\n"${'w\n'.repeat(MAX_RECORD_BYTES)}"\n`, 'row_too_long 3:1'],
    [
      'a row that is too long by all its cells',
      `a\n${`${'é'.repeat(999)},`.repeat(60)}`,
      'row_too_long 2:33',
    ],
  ])('I2: is refused for %s, with line and column', async (_, text, expected) => {
    for (const sizes of [100, 1000, 65_536, 10_000_000]) expect(await refusal(text, sizes)).toBe(expected)
    if (text.length < 100) expect(await refusal(text, 1)).toBe(expected)
  })

  it('I2: is refused for the same reason in UTF-16', async () => {
    expect(await refusal(utf16('a;b\nx;y\nz;"q\nw\n', 'le'))).toBe('unclosed_quote 3:2')
    expect(await refusal(utf16('a;b\nx;"y\nz;"w"\n', 'be'))).toBe('invalid_quote 2:2')
    expect(await refusal(utf16('a;b\nx;\0\n', 'be'))).toBe('binary_file 2:2')
  })

  it('I2: takes rows up to the limit and none beyond it, in every encoding', async () => {
    const row = (bytes: number): string => `a,b\n${'é'.repeat(bytes / 2 - 1)}\r\nx,y\n`
    expect(await refusal(row(MAX_RECORD_BYTES))).toBeUndefined()
    // Chunks of one byte around the row's end, where csv-parse waits for what follows.
    expect(await refusal(row(MAX_RECORD_BYTES), [MAX_RECORD_BYTES, ...Array(20).fill(1)])).toBeUndefined()
    expect(await refusal(row(MAX_RECORD_BYTES + 2))).toBe('row_too_long 2:1')
    expect(await refusal(utf16(row(MAX_RECORD_BYTES), 'le'), 1000)).toBeUndefined()
    expect(await refusal(utf16(row(MAX_RECORD_BYTES + 2), 'le'), 1000)).toBe('row_too_long 2:1')
    expect(await refusal(`a\n${','.repeat(MAX_COLUMNS - 1)}\n`)).toBeUndefined()
  })

  it.each([
    [
      'Windows-1252 with a byte that it has no character for',
      Buffer.from('a;b\nZo\xeb;\x8d\n', 'latin1'),
      '2:2',
    ],
    ['UTF-8 with a byte of Windows-1252', Buffer.from('a;b\nZo\xc3\xab;Zo\xeb\n', 'latin1'), '2:2'],
    ['UTF-8 that ends within a character', Buffer.from('a;b\nc;é').subarray(0, -1), '2:2'],
    ['UTF-8 that encodes a surrogate', Buffer.from('613b620a63eda0800a', 'hex'), '2:1'],
    ['UTF-16 that ends within a unit', utf16('a;b\nc;d', 'le').subarray(0, -1), '2:2'],
    ['UTF-16 with half a pair', utf16('a;b\nc;"\n\ud83d"', 'be'), '3:2'],
    ['UTF-16 that ends within a pair', utf16('a;b\n\ud83d', 'le'), '2:1'],
  ])('I2: is refused for %s, with line and column', async (_, file, at) => {
    for (const sizes of [1, 2, 3, 1000]) expect(await refusal(file, sizes)).toBe(`invalid_encoding ${at}`)
  })

  it('I2: says in one sentence what is wrong, and where', async () => {
    await expect(readFile(Buffer.from('Email\nZo\xeb', 'latin1'))).rejects.toThrow(
      'Line 2, column 1: the text is not UTF-8. Save the file as “CSV UTF-8” and upload it again.',
    )
    await expect(readFile(Buffer.from('Email\n"Zoë'))).rejects.toThrow(
      'Line 2, column 1: a quotation mark (") is opened here and never closed.',
    )
  })

  it('I2: gives the rows before the fault, then the fault', async () => {
    for (const sizes of [1, 1000]) {
      const seen: string[][] = []
      const reading = async () => {
        for await (const { cells } of readRecords(
          inChunks(Buffer.from('a,b\n1,2\n"3\n"4,\n5,6\n'), sizes),
          COMMA,
          START,
        ))
          seen.push(cells)
      }
      await expect(reading()).rejects.toThrow('Line 3, column 1')
      expect(seen).toEqual([
        ['a', 'b'],
        ['1', '2'],
      ])
    }
  })
})

describe('the source', () => {
  const endless = () => {
    const state = { chunks: 0, isEnded: false }
    async function* chunks(): AsyncGenerator<Buffer> {
      try {
        for (;;) {
          state.chunks++
          yield Buffer.from('1,2\n3,4\n')
        }
      } finally {
        state.isEnded = true
      }
    }
    return { state, chunks: chunks() }
  }

  it('I6: is read no further than the rows are taken', async () => {
    const { state, chunks } = endless()
    const records = readRecords(chunks, COMMA, START)
    for (let row = 0; row < 20; row++) await records.next()
    // csv-parse holds the last row of a chunk back until it sees what follows.
    expect(state.chunks).toBeLessThanOrEqual(11)
    await records.return()
  })

  it('is ended when the reader is, early or by a fault', async () => {
    const early = endless()
    for await (const _ of readRecords(early.chunks, COMMA, START)) break
    expect(early.state.isEnded).toBe(true)

    const faulty = endless()
    const throwing = async () => {
      for await (const _ of readRecords(faulty.chunks, COMMA, START))
        throw new Error('the row could not be handled')
    }
    await expect(throwing()).rejects.toThrow('the row could not be handled')
    expect(faulty.state.isEnded).toBe(true)

    let isEnded = false
    async function* binary(): AsyncGenerator<Buffer> {
      try {
        yield Buffer.from('1\0')
        yield Buffer.from('2')
      } finally {
        isEnded = true
      }
    }
    await expect(collect(readRecords(binary(), COMMA, START))).rejects.toThrow('no text')
    expect(isEnded).toBe(true)
  })

  it('I6: passes its own failure on', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('a,b\n1,2\n')
      throw new Error('connection reset')
    }
    await expect(collect(readRecords(broken(), COMMA, START))).rejects.toThrow('connection reset')
  })

  it('I6: is parsed in pieces, so that one huge chunk makes no huge batch', async () => {
    const file = Buffer.from('a,b\n'.repeat(100_000))
    const sizes: number[] = []
    for await (const batch of readBatches(inChunks(file, file.length), COMMA, START)) sizes.push(batch.length)
    expect(Math.max(...sizes)).toBeLessThan(20_000)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(100_000)
  })
})
