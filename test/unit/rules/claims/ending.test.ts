import { describe, expect, it } from 'vitest'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { completeClaim, newAccountOf } from '../../../../shared/rules/claims/ending.ts'
import { accountsOf } from '../../../../shared/rules/claims/views.ts'
import {
  type ClaimedRecord,
  claimed,
  claimedDirectly,
  patchClaim,
  plus,
  SCHEDULE,
  ULID,
  USER,
  withClaim,
} from '../../../support/builders.ts'

const LATER = plus(3_600_000)
const migrating = (given: ClaimedRecord = claimed()): ClaimedRecord =>
  withClaim(decide(given, given.claim, 'transfer_content', { now: LATER, by: USER }))

describe('completeClaim', () => {
  it('U3: the new account stands alone at the address, in the claiming org', () => {
    const given = migrating()
    const { record: standing } = completeClaim(given, given.claim, { now: LATER, by: USER })
    expect(standing).toEqual({
      recordId: 'acc00042',
      revision: 6,
      account: {
        userId: `acc00042~${ULID}`,
        email: 'Ada@noordzee.example',
        firstName: 'Ada',
        lastName: 'de Vries',
        displayName: 'Ada (Sales)',
        orgId: 'noordzee',
        status: 'active',
        licenses: ['pro', 'mail'],
        paid: false,
        locale: 'nl',
      },
      hasContent: true,
    })
    expect(accountsOf(standing)).toHaveLength(1)
  })

  it('C4: a delayed claim’s account takes the status that the original has when it completes', () => {
    const given = migrating(claimed({}, { status: 'not_verified' }))
    const status = (at: ClaimedRecord) =>
      completeClaim(at, at.claim, { now: LATER, by: SCHEDULE }).record.account.status
    expect(status(given)).toBe('not_verified')
    expect(status({ ...given, account: { ...given.account, status: 'verified' } })).toBe('verified')
  })

  it('C2: a direct claim’s account keeps what its org has changed in it meanwhile', () => {
    const given = claimedDirectly()
    const newAccount = {
      ...given.claim.newAccount,
      firstName: 'Bo',
      status: 'verified',
      licenses: ['max'],
    } as const
    const managed = migrating(patchClaim(given, { newAccount }))
    expect(completeClaim(managed, managed.claim, { now: LATER, by: USER }).record.account).toMatchObject({
      firstName: 'Bo',
      status: 'verified',
      licenses: ['max'],
    })
  })

  it('C5: a delayed claim’s account gets its licences on completion', () => {
    const given = migrating()
    expect(given.claim.newAccount.licenses).toEqual([])
    expect(completeClaim(given, given.claim, { now: LATER, by: USER }).record.account.licenses).toEqual([
      'pro',
      'mail',
    ])
  })

  it('U1: what was paid for was the original account', () => {
    const given = migrating(claimed({}, { paid: true }))
    expect(newAccountOf(given, given.claim).paid).toBe(false)
  })

  it('A1: the claim is closed with all that it was, when it ended, and the trail of its changes', () => {
    const given = migrating()
    const at = '2026-03-02T00:00:00.125Z'
    const { closed, change } = completeClaim(given, given.claim, { now: new Date(at), by: SCHEDULE })
    const { newAccount: _account, resumeAt: _resumeAt, mail: _mail, ...core } = given.claim
    expect(closed).toStrictEqual({
      ...core,
      status: 'completed',
      endedAt: at,
      version: 3,
      auditKeys: [...given.claim.auditKeys, `${at}#6`],
    })
    expect(change).toEqual({ what: 'claim.completed', at, by: SCHEDULE, n: 6 })
  })
})
