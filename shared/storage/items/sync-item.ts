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

/** Items of syncs and their parts. */

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
    /** When the comparison was finished, and its outcome could be read. */
    comparedAt: z.string().optional(),
    /** Full: when the first user may have been changed. */
    appliedAt: z.string().optional(),
    completedAt: z.string().optional(),
    /** Of a file: its object's key and ETag. */
    objectKey: z.string().optional(),
    etag: z.string().optional(),
    sizeBytes: z.number(),
    dialect: dialectSchema().optional(),
    columns: z.object({ width: z.number(), address: z.number() }).optional(),
    bytesRead: z.number(),
    nextLine: z.number(),
    rowsRead: z.number(),
    /** The number of unreadable rows, and the first of them. */
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
    /** Number of users that a sync may change. */
    touchable: z.number(),
    pages: z.number(),
    pagesDone: z.number(),
    /** Users that a full sync has changed so far. */
    madeInactive: z.number(),
    madeActive: z.number(),
    held: z.object({ inactivations: z.number(), users: z.number() }).optional(),
    /** When the first of the users that it made inactive is deleted, and some of them. */
    removedFrom: z.string().optional(),
    sample: z.array(z.string()).optional(),
    /**
     * The last warning: days before the deletion, number of users still inactive by this sync, and some of
     * them.
     */
    warned: z.object({ days: z.number(), users: z.number(), sample: z.array(z.string()) }).optional(),
    /** In the due index: the end of its lease while it runs, then the time of the next warning. */
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

/**
 * Lines of the directory or of the org's users, by bucket: in an object, or, for a short list, in the item.
 */
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

/** The outcome of comparing some buckets: an object of lines, in the order of `syncOutcomes`. */
export const comparisonSchema = once(() =>
  z.object({
    type: z.literal('sync-comparison'),
    v: itemVersion,
    objectKey: z.string(),
    counts: countsByOutcome,
    /** Where the lines of each outcome end, in bytes. */
    ends: countsByOutcome,
    /** Where each batch of lines begins that a full sync applies. */
    pages: z.array(z.number()),
  }),
)
export type BucketComparison = Omit<z.output<ReturnType<typeof comparisonSchema>>, 'type' | 'v'>

/** Ids of users that this sync made inactive; later warnings are about those of them who still are. */
export const batchSchema = once(() =>
  z.object({
    type: z.literal('sync-page'),
    v: itemVersion,
    inactivated: z.array(z.string()),
  }),
)
