import { LOST } from '../../lib/optimistic-retry.ts'
import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import type * as z from 'zod'
import type { ImportKind } from '../../rules/enumerations.ts'
import { passOf } from '../../rules/imports/import-pass.ts'
import { firstLease, type JobLease, uploadLease } from '../../rules/jobs/job-lease.ts'
import type { Actor, Change } from '../../rules/types.ts'
import { mapConcurrent } from '../../lib/concurrency.ts'
import { batchGet } from '../writes/batch.ts'
import type { Table } from '../client.ts'
import {
  type ChunkCounts,
  countChunk,
  countOutcomes,
  decodeCounts,
  encodeCounts,
  countsPartOf,
  sumCounts,
} from '../items/import-counts.ts'
import {
  type ChunkRange,
  chunkSchema,
  decodeOutcome,
  type dialectSchema,
  encodeOutcome,
  type ImportError,
  type ImportRecord,
  importFromItem,
  type RowOutcome,
  rangeSchema,
  UPLOAD_MISSED,
} from '../items/import-item.ts'
import { leaseAttributes } from '../items/job-lease.ts'
import { fileRetention } from '../items/retention.ts'
import { chunkPrefix, keys, sortKeyPrefix } from '../keys.ts'
import { itemsIn } from '../queries/pages.ts'
import {
  type Condition,
  edit,
  editOnce,
  ifAbsent,
  put,
  putOnce,
  remove,
  transactOnce,
  WRITTEN,
  type Written,
  write,
  writeSurely,
} from '../writes/write.ts'
import type { Page } from '../../lib/page.ts'
import { pageOfItems } from '../queries/pages.ts'

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
  readonly preview?: true
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

type Item = Readonly<Record<string, unknown>>

/** A chunk of an import as it stood when the chunk was begun. */
export type ChunkRef = Pick<
  ImportRecord,
  'orgId' | 'importId' | 'createdAt' | 'chunks' | 'preview' | 'confirmedAt'
> & {
  readonly chunk: number
}

export interface Confirmation {
  readonly by: Actor
  readonly now: Date
  /** N3. */
  readonly noInvitations?: boolean
}

export interface CountedChunk {
  /** `lost`: it was recorded before. */
  readonly outcome: Written['outcome']
  /** All chunks that are counted together with it are done, so all of the import may be. */
  readonly isPartDone: boolean
}

/** Chunks whose outcomes are read at once, to be shown: a page is one or two of them, unless few rows are asked for. */
const OUTCOME_CHUNKS_PER_PAGE = 10

/** Running imports of an org whose counts are summed at once. */
const SUMS_AT_ONCE = 8

async function withCounts(table: Table, record: ImportRecord): Promise<ImportRecord> {
  if (record.status !== 'running') return record
  const counts = await sumCounts(table, record.importId, passOf(record))
  return {
    ...record,
    chunksDone: record.chunksDone + counts.chunksDone,
    accepted: record.accepted + counts.accepted,
    refused: record.refused + counts.refused,
    unchanged: record.unchanged + counts.unchanged,
  }
}

export function importStore(table: Table) {
  type Ref = Pick<ImportRecord, 'orgId' | 'importId'>
  const update = ({ orgId, importId }: Ref, values: Record<string, unknown>, condition: Condition) =>
    editOnce(table, keys.import(orgId, importId), values, condition)

  const head = async (orgId: string, importId: string): Promise<ImportRecord | undefined> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keys.import(orgId, importId), ConsistentRead: true }),
    )
    return Item === undefined ? undefined : importFromItem(Item)
  }

  /** O1: what was counted of an import that has gone with its org is not to come back. */
  async function count(ref: ChunkRef, counts: ChunkCounts): Promise<boolean> {
    const { isFull, isFirst } = await countChunk(table, ref, counts)
    if (isFirst && (await head(ref.orgId, ref.importId)) === undefined) {
      const { importId, chunk } = ref
      await writeSurely(table, remove(table, keys.importChunk(importId, passOf(ref), chunk)))
      await writeSurely(table, remove(table, keys.importCounts(importId, passOf(ref), countsPartOf(chunk))))
      return false
    }
    return isFull
  }

  /** I6: what is recorded of a chunk is counted again. `undefined`: nothing has been recorded of it yet. */
  async function recount(ref: ChunkRef, item: Item | undefined): Promise<CountedChunk | undefined> {
    if (item === undefined) return undefined
    const counts = decodeCounts(item.counts)
    // Counted in the import's own item, by a version from before.
    if (counts === undefined) return { ...LOST, isPartDone: true }
    return { ...LOST, isPartDone: await count(ref, counts) }
  }

  return {
    /** As it stands, with what was counted so far: for all but those who count. */
    async get(orgId: string, importId: string): Promise<ImportRecord | undefined> {
      const record = await head(orgId, importId)
      return record && withCounts(table, record)
    },

    /** Without what is counted while it runs, which takes a call more. */
    head,

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
      return putOnce(table, { ...key, ...item, ...lease, ...fileRetention(item.createdAt) }, ifAbsent)
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
        dialect: z.output<ReturnType<typeof dialectSchema>>
        header: string[]
        bytesRead: number
        nextLine: number
      },
    ): Promise<Written> {
      return update(record, found, ifStatus('reading', 'attribute_not_exists(dialect)'))
    },

    /** I1: its encoding is another than its head let think. What was read of it stands where it stood. */
    reencoded(record: ImportRecord, dialect: z.output<ReturnType<typeof dialectSchema>>): Promise<Written> {
      return update(record, { dialect }, ifStatus('reading'))
    },

    /** I6: a stretch of the file has been cut into chunks: remembered together with where to go on. */
    checkpoint(
      record: ImportRecord,
      chunks: readonly ChunkRange[],
      progress: Pick<ImportRecord, 'bytesRead' | 'rowsRead' | 'nextLine'>,
    ): Promise<Written> {
      const range: z.input<ReturnType<typeof rangeSchema>> = {
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
      const { outcome } = await write(table, told)
      return outcome === 'written' ? WRITTEN : LOST
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
     * I3, I6: records what became of a chunk's rows, once, however often the chunk is delivered, and counts it. 1 to 3 write
     * units, and 1.
     */
    async chunkDone(ref: ChunkRef, outcomes: readonly RowOutcome[]): Promise<CountedChunk> {
      const counts = countOutcomes(outcomes)
      const item: z.input<ReturnType<typeof chunkSchema>> = {
        type: 'import-chunk',
        v: 1,
        chunk: ref.chunk,
        counts: encodeCounts(counts),
        outcomes: outcomes.map(encodeOutcome),
      }
      const key = keys.importChunk(ref.importId, passOf(ref), ref.chunk)
      const stored = { ...key, ...item, ...fileRetention(ref.createdAt) }
      const { outcome } = await putOnce(table, stored, ifAbsent)
      if (outcome === 'written') return { outcome, isPartDone: await count(ref, counts) }
      const standing = await batchGet(table, [key])
      return (await recount(ref, standing.get(key))) ?? { outcome, isPartDone: false }
    },

    /**
     * The import that a chunk is of, and what became of the chunk where it comes again: counted once more, which changes
     * nothing. One call; 3 read units and more.
     */
    async ofChunk({ orgId, importId, chunk }: Ref & { readonly chunk: number }): Promise<{
      readonly record: ImportRecord | undefined
      readonly done: CountedChunk | undefined
    }> {
      const importKey = keys.import(orgId, importId)
      // Of which pass it is, the import itself says.
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

    /** The rows' outcomes in the file's order, a page of chunks at a time. */
    async *outcomes(record: ImportRecord): AsyncGenerator<RowOutcome> {
      const pass = passOf(record)
      const { pk } = keys.importChunk(record.importId, pass, 0)
      for await (const item of itemsIn(table, pk, chunkPrefix[pass]))
        for (const text of chunkSchema().parse(item).outcomes) yield decodeOutcome(text)
    },

    /** The outcomes of some chunks that are done, from one on; `next`: the chunk to ask for after them. */
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

    /** @param record with all that was counted */
    complete(
      record: ImportRecord,
      done: Required<Pick<ImportRecord, 'reportKey' | 'codes' | 'contentLoss'>>,
      by: Actor,
      now: Date,
    ): Promise<Written> {
      const over = leaseAttributes(record.importId, undefined)
      const { chunksDone, accepted, refused, unchanged } = record
      const counts = { chunksDone, accepted, refused, unchanged }
      const at = now.toISOString()
      // P1: it waits to be confirmed, unless it was cancelled (I12).
      const isPreview = passOf(record) === 'preview' && record.cancelledAt === undefined
      const what = isPreview ? 'import.previewed' : 'import.completed'
      const status = isPreview ? 'previewed' : 'completed'
      const change: Change = { what, at, by, n: record.change.n + 1 }
      const same = ifStatus('running', '#change.n = :n', { ':n': record.change.n })
      return update(record, { status, ...counts, ...done, completedAt: at, change, ...over }, same)
    },

    /** P1: what was previewed is imported as it stands: the same byte ranges, each row judged anew. `lost`: it was before. */
    confirm(record: ImportRecord, { by, now, noInvitations }: Confirmation): Promise<Written> {
      const at = now.toISOString()
      const change: Change = { what: 'import.confirmed', at, by, n: record.change.n + 1 }
      const begun = { rangesSent: 0, chunksDone: 0, accepted: 0, refused: 0, unchanged: 0 }
      const none = { codes: undefined, contentLoss: undefined, reportKey: undefined, completedAt: undefined }
      return update(
        record,
        {
          status: 'running',
          confirmedAt: at,
          noInvitations: noInvitations === true ? true : undefined,
          change,
          ...begun,
          ...none,
          ...leaseAttributes(record.importId, firstLease(now)),
        },
        ifStatus('previewed'),
      )
    },

    /**
     * I12: what is under way goes on to its end without handling another row; what waits for an upload, or for a word, is over
     * at once. `lost`: it has got to another state, or was cancelled before.
     */
    cancel(record: ImportRecord, by: Actor, now: Date): Promise<Written> {
      const at = now.toISOString()
      const change: Change = { what: 'import.cancelled', at, by, n: record.change.n + 1 }
      const isOver = record.status === 'waiting' || record.status === 'previewed'
      const over = isOver && {
        status: 'completed',
        completedAt: at,
        ...leaseAttributes(record.importId, undefined),
      }
      return update(
        record,
        { cancelledAt: at, change, ...over },
        ifStatus(record.status, 'attribute_not_exists(cancelledAt) AND #change.n = :n', {
          ':n': record.change.n,
        }),
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
    async list(orgId: string, limit: number, before?: string): Promise<Page<ImportRecord>> {
      const { items, next } = await pageOfItems(table, {
        pk: keys.org(orgId).pk,
        prefix: sortKeyPrefix.import,
        limit,
        behind: before === undefined ? undefined : keys.import(orgId, before),
        newestFirst: true,
        parse: importFromItem,
        positionOf: ({ importId }) => importId,
      })
      const counted = await mapConcurrent(items, SUMS_AT_ONCE, (record) => withCounts(table, record))
      return { items: counted, next }
    },
  }
}

export type ImportStore = ReturnType<typeof importStore>
