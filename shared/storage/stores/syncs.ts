import type { SyncRef } from '../../contracts/messages/sync.ts'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { nextWarningAt, type SyncPhase } from '../../rules/directory/directory-sync.ts'
import { firstLease, type JobLease } from '../../rules/jobs/job-lease.ts'
import type { Actor, Change } from '../../rules/types.ts'
import { shardOf } from '../../lib/shard.ts'
import type { Table } from '../client.ts'
import { leaseAttributes } from '../items/job-lease.ts'
import { indexKeys, keys, sortKeyPrefix } from '../keys.ts'
import {
  type NewSync,
  newSyncItem,
  type SyncError,
  type SyncRecord,
  type SyncRun,
  syncFromItem,
} from '../items/sync-item.ts'
import { runPut, syncParts } from './sync-parts.ts'
import { type Condition, edit, ifAbsent, put } from '../writes/requests.ts'
import { editOnce, putOnce, transactOnce, type Written } from '../writes/write.ts'
import type { Page } from '../../lib/page.ts'
import { pageOfItems } from '../queries/partition-items.ts'

/** The sync is in this phase, and wasn't advanced since it was read. */
const ifIn = (phase: SyncPhase, and?: { attribute: 'runs' | 'dueAt'; is: unknown }): Condition => ({
  ConditionExpression: `#phase = :before${and === undefined ? '' : ' AND #and = :is'}`,
  ExpressionAttributeNames: { '#phase': 'phase', ...(and && { '#and': and.attribute }) },
  ExpressionAttributeValues: { ':before': phase, ...(and && { ':is': and.is }) },
})

export function syncStore(table: Table) {
  const get = async (orgId: string, syncId: string): Promise<SyncRecord | undefined> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: keys.sync(orgId, syncId), ConsistentRead: true }),
    )
    return Item === undefined ? undefined : syncFromItem(Item)
  }

  /**
   * Updates the sync as it was read; `undefined` removes an attribute. `lost`: it isn't in that phase any
   * more.
   */
  const update = (
    { orgId, syncId }: SyncRef,
    phase: SyncPhase,
    values: Record<string, unknown>,
    and?: { readonly attribute: 'runs' | 'dueAt'; readonly is: unknown },
  ): Promise<Written> => editOnce(table, keys.sync(orgId, syncId), values, ifIn(phase, and))

  return {
    ...syncParts(table),
    get,

    /** Creates a sync that waits for an upload. */
    createForFile(sync: NewSync, objectKey: string, now: Date): Promise<Written> {
      const item = newSyncItem(sync, { phase: 'upload', source: 'file', objectKey }, 'sync.created', now)
      return putOnce(table, item, ifAbsent)
    },

    /** Creates a sync together with its directory, and starts it. */
    createFromList(sync: NewSync, list: SyncRun, now: Date): Promise<Written> {
      const at = { phase: 'users', source: 'list', startedAt: now.toISOString() } as const
      const created = newSyncItem(sync, { ...at, rowsRead: list.rows, runs: 1 }, 'sync.started', now)
      const item = { ...created, ...leaseAttributes(sync.syncId, firstLease(now)) }
      return transactOnce(table, [put(table, item, ifAbsent), runPut(table, sync, 0, list, now)])
    },

    /** Starts a sync whose upload has come. `lost`: it was started before. */
    start(record: SyncRecord, object: { etag: string; sizeBytes: number }, now: Date): Promise<Written> {
      return update(record, 'upload', {
        phase: 'directory',
        ...object,
        startedAt: now.toISOString(),
        ...leaseAttributes(record.syncId, firstLease(now)),
        change: nextChange(record, 'sync.started', now, record.createdBy),
      })
    },

    /** Stores how the file is to be read. `lost`: the file has been read, or the sync has ended. */
    setDialect(
      record: SyncRecord,
      found: Pick<SyncRecord, 'dialect' | 'columns' | 'bytesRead' | 'nextLine'>,
    ): Promise<Written> {
      return update(record, 'directory', found)
    },

    /** Stores a run together with the next reading position. `lost`: another invocation is further. */
    runDone(
      record: SyncRecord,
      run: SyncRun,
      {
        comparisons,
        ...progress
      }: Partial<
        Pick<
          SyncRecord,
          | 'bytesRead'
          | 'nextLine'
          | 'rowsRead'
          | 'refused'
          | 'refusedRows'
          | 'withoutAddress'
          | 'usersRead'
          | 'usersFrom'
          | 'phase'
          | 'comparisons'
        >
      >,
      now: Date,
    ): Promise<Written> {
      const { orgId, syncId, phase, runs } = record
      const same = ifIn(phase, { attribute: 'runs', is: runs })
      const divided = comparisons === undefined ? {} : { comparisons }
      return transactOnce(table, [
        runPut(table, record, runs, run, now),
        edit(table, keys.sync(orgId, syncId), { ...progress, ...divided, runs: runs + 1 }, same),
      ])
    },

    /** Ends the reading of the directory. `lost`: another invocation is further. */
    directoryRead(record: SyncRecord): Promise<Written> {
      return update(record, 'directory', { phase: 'users' }, { attribute: 'runs', is: record.runs })
    },

    /** Y8: holds the sync until an admin confirms it. */
    hold(record: SyncRecord, held: NonNullable<SyncRecord['held']>, pages: number, now: Date) {
      const comparedAt = now.toISOString()
      const change = nextChange(record, 'sync.held', now, syncActor(record))
      const none = leaseAttributes(record.syncId, undefined)
      return update(record, 'compare', { phase: 'held', held, pages, comparedAt, change, ...none })
    },

    /** Confirms a held sync. `lost`: it isn't held any more. */
    confirm(record: SyncRecord, by: Actor, now: Date): Promise<Written> {
      return update(record, 'held', {
        phase: 'apply',
        held: undefined,
        ...leaseAttributes(record.syncId, firstLease(now)),
        appliedAt: now.toISOString(),
        change: nextChange(record, 'sync.confirmed', now, by),
      })
    },

    apply(record: SyncRecord, pages: number, now: Date): Promise<Written> {
      const at = now.toISOString()
      return update(record, 'compare', { phase: 'apply', pages, comparedAt: at, appliedAt: at })
    },

    /**
     * Completes the sync.
     * @param missing when the users that a full sync made inactive are deleted, and some of them
     */
    complete(
      record: SyncRecord,
      missing: { readonly removedFrom: string; readonly sample: readonly string[] } | undefined,
      now: Date,
    ): Promise<Written> {
      const at = now.toISOString()
      return update(record, record.phase, {
        phase: 'completed',
        completedAt: at,
        comparedAt: record.comparedAt ?? at,
        change: nextChange(record, 'sync.completed', now, syncActor(record)),
        ...leaseAttributes(record.syncId, undefined),
        ...(missing && { ...missing, ...dueKeys(record, nextWarningAt(missing.removedFrom, now)) }),
      })
    },

    /** Fails the sync; only possible before any user was changed. */
    fail(record: SyncRecord, error: SyncError, now: Date): Promise<Written> {
      const change = nextChange(record, 'sync.failed', now, syncActor(record))
      return update(record, record.phase, {
        phase: 'failed',
        error,
        refused: record.refused,
        refusedRows: record.refusedRows,
        completedAt: now.toISOString(),
        change,
        ...leaseAttributes(record.syncId, undefined),
      })
    },

    /**
     * Records that a warning was given, or wasn't needed. `lost`: another worker recorded it.
     * @param warned `undefined`: nobody is left to warn about
     */
    warned(
      record: SyncRecord,
      warned: NonNullable<SyncRecord['warned']> | undefined,
      now: Date,
    ): Promise<Written> {
      const next =
        warned && record.removedFrom !== undefined ? nextWarningAt(record.removedFrom, now) : undefined
      const change = nextChange(record, 'sync.warned', now, syncActor(record))
      const values = { ...dueKeys(record, next), ...(warned && { warned, change }) }
      return update(record, 'completed', values, { attribute: 'dueAt', is: record.dueAt })
    },

    /**
     * Renews the lease of a sync that the sweep found. `lost`: its phase has changed, or another message
     * renewed it.
     */
    renewLease(record: SyncRecord, lease: JobLease): Promise<Written> {
      const values = leaseAttributes(record.syncId, lease)
      return update(record, record.phase, values, { attribute: 'dueAt', is: record.dueAt })
    },

    /** An org's syncs, newest first: a sync's id begins with its time. */
    list(orgId: string, limit: number, before?: string): Promise<Page<SyncRecord>> {
      return pageOfItems(table, {
        pk: keys.org(orgId).pk,
        prefix: sortKeyPrefix.sync,
        limit,
        behind: before === undefined ? undefined : keys.sync(orgId, before),
        newestFirst: true,
        parse: syncFromItem,
        positionOf: ({ syncId }) => syncId,
      })
    },
  }
}

export type SyncStore = ReturnType<typeof syncStore>

const syncActor = ({ syncId }: SyncRef): Actor => `sync:${syncId}`

const nextChange = (record: SyncRecord, what: Change['what'], now: Date, by: Actor): Change => ({
  what,
  at: now.toISOString(),
  by,
  n: record.change.n + 1,
})

/** Index keys, both or neither. */
const dueKeys = ({ syncId }: SyncRef, dueAt: string | undefined) => ({
  dueShard: dueAt === undefined ? undefined : indexKeys.dueShard('job', shardOf(syncId)),
  dueAt,
})
