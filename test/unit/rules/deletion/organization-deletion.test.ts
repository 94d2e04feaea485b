import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import { completeClaim, newAccountOf } from '../../../../shared/rules/claims/ending.ts'
import { convertToDirect } from '../../../../shared/rules/claims/migration.ts'
import { notRevocableBecause } from '../../../../shared/rules/claims/revocation.ts'
import {
  isOrganizationDeletionDue,
  isBeingDeleted,
  startOrResumeDeletion,
  requestDeletion,
  cancelDeletion,
} from '../../../../shared/rules/deletion/organization-deletion.ts'
import {
  planOrganization,
  sameOrganization,
} from '../../../../shared/rules/organizations/organization-changes.ts'
import { ADMIN, claimed, claimedDirectly, org, plus, SCHEDULE, T0 } from '../../../support/builders.ts'

const by = { now: T0, by: ADMIN }
const requested = requestDeletion(org(), by)
const AT = '2026-03-02T09:30:16Z'

describe('the deletion of an organization', () => {
  it('O1: is held for 24 h, to the next whole second', () => {
    expect(requested.deletion).toEqual({ requestedAt: T0.toISOString(), at: AT, by: ADMIN })
    expect(Date.parse(AT) - T0.getTime()).toBeGreaterThanOrEqual(DAY_MS)
    const whole = requestDeletion(org(), { now: new Date('2026-03-01T09:30:15Z'), by: ADMIN })
    expect(whole.deletion?.at).toBe('2026-03-02T09:30:15Z')
  })

  it('O1: is due at that second, and not a millisecond before; never where nobody asked for it', () => {
    expect(isOrganizationDeletionDue(requested, new Date(Date.parse(AT) - 1))).toBe(false)
    expect(isOrganizationDeletionDue(requested, new Date(AT))).toBe(true)
    expect(isOrganizationDeletionDue(org(), new Date('2999-01-01'))).toBe(false)
  })

  it('O1: taken back, the org is as it was', () => {
    expect(cancelDeletion(requested)).toEqual(org())
    expect(sameOrganization(requested, org())).toBe(false)
  })

  it('O1: it hides the org from its beginning on, which its leases keep', () => {
    expect([org(), requested].map(isBeingDeleted)).toEqual([false, false])
    const begun = startOrResumeDeletion(requested, new Date(AT))
    const later = startOrResumeDeletion(begun, plus(60_000, AT))
    expect([begun, later].map(isBeingDeleted)).toEqual([true, true])
    expect(later.deletion?.begunAt).toBe(begun.deletion?.begunAt)
    expect([begun, later].map(({ deletion }) => deletion?.resumeAt)).toEqual([
      '2026-03-02T09:45:16Z',
      '2026-03-02T09:46:16Z',
    ])
  })

  it('O1: nothing begins where nobody asked for it', () => {
    expect(startOrResumeDeletion(org(), new Date(AT))).toEqual(org())
  })

  it('O1: while it is held, what the platform says of the org leaves it standing', () => {
    const told = planOrganization(requested, { orgId: 'noordzee', name: 'Other', kind: 'enterprise' }, T0)
    expect(told.deletion).toEqual(requested.deletion)
  })
})

describe('a claim whose source org is deleted', () => {
  const bySchedule = { now: T0, by: SCHEDULE }

  it.each([
    ['delayed', claimed({ licenses: ['pro'] }, { status: 'not_verified' })],
    ['direct', claimedDirectly({ status: 'verified' })],
  ])('O1: of type %s is completed as direct, with the account that it would have given', (_type, given) => {
    const next = convertToDirect(given, given.claim, bySchedule)
    if (next.claim === undefined) throw new Error('no claim')
    expect(next.claim).toMatchObject({
      type: 'direct',
      status: 'migrating',
      contentLoss: 'source_deleted',
      decision: { kind: 'delete_original', by: 'schedule' },
      version: given.claim.version + 1,
    })
    expect(next.change).toMatchObject({ what: 'claim.migrating', n: given.revision + 1 })
    expect(notRevocableBecause(next.claim, T0, false)).toBe('decided')
    const { record, closed } = completeClaim(next, next.claim, bySchedule)
    expect(record.account).toEqual(newAccountOf(given, given.claim))
    expect(closed).toMatchObject({ status: 'completed', type: 'direct', contentLoss: 'source_deleted' })
  })
})
