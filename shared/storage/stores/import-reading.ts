import { GetCommand } from '@aws-sdk/lib-dynamodb'
import type * as z from 'zod'
import { LOST } from '../../lib/optimistic-retry.ts'
import type { Table } from '../client.ts'
import { type ChunkRange, type dialectSchema, type ImportRecord, rangeSchema } from '../items/import-item.ts'
import { fileRetention } from '../items/retention.ts'
import { keys } from '../keys.ts'
import { edit, put } from '../writes/requests.ts'
import { transactOnce, WRITTEN, type Written, write } from '../writes/write.ts'
import { ifStatus, updateImport } from './import-record.ts'

type StoredDialect = z.output<ReturnType<typeof dialectSchema>>

/** How far an import's file has been read, and which of its chunks have been sent to the row workers. */
export const importReading = (table: Table) => ({
  /** Stores how the file is to be read, and its header. `lost`: another worker did so before. */
  setDialect(
    record: ImportRecord,
    found: { dialect: StoredDialect; header: string[]; bytesRead: number; nextLine: number },
  ): Promise<Written> {
    return updateImport(table, record, found, ifStatus('reading', 'attribute_not_exists(dialect)'))
  },

  /** I1: replaces the dialect, if the encoding proves to be another one. Positions in the file stay as they are. */
  changeDialect(record: ImportRecord, dialect: StoredDialect): Promise<Written> {
    return updateImport(table, record, { dialect }, ifStatus('reading'))
  },

  /** I6: stores the chunks of the part that was read since the last checkpoint, together with the new position. */
  checkpoint(
    record: ImportRecord,
    chunks: readonly ChunkRange[],
    progress: Pick<ImportRecord, 'bytesRead' | 'rowsRead' | 'nextLine'>,
  ): Promise<Written> {
    const range: z.input<ReturnType<typeof rangeSchema>> = {
      type: 'import-range',
      v: 1,
      firstChunk: record.chunks,
      chunks: chunks.map(({ startByte, endByte, firstLine, rows }) => [startByte, endByte, firstLine, rows]),
    }
    return transactOnce(table, [
      put(table, {
        ...keys.importRange(record.importId, record.ranges),
        ...range,
        ...fileRetention(record.createdAt),
      }),
      edit(
        table,
        keys.import(record.orgId, record.importId),
        { ...progress, ranges: record.ranges + 1, chunks: record.chunks + chunks.length },
        ifStatus('reading', 'ranges = :before', { ':before': record.ranges }),
      ),
    ])
  },

  /** The chunks between two checkpoints. @throws ZodError if there are none */
  async range(importId: string, n: number): Promise<{ firstChunk: number; chunks: ChunkRange[] }> {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keys.importRange(importId, n), ConsistentRead: true }),
    )
    const { firstChunk, chunks } = rangeSchema().parse(Item)
    return {
      firstChunk,
      chunks: chunks.map(([startByte, endByte, firstLine, rows]) => ({
        startByte,
        endByte,
        firstLine,
        rows,
      })),
    }
  },

  /**
   * Stores how many ranges of chunks have been sent. `lost`: another write was at the item. That is harmless: the next
   * call stores a higher number, and a chunk that is sent again is skipped if it is finished.
   */
  async markRangeSent(record: ImportRecord, sent: number): Promise<Written> {
    const ifBehind = ifStatus('running', 'rangesSent < :sent', { ':sent': sent })
    const { orgId, importId } = record
    const sentSoFar = edit(table, keys.import(orgId, importId), { rangesSent: sent }, ifBehind)
    const { outcome } = await write(table, sentSoFar)
    return outcome === 'written' ? WRITTEN : LOST
  },
})
