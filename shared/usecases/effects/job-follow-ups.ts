import { passOf } from '../../rules/imports/import-pass.ts'
import type { Change } from '../../rules/types.ts'
import { type ImportRecord, isMissed, isOfNoOrg } from '../../storage/items/import-item.ts'
import type { SyncRecord } from '../../storage/items/sync-item.ts'
import type { ExportRecord } from '../../storage/stores/exports.ts'
import type { Effects } from './effects.ts'
import { addMail } from './mails.ts'

/** Adds the mail about a finished import, or the work on a confirmed preview. */
export function addImportFollowUps(effects: Effects, record: ImportRecord, change: Change): void {
  const { importId, orgId } = record
  if (isToBeMailed(record, change))
    addMail(effects, change, {
      kind: 'import',
      mailId: `${importId}/finished`,
      importId,
      orgId,
      correlationId: importId,
    })
  if (change.what === 'import.confirmed') effects.imports.push({ orgId, importId })
}

/** N1: neither a preview (P1), nor an upload that never came (I11), mails anybody. */
const isToBeMailed = (record: ImportRecord, { what }: Change): boolean =>
  (what === 'import.completed' || what === 'import.failed') &&
  passOf(record) !== 'preview' &&
  !isOfNoOrg(record) &&
  !isMissed(record)

export function addExportFollowUps(
  effects: Effects,
  { orgId, exportId }: ExportRecord,
  { what }: Change,
): void {
  if (what === 'export.created') effects.exports.push({ orgId, exportId })
}

/** Adds the next step of a sync that was started or confirmed, or a mail to the org's admins about its users. */
export function addSyncFollowUps(effects: Effects, sync: SyncRecord, change: Change): void {
  const { what } = change
  const { orgId, syncId, madeInactive, warned } = sync
  if (what === 'sync.started' || what === 'sync.confirmed')
    effects.syncs.push({ kind: 'advance', orgId, syncId })
  if (what === 'sync.completed' && madeInactive > 0)
    addMail(effects, change, {
      kind: 'inactivated',
      mailId: `${syncId}/inactivated`,
      orgId,
      syncId,
      correlationId: syncId,
    })
  if (what === 'sync.warned' && warned !== undefined) {
    const { days } = warned
    addMail(effects, change, {
      kind: 'removal_warning',
      mailId: `${syncId}/warning/${days}`,
      orgId,
      syncId,
      days,
      correlationId: syncId,
    })
  }
}
