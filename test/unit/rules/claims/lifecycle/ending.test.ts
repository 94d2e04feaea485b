import { describe, expect, it } from 'vitest'
import {
  completeClaim,
  decide,
  newAccountOf,
  notRevocableBecause,
  revokeClaim,
  signIn,
  splitByNewAddress,
  startMigration,
} from '../../../../../shared/rules/claims/lifecycle.ts'
import type { NotRevocable } from '../../../../../shared/rules/types.ts'
import { accountsOf } from '../../../../../shared/rules/claims/views.ts'
import {
  ADMIN,
  type ClaimedRecord,
  claimed,
  claimedDirectly,
  ENDS_AT,
  patchClaim,
  plus,
  record,
  SCHEDULE,
  T0,
  ULID,
  USER,
  withClaim,
} from '../../../../support/builders.ts'

const LATER = plus(3_600_000)
const LAST_MOMENT = plus(-1, ENDS_AT)

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
      trail: [...given.claim.trail, `${at}#6`],
    })
    expect(change).toEqual({ what: 'claim.completed', at, by: SCHEDULE, n: 6 })
  })
})

describe('splitByNewAddress', () => {
  const given = claimed({}, { paid: true })
  const split = () => splitByNewAddress(given, given.claim, 'ada@personal.example', { now: LATER, by: USER })

  it('U2: the original account keeps all but its address, in its source org and its own record', () => {
    expect(split().original).toEqual({
      recordId: 'acc00042',
      revision: 5,
      account: { ...given.account, email: 'ada@personal.example' },
    })
  })

  it('U2: the new account keeps the claimed address, in a new record of its own', () => {
    const { record: standing } = split().ended
    expect(standing).toEqual({
      recordId: `acc00042~${ULID}`,
      revision: 1,
      account: newAccountOf(given, given.claim),
    })
    expect(standing.account).toMatchObject({ email: 'Ada@noordzee.example', orgId: 'noordzee' })
  })

  it('U2: the claim is completed by the user’s decision, in one change', () => {
    const { closed, change } = split().ended
    const at = LATER.toISOString()
    expect(closed).toMatchObject({
      status: 'completed',
      endedAt: at,
      decision: { kind: 'change_email', at, by: 'user', newEmail: 'ada@personal.example' },
      version: 2,
      trail: [...given.claim.trail, `${at}#5`],
    })
    expect(change).toEqual({ what: 'claim.completed', at, by: USER, n: 5 })
  })

  it('C4, C5: a delayed claim that ends so gives its account status and licences as any other', () => {
    const unverified = claimed({}, { status: 'not_verified' })
    const { ended } = splitByNewAddress(unverified, unverified.claim, 'ada@personal.example', {
      now: LATER,
      by: USER,
    })
    expect(ended.record.account).toMatchObject({ status: 'not_verified', licenses: ['pro', 'mail'] })
  })
})

describe('revokeClaim', () => {
  it.each(['delayed', 'direct'] as const)(
    'R1: revoking a %s claim gives exactly the account that was there, and no other',
    (type) => {
      const original = {
        status: 'not_verified',
        licenses: ['gold', 'free'],
        paid: true,
        locale: 'fr',
        displayName: 'A.',
      } as const
      const before = record(original)
      const given = claimed({ type, names: { firstName: 'Bo' } }, original)
      const { record: standing } = revokeClaim(given, given.claim, { now: LATER, by: ADMIN })
      expect(standing).toStrictEqual({ ...before, revision: 5 })
      expect(accountsOf(standing)).toEqual([{ role: 'only', account: before.account }])
    },
  )

  it("R1: what the claiming org did with a direct claim's account leaves nothing behind", () => {
    const given = claimedDirectly()
    const managed = patchClaim(given, {
      newAccount: { ...given.claim.newAccount, firstName: 'Bo', licenses: ['max'], status: 'inactive' },
    })
    expect(revokeClaim(managed, managed.claim, { now: LATER, by: ADMIN }).record.account).toEqual(
      record().account,
    )
  })

  it('A1: the claim is closed as revoked', () => {
    const given = claimed()
    const { closed, change } = revokeClaim(given, given.claim, { now: LATER, by: ADMIN })
    const at = LATER.toISOString()
    expect(closed).toMatchObject({ status: 'revoked', endedAt: at, version: 2 })
    expect(closed.trail).toEqual([...given.claim.trail, `${at}#5`])
    expect(closed).not.toHaveProperty('newAccount')
    expect(change).toEqual({ what: 'claim.revoked', at, by: ADMIN, n: 5 })
  })
})

describe('notRevocableBecause', () => {
  const signedIn = { signedInAt: T0.toISOString() }
  const decided = { decision: { kind: 'transfer_content', at: T0.toISOString(), by: 'user' } } as const
  const types = ['direct', 'delayed'] as const

  it.each<[NotRevocable | undefined, string, object, Date, boolean]>([
    ['signed_in', 'the user has signed in', signedIn, LATER, false],
    ['decided', 'the user has decided', decided, LATER, false],
    ['window_passed', '14 days have passed', {}, new Date(ENDS_AT), false],
    ['window_passed', 'more than 14 days have passed', {}, plus(1, ENDS_AT), false],
    [undefined, 'less than 14 days have passed', {}, LAST_MOMENT, false],
    [undefined, 'it was made this instant', {}, T0, false],
    ['domain_claimed', 'the claiming org has the domain claimed', {}, LATER, true],
    [
      'signed_in',
      'a signed-in user has decided too, and all else applies',
      { ...signedIn, ...decided },
      new Date(ENDS_AT),
      true,
    ],
    [
      'decided',
      'a decision was made, and what follows in the table applies',
      decided,
      new Date(ENDS_AT),
      true,
    ],
    ['window_passed', 'the time is over and the domain claimed', {}, new Date(ENDS_AT), true],
  ])('R: a claim of either type answers %s where %s', (answer, _, patch, now, domainClaimed) => {
    for (const type of types) {
      const { claim } = patchClaim(claimed({ type }), patch)
      expect(notRevocableBecause(claim, now, domainClaimed)).toBe(answer)
    }
  })

  it('R: a claim that ended is told as such, whatever else applies', () => {
    const given = patchClaim(claimed(), signedIn)
    for (const { closed } of [
      revokeClaim(given, given.claim, { now: LATER, by: ADMIN }),
      completeClaim(given, given.claim, { now: LATER, by: USER }),
    ]) {
      expect(notRevocableBecause(closed, LATER, true)).toBe('ended')
    }
  })

  it('R: a claim whose new account is being removed ends with it', () => {
    expect(notRevocableBecause(claimed().claim, LATER, false, true)).toBe('ended')
  })

  it('R4: a claim whose migration has begun can’t be revoked any more', () => {
    const given = claimed()
    const begun = withClaim(startMigration(given, given.claim, { now: new Date(ENDS_AT), by: SCHEDULE }))
    expect(notRevocableBecause(begun.claim, LATER, false)).toBe('decided')
  })

  it('S2: from the first sign-in on a claim can’t be revoked, without any decision', () => {
    const given = claimed()
    expect(notRevocableBecause(given.claim, LATER, false)).toBeUndefined()
    const next = signIn(given, given.claim, { now: LATER, by: USER })
    expect(next?.claim && notRevocableBecause(next.claim, LATER, false)).toBe('signed_in')
  })
})
