import { passOf } from '../../rules/imports/import-pass.ts'
import type { ImportKind } from '../../rules/enumerations.ts'
import { firstLease, type JobLease, uploadLease } from '../../rules/jobs/job-lease.ts'
import type { Actor, Change } from '../../rules/types.ts'
import type { Table } from '../client.ts'
import { type ImportError, type ImportRecord, UPLOAD_MISSED } from '../items/import-item.ts'
import { leaseAttributes } from '../items/job-lease.ts'
import { fileRetention } from '../items/retention.ts'
import { keys } from '../keys.ts'
import { ifAbsent } from '../writes/requests.ts'
import { putOnce, type Written } from '../writes/write.ts'
import { ifStatus, updateImport } from './import-record.ts'

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

export interface Confirmation {
  readonly by: Actor
  readonly now: Date
  /** N3: nobody is invited to the licences. */
  readonly noInvitations?: boolean
}

/** From an import's creation to its end: its states, and the lease by which the sweep finds one that got stuck. */
export const importLifecycle = (table: Table) => ({
  /** Creates an import. `lost`: there is one with this id, which stays as it is. */
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

  /** Begins reading a file that was waited for, or missed. `lost`: that began before. */
  start(
    record: ImportRecord,
    object: { etag: string; sizeBytes: number },
    by: Actor,
    now: Date,
  ): Promise<Written> {
    const change: Change = { what: 'import.started', at: now.toISOString(), by, n: record.change.n + 1 }
    const { etag, sizeBytes } = object
    const lease = leaseAttributes(record.importId, firstLease(now))
    const cleared = { error: undefined, completedAt: undefined }
    return updateImport(
      table,
      record,
      { status: 'reading', etag, sizeBytes, change, ...lease, ...cleared },
      {
        ConditionExpression: '#status = :waiting OR (#status = :failed AND #error.#code = :missed)',
        ExpressionAttributeNames: { '#status': 'status', '#error': 'error', '#code': 'code' },
        ExpressionAttributeValues: { ':waiting': 'waiting', ':failed': 'failed', ':missed': UPLOAD_MISSED },
      },
    )
  },

  /** The whole file has been read and is sound: its rows may be claimed from now on (I2). */
  run(record: ImportRecord): Promise<Written> {
    const ifUnread = ifStatus('reading', 'ranges = :before', { ':before': record.ranges })
    return updateImport(table, record, { status: 'running' }, ifUnread)
  },

  /**
   * Stores the result; a preview then waits to be confirmed (P1), unless it was cancelled (I12).
   * @param record with all counts
   * @param by the actor of the change
   */
  complete(
    record: ImportRecord,
    done: Required<Pick<ImportRecord, 'reportKey' | 'codes' | 'contentLoss'>>,
    by: Actor,
    now: Date,
  ): Promise<Written> {
    const noLease = leaseAttributes(record.importId, undefined)
    const { chunksDone, accepted, refused, unchanged } = record
    const counts = { chunksDone, accepted, refused, unchanged }
    const at = now.toISOString()
    const isPreview = passOf(record) === 'preview' && record.cancelledAt === undefined
    const what = isPreview ? 'import.previewed' : 'import.completed'
    const status = isPreview ? 'previewed' : 'completed'
    const change: Change = { what, at, by, n: record.change.n + 1 }
    const ifUnchanged = ifStatus('running', '#change.n = :n', { ':n': record.change.n })
    return updateImport(
      table,
      record,
      { status, ...counts, ...done, completedAt: at, change, ...noLease },
      ifUnchanged,
    )
  },

  /**
   * P1: claims the users of a previewed file: the same byte ranges, each row checked anew. `lost`: it was confirmed or
   * cancelled before.
   */
  confirm(record: ImportRecord, { by, now, noInvitations }: Confirmation): Promise<Written> {
    const at = now.toISOString()
    const change: Change = { what: 'import.confirmed', at, by, n: record.change.n + 1 }
    const reset = { rangesSent: 0, chunksDone: 0, accepted: 0, refused: 0, unchanged: 0 }
    const cleared = {
      codes: undefined,
      contentLoss: undefined,
      reportKey: undefined,
      completedAt: undefined,
    }
    return updateImport(
      table,
      record,
      {
        status: 'running',
        confirmedAt: at,
        noInvitations: noInvitations === true ? true : undefined,
        change,
        ...reset,
        ...cleared,
        ...leaseAttributes(record.importId, firstLease(now)),
      },
      ifStatus('previewed'),
    )
  },

  /**
   * I12: stops an import. One that is under way still runs to its end, and refuses the rows that are left; one that waits
   * for its upload or for its confirmation ends at once. `lost`: its status has changed, or it was cancelled before.
   */
  cancel(record: ImportRecord, by: Actor, now: Date): Promise<Written> {
    const at = now.toISOString()
    const change: Change = { what: 'import.cancelled', at, by, n: record.change.n + 1 }
    const isWaiting = record.status === 'waiting' || record.status === 'previewed'
    const ended = isWaiting && {
      status: 'completed',
      completedAt: at,
      ...leaseAttributes(record.importId, undefined),
    }
    return updateImport(
      table,
      record,
      { cancelledAt: at, change, ...ended },
      ifStatus(record.status, 'attribute_not_exists(cancelledAt) AND #change.n = :n', {
        ':n': record.change.n,
      }),
    )
  },

  /** I2: refuses the file as a whole. `lost`: its rows are being handled, or it has ended. */
  fail(record: ImportRecord, error: ImportError, by: Actor, now: Date): Promise<Written> {
    const change: Change = { what: 'import.failed', at: now.toISOString(), by, n: record.change.n + 1 }
    return updateImport(
      table,
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

  /**
   * Renews the lease of an import that the sweep found. `lost`: its status has changed, or another message renewed it.
   * @param sendAgain sends all chunks to the row workers once more; finished ones are skipped
   */
  renewLease(record: ImportRecord, lease: JobLease, sendAgain: boolean): Promise<Written> {
    const values = { ...leaseAttributes(record.importId, lease), ...(sendAgain && { rangesSent: 0 }) }
    return updateImport(
      table,
      record,
      values,
      ifStatus(record.status, 'dueAt = :dueBefore', { ':dueBefore': record.dueAt }),
    )
  },
})
