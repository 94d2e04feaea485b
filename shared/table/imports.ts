import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type * as z from 'zod'
import { firstLease, type JobLease, uploadLease } from '../claims/jobs.ts'
import type { Actor, Change } from '../claims/types.ts'
import type { Table } from './client.ts'
import {
  type ChunkRange,
  chunkSchema,
  decodeOutcome,
  type dialectSchema,
  encodeOutcome,
  type ImportError,
  type ImportKind,
  type ImportRecord,
  importFromItem,
  type RowOutcome,
  rangeSchema,
  UPLOAD_MISSED,
} from './import-items.ts'
import { leaseAttributes } from './job-leases.ts'
import { keptWithFiles } from './kept.ts'
import { keys, sortKeyPrefix } from './keys.ts'
import {
  type Condition,
  edit,
  editOnce,
  ifAbsent,
  ifPresent,
  put,
  putOnce,
  SHARED_ITEM_TRIES,
  type TransactItem,
  transactOnce,
  type Written,
  write,
} from './write.ts'

export interface NewImport {
  readonly importId: string
  readonly orgId: string
  readonly kind: ImportKind
  readonly status: 'waiting' | 'reading'
  readonly fileName: string
  readonly objectKey: string
  readonly etag?: string
  readonly sizeBytes: number
  readonly createdBy: Actor
}

/** The import is where it was, `and` so it is besides. */
const ifStatus = (
  status: ImportRecord['status'],
  and?: string,
  values: Record<string, unknown> = {},
): Condition => ({
  ConditionExpression: `#status = :was${and === undefined ? '' : ` AND ${and}`}`,
  ExpressionAttributeNames: { '#status': 'status' },
  ExpressionAttributeValues: { ':was': status, ...values },
})

export function importStore(table: Table) {
  type Ref = Pick<ImportRecord, 'orgId' | 'importId'>
  const update = ({ orgId, importId }: Ref, values: Record<string, unknown>, condition: Condition) =>
    editOnce(table, keys.import(orgId, importId), values, condition)

  const get = async (orgId: string, importId: string): Promise<ImportRecord | undefined> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keys.import(orgId, importId), ConsistentRead: true }),
    )
    return Item === undefined ? undefined : importFromItem(Item)
  }

  return {
    get,

    /** Creates it once: a second call with the same id changes nothing and is `lost`. */
    create(started: NewImport, now: Date): Promise<Written> {
      const change: Change = {
        what: started.status === 'waiting' ? 'import.created' : 'import.started',
        at: now.toISOString(),
        by: started.createdBy,
        n: 1,
      }
      const item: ImportRecord = {
        type: 'import',
        v: 1,
        ...started,
        createdAt: now.toISOString(),
        bytesRead: 0,
        rowsRead: 0,
        nextLine: 1,
        ranges: 0,
        rangesSent: 0,
        chunks: 0,
        chunksDone: 0,
        accepted: 0,
        refused: 0,
        unchanged: 0,
        change,
      }
      const key = keys.import(started.orgId, started.importId)
      const lease = leaseAttributes(
        item.importId,
        item.status === 'waiting' ? uploadLease(now) : firstLease(now),
      )
      return putOnce(table, { ...key, ...item, ...lease, ...keptWithFiles(item.createdAt) }, ifAbsent)
    },

    /** The upload that was waited for, or missed, has come. `lost`: it came before. */
    start(
      record: ImportRecord,
      object: { etag: string; sizeBytes: number },
      by: Actor,
      now: Date,
    ): Promise<Written> {
      const change: Change = { what: 'import.started', at: now.toISOString(), by, n: record.change.n + 1 }
      const { etag, sizeBytes } = object
      const begun = leaseAttributes(record.importId, firstLease(now))
      const none = { error: undefined, completedAt: undefined }
      return update(
        record,
        { status: 'reading', etag, sizeBytes, change, ...begun, ...none },
        {
          ConditionExpression: '#status = :waiting OR (#status = :failed AND #error.#code = :missed)',
          ExpressionAttributeNames: { '#status': 'status', '#error': 'error', '#code': 'code' },
          ExpressionAttributeValues: { ':waiting': 'waiting', ':failed': 'failed', ':missed': UPLOAD_MISSED },
        },
      )
    },

    /** How the file is to be read, once its head is known. */
    dialectFound(
      record: ImportRecord,
      found: {
        dialect: z.output<typeof dialectSchema>
        header: string[]
        bytesRead: number
        nextLine: number
      },
    ): Promise<Written> {
      return update(record, found, ifStatus('reading', 'attribute_not_exists(dialect)'))
    },

    /** I1: its encoding is another than its head let think. What was read of it stands where it stood. */
    reencoded(record: ImportRecord, dialect: z.output<typeof dialectSchema>): Promise<Written> {
      return update(record, { dialect }, ifStatus('reading'))
    },

    /** I6: a stretch of the file has been cut into chunks: remembered together with where to go on. */
    checkpoint(
      record: ImportRecord,
      chunks: readonly ChunkRange[],
      progress: Pick<ImportRecord, 'bytesRead' | 'rowsRead' | 'nextLine'>,
    ): Promise<Written> {
      const range: z.input<typeof rangeSchema> = {
        type: 'import-range',
        v: 1,
        firstChunk: record.chunks,
        chunks: chunks.map(({ startByte, endByte, firstLine, rows }) => [
          startByte,
          endByte,
          firstLine,
          rows,
        ]),
      }
      return transactOnce(table, [
        put(table, {
          ...keys.importRange(record.importId, record.ranges),
          ...range,
          ...keptWithFiles(record.createdAt),
        }),
        edit(
          table,
          keys.import(record.orgId, record.importId),
          { ...progress, ranges: record.ranges + 1, chunks: record.chunks + chunks.length },
          ifStatus('reading', 'ranges = :before', { ':before': record.ranges }),
        ),
      ])
    },

    /** The whole file has been read and is sound: from here on rows are handled (I2). */
    run(record: ImportRecord): Promise<Written> {
      const same = ifStatus('reading', 'ranges = :before', { ':before': record.ranges })
      return update(record, { status: 'running' }, same)
    },

    /**
     * Row workers are at the import's item all the while, so this may well be `lost`: then it is told by the next one, or
     * what was sent is sent again, which a chunk that is done knows.
     */
    async rangeSent(record: ImportRecord, sent: number): Promise<Written> {
      const behind = ifStatus('running', 'rangesSent < :sent', { ':sent': sent })
      const { orgId, importId } = record
      const told = edit(table, keys.import(orgId, importId), { rangesSent: sent }, behind)
      const { state } = await write(table, told)
      return state === 'written' ? 'written' : 'lost'
    },

    /**
     * The sweep has looked at it. `sendAgain`: whatever was sent to the row workers is sent once more; a chunk that is done
     * knows it. `lost`: it has got to another state, or another message has looked.
     */
    renewLease(record: ImportRecord, lease: JobLease, sendAgain: boolean): Promise<Written> {
      const values = { ...leaseAttributes(record.importId, lease), ...(sendAgain && { rangesSent: 0 }) }
      return update(
        record,
        values,
        ifStatus(record.status, 'dueAt = :dueBefore', { ':dueBefore': record.dueAt }),
      )
    },

    async range(importId: string, n: number): Promise<{ firstChunk: number; chunks: ChunkRange[] }> {
      const { Item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: keys.importRange(importId, n), ConsistentRead: true }),
      )
      const { firstChunk, chunks } = rangeSchema.parse(Item)
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

    /** I3, I6: a chunk's outcome counts once, however often the chunk is delivered. `lost`: it was recorded before. */
    chunkDone(
      ref: Pick<ImportRecord, 'orgId' | 'importId' | 'createdAt'> & { chunk: number },
      outcomes: readonly RowOutcome[],
    ): Promise<Written> {
      const count = (result: RowOutcome['result']): number =>
        outcomes.filter((row) => row.result === result).length
      const item: z.input<typeof chunkSchema> = {
        type: 'import-chunk',
        v: 1,
        chunk: ref.chunk,
        outcomes: outcomes.map(encodeOutcome),
      }
      const key = keys.importChunk(ref.importId, ref.chunk)
      const stored = { ...key, ...item, ...keptWithFiles(ref.createdAt) }
      const counts: TransactItem = {
        Update: {
          TableName: table.name,
          Key: keys.import(ref.orgId, ref.importId),
          UpdateExpression:
            'ADD chunksDone :one, accepted :accepted, refused :refused, #unchanged :unchanged',
          // O1: an import that went with its org isn't to come back as a few counts.
          ...ifPresent,
          ExpressionAttributeNames: { '#unchanged': 'unchanged' },
          ExpressionAttributeValues: {
            ':one': 1,
            ':accepted': count('claimed'),
            ':refused': count('refused'),
            ':unchanged': count('unchanged'),
          },
        },
      }
      // Busy to the last, the chunk comes again, and finds its rows as they are.
      return transactOnce(table, [put(table, stored, ifAbsent), counts], SHARED_ITEM_TRIES)
    },

    async isChunkDone({ importId, chunk }: { importId: string; chunk: number }): Promise<boolean> {
      const { Item } = await table.client.send(
        new GetCommand({
          TableName: table.name,
          Key: keys.importChunk(importId, chunk),
          ConsistentRead: true,
          ProjectionExpression: 'pk',
        }),
      )
      return Item !== undefined
    },

    /** The rows' outcomes in the file's order, a page of chunks at a time. */
    async *outcomes(importId: string): AsyncGenerator<RowOutcome> {
      let startKey: Record<string, unknown> | undefined
      do {
        const page = await table.client.send(
          new QueryCommand({
            TableName: table.name,
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: {
              ':pk': keys.importChunk(importId, 0).pk,
              ':prefix': sortKeyPrefix.importChunk,
            },
            ConsistentRead: true,
            ExclusiveStartKey: startKey,
          }),
        )
        for (const item of page.Items ?? [])
          for (const text of chunkSchema.parse(item).outcomes) yield decodeOutcome(text)
        startKey = page.LastEvaluatedKey
      } while (startKey !== undefined)
    },

    complete(
      record: ImportRecord,
      done: Required<Pick<ImportRecord, 'reportKey' | 'codes' | 'contentLoss'>>,
      by: Actor,
      now: Date,
    ): Promise<Written> {
      const over = leaseAttributes(record.importId, undefined)
      const change: Change = { what: 'import.completed', at: now.toISOString(), by, n: record.change.n + 1 }
      return update(
        record,
        { status: 'completed', ...done, completedAt: now.toISOString(), change, ...over },
        ifStatus('running'),
      )
    },

    /** I2: refused as a whole; only possible before any row was handled. */
    fail(record: ImportRecord, error: ImportError, by: Actor, now: Date): Promise<Written> {
      const change: Change = { what: 'import.failed', at: now.toISOString(), by, n: record.change.n + 1 }
      return update(
        record,
        {
          status: 'failed',
          error,
          completedAt: now.toISOString(),
          change,
          ...leaseAttributes(record.importId, undefined),
        },
        {
          ConditionExpression: '#status IN (:waiting, :reading)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':waiting': 'waiting', ':reading': 'reading' },
        },
      )
    },

    /** Newest first, since an import's id begins with its time. */
    async list(
      orgId: string,
      limit: number,
      before?: string,
    ): Promise<{ imports: ImportRecord[]; next: string | undefined }> {
      const { Items, LastEvaluatedKey } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': keys.org(orgId).pk, ':prefix': sortKeyPrefix.import },
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: limit,
          ...(before === undefined ? {} : { ExclusiveStartKey: keys.import(orgId, before) }),
        }),
      )
      const imports = (Items ?? []).map(importFromItem)
      return { imports, next: LastEvaluatedKey === undefined ? undefined : imports.at(-1)?.importId }
    },
  }
}

export type ImportStore = ReturnType<typeof importStore>
