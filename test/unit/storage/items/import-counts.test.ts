import { describe, expect, it } from 'vitest'
import {
  countChunk,
  countOutcomes,
  countsPartOf,
  decodeCounts,
  encodeCounts,
  sumCounts,
} from '../../../../shared/storage/items/import-counts.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import { T0 } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

const counts = { claimed: 3, refused: 2, unchanged: 1 }
const of = (chunk: number, chunks: number) => ({ importId: 'i1', createdAt: T0.toISOString(), chunks, chunk })

describe('the counts of an import', () => {
  it('P1: of a chunk count what was claimed, or would be, and what was not', () => {
    const rows = ['claimed', 'claimable', 'claimable', 'refused', 'unchanged', 'unchanged'] as const
    expect(countOutcomes(rows.map((result) => ({ result, codes: [] })))).toEqual({
      claimed: 3,
      refused: 1,
      unchanged: 2,
    })
    expect(decodeCounts(encodeCounts(counts))).toEqual(counts)
  })

  it('I6: are shared by 48 chunks', () => {
    expect([0, 47, 48, 95, 96].map(countsPartOf)).toEqual([0, 0, 1, 1, 2])
  })

  it('I6: say which chunk is the first of its part and which fills it, however often one is counted', async () => {
    const { table } = memoryStores()
    const count = (chunk: number, chunks: number) => countChunk(table, of(chunk, chunks), counts)
    expect(await count(2, 3)).toEqual({ isFull: false, isFirst: true })
    expect(await count(2, 3)).toEqual({ isFull: false, isFirst: false })
    expect(await count(0, 3)).toEqual({ isFull: false, isFirst: false })
    expect(await count(1, 3)).toEqual({ isFull: true, isFirst: false })
    expect(await count(1, 3)).toEqual({ isFull: true, isFirst: false })
  })

  it('I6: of more than one part fill each by itself, the last by what is left', async () => {
    const { table } = memoryStores()
    const full: number[] = []
    for (let chunk = 0; chunk < 100; chunk++)
      if ((await countChunk(table, of(chunk, 100), counts)).isFull) full.push(chunk)
    expect(full).toEqual([47, 95, 99])
  })

  it('I5: are summed by pass, each chunk once', async () => {
    const { table, item } = memoryStores()
    for (const chunk of [0, 0, 50]) await countChunk(table, of(chunk, 60), counts)
    await countChunk(table, { ...of(0, 60), preview: true }, { claimed: 9, refused: 9, unchanged: 9 })
    expect(await sumCounts(table, 'i1', 'claim')).toEqual({
      chunksDone: 2,
      accepted: 6,
      refused: 4,
      unchanged: 2,
    })
    expect(await sumCounts(table, 'i1', 'preview')).toMatchObject({ chunksDone: 1, accepted: 9 })
    expect(await sumCounts(table, 'i2', 'claim')).toMatchObject({ chunksDone: 0, accepted: 0 })
    expect(item(keys.importCounts('i1', 'claim', 0))).toMatchObject({
      type: 'import-counts',
      v: 1,
      c0: '3 2 1',
      expiresAtEpochSeconds: expect.any(Number),
    })
  })
})
