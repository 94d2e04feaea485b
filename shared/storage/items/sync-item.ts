import * as z from 'zod'
import { once } from '../../lib/once.ts'
import { type SyncOutcome, syncOutcomes, syncPhases } from '../../rules/directory/directory-sync.ts'
import type { SyncRef } from '../../contracts/messages/sync.ts'
import type { Actor } from '../../rules/types.ts'
import { actor, changeSchema } from './fields.ts'
import { dialectSchema, errorSchema } from './import-item.ts'
import { jobLeaseSchema } from './job-lease.ts'
import { keys } from '../keys.ts'
import { itemVersion } from './unknown-attributes.ts'
import { type SyncMode, syncModes } from '../../rules/enumerations.ts'

/** How a sync and its parts stand in the table. */

const position = z.object({
  partition: z.number(),
  after: z.record(z.string(), z.unknown()).optional(),
})

const syncItemSchema = once(() =>
  z.object({
    type: z.literal('sync'),
    v: itemVersion,
    syncId: z.string(),
    orgId: z.string(),
    mode: z.enum(syncModes),
    /** A list of addresses in the request, or an uploaded file. */
    source: z.enum(['list', 'file']),
    phase: z.enum(syncPhases),
    createdAt: z.string(),
    createdBy: actor,
    startedAt: z.string().optional(),
    /** Since when there is an outcome to be looked at. */
    comparedAt: z.string().optional(),
    /** Full: when the first user may have been changed. */
    appliedAt: z.string().optional(),
    completedAt: z.string().optional(),
    /** Of a file: the object, and which one under its key. */
    objectKey: z.string().optional(),
    etag: z.string().optional(),
    sizeBytes: z.number(),
    dialect: dialectSchema().optional(),
    columns: z.object({ width: z.number(), address: z.number() }).optional(),
    bytesRead: z.number(),
    nextLine: z.number(),
    rowsRead: z.number(),
    /** Rows that can't be read, and the first of them. */
    refused: z.number(),
    refusedRows: z.array(z.object({ line: z.number(), code: z.string() })),
    /** Y8: rows that have no address, such as those of service accounts. */
    withoutAddress: z.number().optional(),
    usersFrom: position.optional(),
    usersRead: z.number(),
    runs: z.number(),
    /** Into how many comparisons of buckets the sync is divided, and how many of them are done. */
    comparisons: z.number(),
    comparisonsDone: z.number(),
    added: z.number(),
    matched: z.number(),
    inactivated: z.number(),
    restored: z.number(),
    untouched: z.number(),
    /** Users that a sync may change at all. */
    touchable: z.number(),
    pages: z.number(),
    pagesDone: z.number(),
    /** What a full sync has really changed so far. */
    madeInactive: z.number(),
    madeActive: z.number(),
    held: z.object({ inactivations: z.number(), users: z.number() }).optional(),
    /** From when on those that it made inactive are removed, and some of them. */
    removedFrom: z.string().optional(),
    sample: z.array(z.string()).optional(),
    /** The last warning: so many days before, so many users still inactive by this sync, and some of them. */
    warned: z.object({ days: z.number(), users: z.number(), sample: z.array(z.string()) }).optional(),
    /** In the due index: while it runs, the end of its lease; then, when the next warning is to be given. */
    ...jobLeaseSchema,
    error: errorSchema().optional(),
    change: changeSchema,
  }),
)

export type SyncRecord = z.output<ReturnType<typeof syncItemSchema>>
export type SyncError = z.output<ReturnType<typeof errorSchema>>
export type RefusedRow = SyncRecord['refusedRows'][number]

export interface NewSync extends SyncRef {
  readonly mode: SyncMode
  readonly createdBy: Actor
}

export function syncFromItem(item: Readonly<Record<string, unknown>>): SyncRecord {
  return syncItemSchema().parse(item)
}

export function newSyncItem(
  { orgId, syncId, mode, createdBy }: NewSync,
  more: Pick<SyncRecord, 'phase' | 'source'> & Partial<SyncRecord>,
  what: 'sync.created' | 'sync.started',
  now: Date,
): Record<string, unknown> {
  const record: SyncRecord = {
    type: 'sync',
    v: 1,
    orgId,
    syncId,
    mode,
    createdAt: now.toISOString(),
    createdBy,
    sizeBytes: 0,
    bytesRead: 0,
    nextLine: 1,
    rowsRead: 0,
    refused: 0,
    refusedRows: [],
    usersRead: 0,
    runs: 0,
    comparisons: 0,
    comparisonsDone: 0,
    added: 0,
    matched: 0,
    inactivated: 0,
    restored: 0,
    untouched: 0,
    touchable: 0,
    pages: 0,
    pagesDone: 0,
    madeInactive: 0,
    madeActive: 0,
    ...more,
    change: { what, at: now.toISOString(), by: createdBy, n: 1 },
  }
  return { ...keys.sync(orgId, syncId), ...record }
}

/** Lines of the directory or of the org's users, by bucket: one object, or for a list's few lines the item itself. */
export const runSchema = once(() =>
  z.object({
    type: z.literal('sync-run'),
    v: itemVersion,
    of: z.enum(['directory', 'users']),
    rows: z.number(),
    objectKey: z.string().optional(),
    lines: z.string().optional(),
    /** Where each bucket begins, in bytes, and where the last one ends. */
    starts: z.array(z.number()),
  }),
)
export type SyncRun = Omit<z.output<ReturnType<typeof runSchema>>, 'type' | 'v'>

const countsByOutcome = z.object(
  Object.fromEntries(syncOutcomes.map((outcome) => [outcome, z.number()])) as Record<
    SyncOutcome,
    z.ZodNumber
  >,
)
export type OutcomeCounts = Record<SyncOutcome, number>

/** What comparing some buckets gave: an object of lines, in `syncOutcomes`' order. */
export const comparisonSchema = once(() =>
  z.object({
    type: z.literal('sync-comparison'),
    v: itemVersion,
    objectKey: z.string(),
    counts: countsByOutcome,
    /** Where the lines of each outcome end, in bytes. */
    ends: countsByOutcome,
    /** Where each page of lines that a full sync carries out begins. */
    pages: z.array(z.number()),
  }),
)
export type BucketComparison = Omit<z.output<ReturnType<typeof comparisonSchema>>, 'type' | 'v'>

/** Ids of users that this sync made inactive: whoever is warned of later is found among them. */
export const batchSchema = once(() =>
  z.object({
    type: z.literal('sync-page'),
    v: itemVersion,
    inactivated: z.array(z.string()),
  }),
)
