import {
  type BucketComparison,
  newSyncItem,
  type SyncRecord,
  syncFromItem,
} from '../../shared/storage/items/sync-item.ts'
import type { ImportRecord } from '../../shared/storage/items/import-item.ts'
import type { ExportRecord } from '../../shared/storage/stores/exports.ts'
import type { Change, ChangeKind } from '../../shared/rules/types.ts'
import { ADMIN, T0 } from './builders.ts'

const AT = T0.toISOString()
const changeOf = (what: ChangeKind): Change => ({ what, at: AT, by: ADMIN, n: 1 })

/** An import of claims of which one of two chunks is done. */
export const importRecord = (patch: Partial<ImportRecord> = {}): ImportRecord => ({
  type: 'import',
  v: 1,
  importId: 'imp-1',
  orgId: 'noordzee',
  kind: 'claims',
  status: 'running',
  fileName: 'people.csv',
  objectKey: 'imports/noordzee/people.csv',
  sizeBytes: 10,
  createdAt: AT,
  createdBy: ADMIN,
  bytesRead: 10,
  rowsRead: 6,
  nextLine: 7,
  ranges: 1,
  rangesSent: 1,
  chunks: 2,
  chunksDone: 1,
  accepted: 1,
  refused: 2,
  unchanged: 3,
  change: changeOf('import.started'),
  ...patch,
})

/** An export of claimable users that is being written. */
export const exportRecord = (patch: Partial<ExportRecord> = {}): ExportRecord => ({
  type: 'export',
  v: 1,
  exportId: 'exp-1',
  orgId: 'noordzee',
  status: 'running',
  rows: 0,
  createdAt: AT,
  createdBy: ADMIN,
  expiresAtEpochSeconds: 0,
  change: changeOf('export.created'),
  ...patch,
})

/** A full sync of an uploaded file that is being compared. */
export const syncRecord = (patch: Partial<SyncRecord> = {}): SyncRecord => ({
  ...syncFromItem(
    newSyncItem(
      { orgId: 'noordzee', syncId: 'sync-1', mode: 'full', createdBy: ADMIN },
      { phase: 'compare', source: 'file' },
      'sync.started',
      T0,
    ),
  ),
  ...patch,
})

/** The comparison of some buckets, which found one user to make inactive and two to restore, of 10 bytes each. */
export const bucketComparison = (patch: Partial<BucketComparison> = {}): BucketComparison => ({
  objectKey: 'syncs/noordzee/sync-1/outcome-0.tsv',
  counts: { inactivate: 1, restore: 2, add: 0, untouched: 0, match: 0 },
  ends: { inactivate: 10, restore: 30, add: 30, untouched: 30, match: 30 },
  pages: [0],
  ...patch,
})
