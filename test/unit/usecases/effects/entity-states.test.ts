import { describe, expect, it } from 'vitest'
import { originOfRow } from '../../../../shared/rules/claims/idempotency-origin.ts'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { startAccountDeletion } from '../../../../shared/rules/deletion/account-deletion.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import type { ImportRecord } from '../../../../shared/storage/items/import-item.ts'
import type { StoredEntity } from '../../../../shared/storage/items/stream-images.ts'
import type { SyncRecord } from '../../../../shared/storage/items/sync-item.ts'
import { stateOf } from '../../../../shared/usecases/effects/entity-states.ts'
import { claimed, org, record, T0, USER, withClaim } from '../../../support/builders.ts'
import { exportRecord, importRecord, syncRecord } from '../../../support/job-records.ts'

const AT = T0.toISOString()
const common = { orgId: 'noordzee', subject: 'x', change: undefined }
const byUser = { now: T0, by: USER }

const own = record()
const open = claimed()
const claimState = {
  claimId: open.claim.claimId,
  claimType: 'delayed',
  claimStatus: 'open',
  claimingOrgId: 'noordzee',
  sourceOrgId: 'personal',
  originalUserId: 'acc00042',
  newUserId: open.claim.newUserId,
  version: 1,
}
const userState = { userId: 'acc00042', userStatus: 'active', userOrgId: 'personal' }

describe('what the audit trail says of a user', () => {
  it('Y7: is id, status and organization, also once the user is being deleted', () => {
    const deleting = startAccountDeletion(own, 'acc00042', byUser)
    for (const stored of [own, deleting])
      expect(stateOf({ ...common, kind: 'account', record: stored }, 'acc00042')).toEqual(userState)
  })

  it('A3: is, of a claimed one, the account that the change is about, with the claim', () => {
    const entity: StoredEntity = { ...common, kind: 'account', record: open }
    const { newUserId } = open.claim
    expect(stateOf(entity, newUserId)).toEqual({
      ...claimState,
      userId: newUserId,
      userStatus: 'active',
      userOrgId: 'noordzee',
    })
    expect(stateOf(entity, open.claim.claimId)).toEqual({ ...claimState, ...userState })
  })

  it('Y7: has the decision without its time, and the import that claimed', () => {
    const decided = withClaim(decide(open, open.claim, 'transfer_content', byUser))
    const imported = { ...decided, claim: { ...decided.claim, origin: originOfRow('imp-1', 7) } }
    expect(stateOf({ ...common, kind: 'account', record: imported }, open.claim.claimId)).toMatchObject({
      claimStatus: 'migrating',
      importId: 'imp-1',
      decision: { kind: 'transfer_content', by: 'user' },
    })
    expect(stateOf({ ...common, kind: 'account', record: open }, 'x')).not.toHaveProperty('decision')
    expect(stateOf({ ...common, kind: 'account', record: open }, 'x')).not.toHaveProperty('importId')
  })

  it('A1: is, of a claim that ended, the claim, or the user where the change is about them', () => {
    const { closed: claim } = revokeClaim(open, open.claim, byUser)
    const ended: StoredEntity = { ...common, kind: 'closed-claim', claim, deletedUserId: undefined }
    const closedState = { ...claimState, claimStatus: 'revoked', version: 2 }
    expect(stateOf(ended, 'acc00042')).toEqual(closedState)
    expect(stateOf({ ...ended, record: own }, claim.claimId)).toEqual(closedState)
    expect(stateOf({ ...ended, record: own }, 'acc00042')).toEqual(userState)
  })
})

describe('what the audit trail says of an organization', () => {
  it('Y7: has neither names nor addresses', () => {
    const { name: _name, adminEmails: _addresses, settings, ...rest } = org()
    const withContact = org({ settings: { contact: 'help@noordzee.example' } })
    expect(stateOf({ ...common, kind: 'organization', org: withContact }, 'x')).toEqual({ ...rest, settings })
  })

  it('A1: is, of its domains, their name and status, and of a digest nothing', () => {
    const domain = {
      orgId: 'noordzee',
      domain: 'noordzee.example',
      status: 'verified',
      token: 't',
      tokenExpiresAt: AT,
      createdAt: AT,
      revision: 1,
    } as const
    expect(stateOf({ ...common, kind: 'domain', domain }, 'x')).toEqual({
      domain: 'noordzee.example',
      status: 'verified',
    })
    expect(stateOf({ ...common, kind: 'digest' }, 'x')).toEqual({})
  })
})

describe('what the audit trail says of a job', () => {
  const ofImport = (patch: Partial<ImportRecord>) =>
    stateOf({ ...common, kind: 'import', record: importRecord(patch) }, 'x')
  const ofSync = (patch: Partial<SyncRecord>) =>
    stateOf({ ...common, kind: 'sync', record: syncRecord(patch) }, 'x')

  it('I10: is, of an import, its counts and why it failed', () => {
    const counts = { rowsRead: 6, refused: 2, unchanged: 3 }
    const common = { importId: 'imp-1', importKind: 'claims', ...counts }
    expect(ofImport({})).toEqual({ ...common, status: 'running', claimed: 1, errorCode: undefined })
    expect(ofImport({ status: 'failed', error: { code: 'import_stalled', message: '' } })).toEqual({
      ...common,
      status: 'failed',
      claimed: 1,
      errorCode: 'import_stalled',
    })
  })

  it('P1: a preview has claimed nobody', () => {
    expect(ofImport({ preview: true })).toMatchObject({ claimed: 0, claimable: 1 })
    expect(ofImport({ preview: true, confirmedAt: AT })).not.toHaveProperty('claimable')
  })

  it('C1: is, of an export, its status and rows', () => {
    const record = exportRecord({ rows: 9 })
    expect(stateOf({ ...common, kind: 'export', record }, 'x')).toEqual({
      exportId: 'exp-1',
      status: 'running',
      rows: 9,
    })
  })

  it('Y3, Y8: is, of a sync, what it found once it has compared, and did once it could have changed somebody', () => {
    const found = { added: 1, matched: 2, inactivated: 3, restored: 4, untouched: 5 }
    const base = { syncId: 'sync-1', mode: 'full', status: 'running', errorCode: undefined }
    expect(ofSync(found)).toEqual(base)
    expect(ofSync({ ...found, comparedAt: AT })).toEqual({ ...base, ...found })
    const held = { inactivations: 30, users: 40 }
    expect(ofSync({ phase: 'held', held })).toEqual({ ...base, status: 'waiting', held })
    expect(ofSync({ phase: 'apply', appliedAt: AT, madeInactive: 6, madeActive: 7 })).toEqual({
      ...base,
      madeInactive: 6,
      restoredNow: 7,
    })
    const failed = { phase: 'failed', error: { code: 'sync_stalled', message: '' } } as const
    expect(ofSync(failed)).toEqual({ ...base, status: 'failed', errorCode: 'sync_stalled' })
  })

  it('Y7: a warning names nobody', () => {
    const warned = { days: 3, users: 2, sample: ['acc1', 'acc2'] }
    expect(ofSync({ warned })).toMatchObject({ warned: { days: 3, users: 2 } })
    expect(JSON.stringify(ofSync({ warned }))).not.toContain('acc1')
  })
})
