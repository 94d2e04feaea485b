import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import type * as z from 'zod'
import type { ImportRef } from '../../contracts/messages/import.ts'
import { LOST } from '../../lib/optimistic-retry.ts'
import { passOf } from '../../rules/imports/import-pass.ts'
import type { Table } from '../client.ts'
import {
  type ChunkCounts,
  countChunk,
  countOutcomes,
  countsPartOf,
  decodeCounts,
  encodeCounts,
} from '../items/import-counts.ts'
import {
  chunkSchema,
  decodeOutcome,
  encodeOutcome,
  type ImportRecord,
  importFromItem,
  type RowOutcome,
} from '../items/import-item.ts'
import { fileRetention } from '../items/retention.ts'
import { chunkPrefix, keys } from '../keys.ts'
import { itemsIn } from '../queries/partition-items.ts'
import { batchGet } from '../writes/batch.ts'
import { ifAbsent, remove } from '../writes/requests.ts'
import { putOnce, type Written, writeSurely } from '../writes/write.ts'
import { readImport } from './import-record.ts'

type Item = Readonly<Record<string, unknown>>

/** A chunk, with what its import's item said when work on the chunk began. */
export type ChunkRef = Pick<
  ImportRecord,
  'orgId' | 'importId' | 'createdAt' | 'chunks' | 'preview' | 'confirmedAt'
> & {
  readonly chunk: number
}

export interface CountedChunk {
  /** `lost`: its outcomes had been recorded before. */
  readonly outcome: Written['outcome']
  /** All chunks that are counted in one item with it are counted, so perhaps all of the import. */
  readonly isPartDone: boolean
}

/** Chunks read by one query for a list of rows. A page of rows is in one or two chunks, unless it is filtered. */
const OUTCOME_CHUNKS_PER_PAGE = 10

/** The outcomes of an import's rows, recorded and counted by chunk. */
export function importChunks(table: Table) {
  /**
   * Counts a chunk whose outcomes are recorded. If the import was deleted with its org meanwhile, removes what was
   * recorded of the chunk again (O1).
   * @returns whether all chunks of its part are counted
   */
  async function count(ref: ChunkRef, counts: ChunkCounts): Promise<boolean> {
    const { isFull, isFirst } = await countChunk(table, ref, counts)
    if (isFirst && (await readImport(table, ref)) === undefined) {
      const { importId, chunk } = ref
      await writeSurely(table, remove(table, keys.importChunk(importId, passOf(ref), chunk)))
      await writeSurely(table, remove(table, keys.importCounts(importId, passOf(ref), countsPartOf(chunk))))
      return false
    }
    return isFull
  }

  /**
   * I6: counts a chunk from its stored outcomes; counting one twice changes nothing. `undefined`: none are stored yet.
   */
  async function recount(ref: ChunkRef, item: Item | undefined): Promise<CountedChunk | undefined> {
    if (item === undefined) return undefined
    const counts = decodeCounts(chunkSchema().parse(item).counts)
    return { ...LOST, isPartDone: await count(ref, counts) }
  }

  return {
    /**
     * Records the outcomes of a chunk's rows (I3) and counts them; of a chunk that is delivered again, the first outcomes
     * stand (I6). 1 to 3 write units for the outcomes, and 1 for the count.
     */
    async recordChunk(ref: ChunkRef, outcomes: readonly RowOutcome[]): Promise<CountedChunk> {
      const counts = countOutcomes(outcomes)
      const item: z.input<ReturnType<typeof chunkSchema>> = {
        type: 'import-chunk',
        v: 1,
        chunk: ref.chunk,
        counts: encodeCounts(counts),
        outcomes: outcomes.map(encodeOutcome),
      }
      const key = keys.importChunk(ref.importId, passOf(ref), ref.chunk)
      const written = { ...key, ...item, ...fileRetention(ref.createdAt) }
      const { outcome } = await putOnce(table, written, ifAbsent)
      if (outcome === 'written') return { outcome, isPartDone: await count(ref, counts) }
      const stored = await batchGet(table, [key])
      return (await recount(ref, stored.get(key))) ?? { outcome, isPartDone: false }
    },

    /**
     * Reads a chunk's import in one call, and counts the chunk if its outcomes are stored already. 3 read units, and those
     * of the stored outcomes.
     */
    async getForChunk({ orgId, importId, chunk }: ImportRef & { readonly chunk: number }): Promise<{
      /** `undefined`: the import was deleted. */
      readonly record: ImportRecord | undefined
      /** `undefined`: the chunk's rows are still to be handled. */
      readonly done: CountedChunk | undefined
    }> {
      const importKey = keys.import(orgId, importId)
      // Only the import says which of its two passes the chunk belongs to.
      const chunkKeys = {
        preview: keys.importChunk(importId, 'preview', chunk),
        claim: keys.importChunk(importId, 'claim', chunk),
      }
      const items = await batchGet(table, [importKey, chunkKeys.preview, chunkKeys.claim])
      const item = items.get(importKey)
      if (item === undefined) return { record: undefined, done: undefined }
      const record = importFromItem(item)
      return { record, done: await recount({ ...record, chunk }, items.get(chunkKeys[passOf(record)])) }
    },

    /** The outcomes of all rows, in the file's order. */
    async *outcomes(record: ImportRecord): AsyncGenerator<RowOutcome> {
      const pass = passOf(record)
      const { pk } = keys.importChunk(record.importId, pass, 0)
      for await (const item of itemsIn(table, pk, chunkPrefix[pass]))
        for (const text of chunkSchema().parse(item).outcomes) yield decodeOutcome(text)
    },

    /** The outcomes of the next finished chunks, starting at `from`; `next`: the chunk to start at after them. */
    async chunkOutcomes(
      record: ImportRecord,
      from: number,
    ): Promise<{ chunks: { chunk: number; outcomes: RowOutcome[] }[]; next: number | undefined }> {
      const pass = passOf(record)
      const { pk, sk } = keys.importChunk(record.importId, pass, from)
      const page = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: {
            ':pk': pk,
            ':from': sk,
            ':to': keys.importChunk(record.importId, pass, record.chunks).sk,
          },
          Limit: OUTCOME_CHUNKS_PER_PAGE,
        }),
      )
      const chunks = (page.Items ?? []).map((item) => {
        const { chunk, outcomes } = chunkSchema().parse(item)
        return { chunk, outcomes: outcomes.map(decodeOutcome) }
      })
      const last = chunks.at(-1)
      return { chunks, next: page.LastEvaluatedKey === undefined || !last ? undefined : last.chunk + 1 }
    },
  }
}
