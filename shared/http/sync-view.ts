import { statusOf } from '../rules/directory/directory-sync.ts'
import type { SyncRecord } from '../storage/items/sync-item.ts'

/** The percentage at which each phase begins: reading the directory, reading the users, comparing, applying. */
const PERCENT = { directory: 0, users: 30, compare: 50, apply: 70, done: 100 } as const

const between = (from: number, to: number, done: number, all: number): number =>
  Math.floor(from + ((to - from) * Math.min(done, all)) / Math.max(all, 1))

function percentOf(record: SyncRecord): number {
  switch (record.phase) {
    case 'upload':
      return 0
    case 'directory':
      return between(PERCENT.directory, PERCENT.users, record.bytesRead, record.sizeBytes)
    case 'users':
      return PERCENT.users
    case 'compare':
      return between(PERCENT.compare, PERCENT.apply, record.comparisonsDone, record.comparisons)
    case 'held':
      return PERCENT.apply
    case 'apply':
      return Math.min(99, between(PERCENT.apply, PERCENT.done, record.pagesDone, record.pages))
    case 'failed':
      return between(PERCENT.directory, PERCENT.users, record.bytesRead, record.sizeBytes)
    case 'completed':
      return 100
  }
}

export function viewSync(record: SyncRecord) {
  const { added, matched, inactivated, restored, untouched, refused, refusedRows, held, error } = record
  return {
    syncId: record.syncId,
    mode: record.mode,
    status: statusOf(record),
    createdAt: record.createdAt,
    ...(record.startedAt === undefined ? {} : { startedAt: record.startedAt }),
    ...(record.completedAt === undefined ? {} : { completedAt: record.completedAt }),
    percent: percentOf(record),
    progress: { rowsRead: record.rowsRead, usersRead: record.usersRead },
    counts: {
      added,
      matched,
      inactivated,
      restored,
      untouched,
      refused,
      withoutAddress: record.withoutAddress ?? 0,
    },
    ...(refusedRows.length === 0 ? {} : { refusedRows }),
    ...(record.appliedAt === undefined
      ? {}
      : { applied: { inactivated: record.madeInactive, restored: record.madeActive } }),
    ...(record.removedFrom === undefined ? {} : { removedFrom: record.removedFrom }),
    ...(held === undefined ? {} : { held: { reason: 'too_many_inactivations' as const, ...held } }),
    ...(error === undefined ? {} : { error }),
  }
}
