import { describe, expect, it } from 'vitest'
import { chunkRecords } from '../../../shared/csv/chunks.ts'
import { readRecords } from '../../../shared/csv/reader.ts'
import { collect, inChunks } from '../../support/csv.ts'

const COMMA = { encoding: 'utf-8', delimiter: ',' } as const

const ranges = (text: string, limits: { maxRows: number; maxBytes: number }) =>
  collect(chunkRecords(readRecords(inChunks(Buffer.from(text)), COMMA, { byte: 100, line: 3 }), limits))

describe('chunkRecords', () => {
  it('I6: cuts by rows, leaving nothing but blank lines between', async () => {
    expect(await ranges('a\nb\n\nc\nd\ne', { maxRows: 2, maxBytes: 1000 })).toEqual([
      { startByte: 100, endByte: 104, firstLine: 3, rows: 2 },
      { startByte: 105, endByte: 109, firstLine: 6, rows: 2 },
      { startByte: 109, endByte: 110, firstLine: 8, rows: 1 },
    ])
  })

  it('I6: cuts by bytes, and gives a row that is longer a range of its own', async () => {
    expect(await ranges('aa\nbb\ncccccccccc\nd\n', { maxRows: 100, maxBytes: 6 })).toEqual([
      { startByte: 100, endByte: 106, firstLine: 3, rows: 2 },
      { startByte: 106, endByte: 117, firstLine: 5, rows: 1 },
      { startByte: 117, endByte: 119, firstLine: 6, rows: 1 },
    ])
  })

  it('gives nothing for no rows', async () => {
    expect(await ranges('\n\n', { maxRows: 2, maxBytes: 10 })).toEqual([])
  })
})
