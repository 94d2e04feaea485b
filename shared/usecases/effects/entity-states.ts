import { importIdOf } from '../../rules/claims/idempotency-origin.ts'
import { accountsOf } from '../../rules/claims/views.ts'
import { statusOf } from '../../rules/directory/directory-sync.ts'
import { passOf } from '../../rules/imports/import-pass.ts'
import type { AccountRecord, Claim, Organization } from '../../rules/types.ts'
import type { ImportRecord } from '../../storage/items/import-item.ts'
import type { StoredEntity } from '../../storage/items/stream-images.ts'
import type { SyncRecord } from '../../storage/items/sync-item.ts'

/**
 * What the audit trail (Y7) and the platform's bus say of an entity: ids and states, no personal data.
 * @param subject the id that the change is about: of a record with two accounts, or of a claim in it
 */
export function stateOf(entity: StoredEntity, subject: string): Record<string, unknown> {
  switch (entity.kind) {
    case 'account':
      return accountState(entity.record, subject)
    case 'closed-claim':
      return entity.record === undefined || subject === entity.claim.claimId
        ? claimState(entity.claim)
        : accountState(entity.record, subject)
    case 'organization':
      return organizationState(entity.org)
    case 'domain':
      return { domain: entity.domain.domain, status: entity.domain.status }
    case 'import':
      return importState(entity.record)
    case 'export': {
      const { exportId, status, rows } = entity.record
      return { exportId, status, rows }
    }
    case 'sync':
      return syncState(entity.record)
    case 'digest':
      return {}
  }
}

/** An account that is being deleted still has a state, so `deletion` is left out before its accounts are listed. */
function accountState({ deletion: _deletion, ...record }: AccountRecord, subject: string) {
  const { claim } = record
  const inRecord = accountsOf(record).find(({ account }) => account.userId === subject)
  const { userId, status, orgId } = inRecord?.account ?? record.account
  const user = { userId, userStatus: status, userOrgId: orgId }
  return claim === undefined ? user : { ...user, ...claimState(claim) }
}

function claimState(claim: Claim) {
  const importId = importIdOf(claim.origin)
  const { decision } = claim
  return {
    claimId: claim.claimId,
    claimType: claim.type,
    claimStatus: claim.status,
    claimingOrgId: claim.claimingOrgId,
    sourceOrgId: claim.sourceOrgId,
    originalUserId: claim.originalUserId,
    newUserId: claim.newUserId,
    ...(importId === undefined ? {} : { importId }),
    version: claim.version,
    ...(decision === undefined ? {} : { decision: { kind: decision.kind, by: decision.by } }),
  }
}

function organizationState({ adminEmails: _addresses, name: _name, settings, ...org }: Organization) {
  const { contact: _contact, ...impersonalSettings } = settings
  return { ...org, settings: impersonalSettings }
}

function importState(record: ImportRecord) {
  const { importId, kind, status, rowsRead, accepted, refused, unchanged, error } = record
  return {
    importId,
    importKind: kind,
    status,
    rowsRead,
    ...(passOf(record) === 'preview' ? { claimed: 0, claimable: accepted } : { claimed: accepted }),
    refused,
    unchanged,
    errorCode: error?.code,
  }
}

function syncState(sync: SyncRecord) {
  const { syncId, mode, added, matched, inactivated, restored, untouched, warned, error } = sync
  return {
    syncId,
    mode,
    status: statusOf(sync),
    ...(sync.comparedAt === undefined ? {} : { added, matched, inactivated, restored, untouched }),
    ...(sync.held === undefined ? {} : { held: sync.held }),
    ...(sync.appliedAt === undefined
      ? {}
      : { madeInactive: sync.madeInactive, restoredNow: sync.madeActive }),
    ...(warned === undefined ? {} : { warned: { days: warned.days, users: warned.users } }),
    errorCode: error?.code,
  }
}
