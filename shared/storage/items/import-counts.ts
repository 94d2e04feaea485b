import * as z from 'zod'
import { type ImportPass, passOf } from '../../rules/imports/import-pass.ts'
import type { Table } from '../client.ts'
import { countsPrefix, keys } from '../keys.ts'
import { itemsIn } from '../queries/partition-items.ts'
import { editSurely } from '../writes/write.ts'
import type { ImportRecord, RowOutcome } from './import-item.ts'
import { fileRetention } from './retention.ts'

/**
 * Counts of an import's rows. Each chunk has an attribute in an item that some 50 chunks share, so that
 * workers don't contend for one item, a repeat counts nothing twice, and no transaction is needed. Readers
 * sum them.
 */
export interface ChunkCounts {
  readonly claimed: number
  readonly refused: number
  readonly unchanged: number
}

export type ImportCounts = Pick<ImportRecord, 'chunksDone' | 'accepted' | 'refused' | 'unchanged'>

/** Keeps the item under 1 KB, a write unit. */
const CHUNKS_PER_PART = 48

export const countsPartOf = (chunk: number): number => Math.floor(chunk / CHUNKS_PER_PART)
const attributeOf = (chunk: number): string => `c${chunk}`
const CHUNK = /^c\d+$/

export function countOutcomes(outcomes: readonly RowOutcome[]): ChunkCounts {
  const of = (result: RowOutcome['result']): number => outcomes.filter((row) => row.result === result).length
  return { claimed: of('claimed') + of('claimable'), refused: of('refused'), unchanged: of('unchanged') }
}

export const encodeCounts = ({ claimed, refused, unchanged }: ChunkCounts): string =>
  `${claimed} ${refused} ${unchanged}`

export function decodeCounts(text: string): ChunkCounts {
  const [claimed = 0, refused = 0, unchanged = 0] = text.split(' ').map(Number)
  return { claimed, refused, unchanged }
}

type Item = Readonly<Record<string, unknown>>
const chunksIn = (item: Item): string[] => Object.keys(item).filter((name) => CHUNK.test(name))

/**
 * Counts a chunk; a repeat changes nothing. 1 write unit.
 * @returns whether all chunks of its part are counted now, and whether it is the first of them
 */
export async function countChunk(
  table: Table,
  {
    importId,
    chunk,
    createdAt,
    chunks,
    ...record
  }: Pick<ImportRecord, 'importId' | 'createdAt' | 'chunks' | 'preview' | 'confirmedAt'> & {
    readonly chunk: number
  },
  counts: ChunkCounts,
): Promise<{ readonly isFull: boolean; readonly isFirst: boolean }> {
  const part = countsPartOf(chunk)
  const before = await editSurely(table, keys.importCounts(importId, passOf(record), part), {
    type: 'import-counts',
    v: 1,
    ...fileRetention(createdAt),
    [attributeOf(chunk)]: encodeCounts(counts),
  })
  const others = chunksIn(before ?? {})
  const counted = new Set([...others, attributeOf(chunk)])
  return {
    isFull: counted.size >= Math.min(CHUNKS_PER_PART, chunks - part * CHUNKS_PER_PART),
    isFirst: others.length === 0,
  }
}

/** The sum of what has been counted so far. 1 read unit for some 200 chunks. */
export async function sumCounts(table: Table, importId: string, pass: ImportPass): Promise<ImportCounts> {
  const sum = { chunksDone: 0, accepted: 0, refused: 0, unchanged: 0 }
  const { pk } = keys.importCounts(importId, pass, 0)
  for await (const item of itemsIn(table, pk, countsPrefix[pass])) {
    for (const name of chunksIn(item)) {
      const counts = decodeCounts(z.string().parse(item[name]))
      sum.chunksDone++
      sum.accepted += counts.claimed
      sum.refused += counts.refused
      sum.unchanged += counts.unchanged
    }
  }
  return sum
}
