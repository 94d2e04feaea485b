import { describe, expect, it } from 'vitest'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import { notRevocableBecause, revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { dueOf } from '../../../../shared/rules/due/due-work.ts'
import { signIn } from '../../../../shared/rules/claims/sign-in.ts'
import { accountsOf } from '../../../../shared/rules/claims/views.ts'
import type { NotRevocable } from '../../../../shared/rules/types.ts'
import {
  ADMIN,
  claimed,
  claimedDirectly,
  ENDS_AT,
  patchClaim,
  plus,
  record,
  SCHEDULE,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'

const LATER = plus(3_600_000)
const LAST_MOMENT = plus(-1, ENDS_AT)

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
    expect(closed.auditKeys).toEqual([...given.claim.auditKeys, `${at}#5`])
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

describe('an original that a sync had made inactive before it was claimed', () => {
  it('Y5, Y6: its 30 days begin anew with the revocation, to the next whole second; all else is as it was', () => {
    const inactive = { since: '2026-02-20T08:00:00Z', formerStatus: 'active', syncId: 's1' } as const
    const given = claimed({}, { status: 'inactive', inactive })
    const { record: standing } = revokeClaim(given, given.claim, { now: LATER, by: ADMIN })
    expect(standing.account).toEqual({
      ...record({ status: 'inactive' }).account,
      inactive: { ...inactive, since: '2026-03-01T10:30:16Z' },
    })
    expect(dueOf(standing)).toEqual({ kind: 'job', at: '2026-03-31T10:30:16Z' })
  })
})

describe('the address that nobody has any more', () => {
  const by = { now: LATER, by: ADMIN }
  const given = claimedDirectly()
  const renamed = patchClaim(given, {
    newAccount: { ...given.claim.newAccount, email: 'Ada@married.example' },
  })

  it('C9: is the new account’s other one after a revocation, and the claimed one after a completion', () => {
    expect(revokeClaim(renamed, renamed.claim, by).freed).toBe('ada@married.example')
    expect(completeClaim(renamed, renamed.claim, by).freed).toBe('ada@noordzee.example')
  })

  it('C9: is none where the claimed address is all there was', () => {
    expect(revokeClaim(given, given.claim, by)).not.toHaveProperty('freed')
    expect(completeClaim(given, given.claim, by)).not.toHaveProperty('freed')
  })
})
