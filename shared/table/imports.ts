import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type * as z from 'zod'
import type { Actor, Change } from '../claims/types.ts'
import { backoff } from '../kit/backoff.ts'
import { isConditionFailure, type Table } from './client.ts'
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
} from './import-items.ts'
import { keptWithFiles } from './kept.ts'
import { keys, sortKeyPrefix } from './keys.ts'
import { ifAbsent, put, putOrLose, type TransactItem, transact } from './write.ts'

/** Row workers share an import's counts; a collision is over in milliseconds. */
const MAX_COUNTER_ATTEMPTS = 12

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

export function importStore(table: Table) {
  const update = async (
    record: Pick<ImportRecord, 'orgId' | 'importId'>,
    set: Record<string, unknown>,
    condition: { expression: string; values: Record<string, unknown> },
  ): Promise<'written' | 'lost'> => {
    const names = Object.keys(set)
    try {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: keys.import(record.orgId, record.importId),
          UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
          ConditionExpression: condition.expression,
          ExpressionAttributeNames: Object.fromEntries(
            [...names, 'status'].map((name) => [`#${name}`, name]),
          ),
          ExpressionAttributeValues: {
            ...Object.fromEntries(names.map((name) => [`:${name}`, set[name]])),
            ...condition.values,
          },
        }),
      )
      return 'written'
    } catch (error) {
      if (isConditionFailure(error)) return 'lost'
      throw error
    }
  }

  const get = async (orgId: string, importId: string): Promise<ImportRecord | undefined> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keys.import(orgId, importId), ConsistentRead: true }),
    )
    return Item === undefined ? undefined : importFromItem(Item)
  }

  return {
    get,

    /** Creates it once: a second call with the same id changes nothing and is `lost`. */
    create(started: NewImport, now: Date): Promise<'written' | 'lost'> {
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
      return putOrLose(table, { ...key, ...item, ...keptWithFiles(item.createdAt) }, ifAbsent)
    },

    /** The upload that was waited for has come. `lost`: it came before. */
    start(
      record: ImportRecord,
      object: { etag: string; sizeBytes: number },
      by: Actor,
      now: Date,
    ): Promise<'written' | 'lost'> {
      const change: Change = { what: 'import.started', at: now.toISOString(), by, n: record.change.n + 1 }
      return update(
        record,
        { status: 'reading', etag: object.etag, sizeBytes: object.sizeBytes, change },
        { expression: '#status = :waiting', values: { ':waiting': 'waiting' } },
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
    ): Promise<'written' | 'lost'> {
      return update(record, found, {
        expression: '#status = :reading AND attribute_not_exists(dialect)',
        values: { ':reading': 'reading' },
      })
    },

    /** I6: a stretch of the file has been cut into chunks: remembered together with where to go on. */
    checkpoint(
      record: ImportRecord,
      chunks: readonly ChunkRange[],
      progress: Pick<ImportRecord, 'bytesRead' | 'rowsRead' | 'nextLine'>,
    ): Promise<'written' | 'lost'> {
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
      return transact(table, [
        put(table, {
          ...keys.importRange(record.importId, record.ranges),
          ...range,
          ...keptWithFiles(record.createdAt),
        }),
        {
          Update: {
            TableName: table.name,
            Key: keys.import(record.orgId, record.importId),
            UpdateExpression:
              'SET bytesRead = :bytes, rowsRead = :rows, nextLine = :line, ranges = :ranges, chunks = :chunks',
            ConditionExpression: '#status = :reading AND ranges = :before',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: {
              ':reading': 'reading',
              ':before': record.ranges,
              ':bytes': progress.bytesRead,
              ':rows': progress.rowsRead,
              ':line': progress.nextLine,
              ':ranges': record.ranges + 1,
              ':chunks': record.chunks + chunks.length,
            },
          },
        },
      ])
    },

    /** The whole file has been read and is sound: from here on rows are handled (I2). */
    run(record: ImportRecord): Promise<'written' | 'lost'> {
      return update(
        record,
        { status: 'running' },
        {
          expression: '#status = :reading AND ranges = :ranges',
          values: { ':reading': 'reading', ':ranges': record.ranges },
        },
      )
    },

    rangeSent(record: ImportRecord, sent: number): Promise<'written' | 'lost'> {
      return update(
        record,
        { rangesSent: sent },
        {
          expression: '#status = :running AND rangesSent < :sent',
          values: { ':running': 'running', ':sent': sent },
        },
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
    async chunkDone(
      ref: Pick<ImportRecord, 'orgId' | 'importId' | 'createdAt'> & { chunk: number },
      outcomes: readonly RowOutcome[],
    ): Promise<'written' | 'lost'> {
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
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#unchanged': 'unchanged' },
          ExpressionAttributeValues: {
            ':one': 1,
            ':accepted': count('claimed'),
            ':refused': count('refused'),
            ':unchanged': count('unchanged'),
          },
        },
      }
      for (let attempt = 0; attempt < MAX_COUNTER_ATTEMPTS; attempt++) {
        if (attempt > 0) await backoff(attempt)
        const written = await transact(table, [put(table, stored, ifAbsent), counts], { 1: 'gone' })
        if (written === 'written') return 'written'
        if (written === 'gone' || (await this.isChunkDone(ref))) return 'lost'
        // Another chunk's counts were written at the same instant: only the shared counter collided.
      }
      throw new Error(`the counts of import ${ref.importId} were busy ${MAX_COUNTER_ATTEMPTS} times in a row`)
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

    complete(record: ImportRecord, reportKey: string, by: Actor, now: Date): Promise<'written' | 'lost'> {
      const change: Change = { what: 'import.completed', at: now.toISOString(), by, n: record.change.n + 1 }
      return update(
        record,
        { status: 'completed', reportKey, completedAt: now.toISOString(), change },
        { expression: '#status = :running', values: { ':running': 'running' } },
      )
    },

    /** I2: refused as a whole; only possible before any row was handled. */
    fail(record: ImportRecord, error: ImportError, by: Actor, now: Date): Promise<'written' | 'lost'> {
      const change: Change = { what: 'import.failed', at: now.toISOString(), by, n: record.change.n + 1 }
      return update(
        record,
        { status: 'failed', error, completedAt: now.toISOString(), change },
        {
          expression: '#status IN (:waiting, :reading)',
          values: { ':waiting': 'waiting', ':reading': 'reading' },
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
