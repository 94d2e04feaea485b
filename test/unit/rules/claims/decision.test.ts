import { describe, expect, it } from 'vitest'
import {
  decide,
  decisionOptions,
  openOptions,
  splitByNewAddress,
} from '../../../../shared/rules/claims/decision.ts'
import { newAccountOf } from '../../../../shared/rules/claims/ending.ts'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import { claimed, claimedDirectly, plus, SCHEDULE, ULID, USER, withClaim } from '../../../support/builders.ts'

const LATER = plus(3_600_000)

describe('decisionOptions', () => {
  it('U: a delayed claim leaves all three decisions, a direct one can’t transfer what is lost', () => {
    expect(decisionOptions('delayed', false)).toEqual(['change_email', 'transfer_content', 'delete_original'])
    expect(decisionOptions('direct', false)).toEqual(['change_email', 'delete_original'])
  })

  it("U1: a paid original account isn't offered to be deleted", () => {
    expect(decisionOptions('delayed', true)).toEqual(['change_email', 'transfer_content'])
    expect(decisionOptions('direct', true)).toEqual(['change_email'])
  })
})

describe('decide', () => {
  it.each(['transfer_content', 'delete_original'] as const)(
    'U5: %s is taken from the user and handed to the migration',
    (kind) => {
      const given = claimed()
      const next = withClaim(decide(given, given.claim, kind, { now: LATER, by: USER }))
      expect(next.claim).toMatchObject({
        status: 'migrating',
        decision: { kind, at: LATER.toISOString(), by: 'user' },
        version: 2,
        auditKeys: [...given.claim.auditKeys, `${LATER.toISOString()}#5`],
      })
      expect(next.change).toEqual({ what: 'claim.decided', at: LATER.toISOString(), by: USER, n: 5 })
      expect(next).toMatchObject({ revision: 5, account: given.account })
    },
  )

  it('U5: once a decision was made, none is left to be made', () => {
    const given = claimed()
    expect(openOptions(given, given.claim)).toEqual(['change_email', 'transfer_content', 'delete_original'])
    const decided = withClaim(decide(given, given.claim, 'delete_original', { now: LATER, by: USER }))
    expect(openOptions(decided, decided.claim)).toEqual([])
    const migrating = withClaim(startMigration(given, given.claim, { now: LATER, by: SCHEDULE }))
    expect(openOptions(migrating, migrating.claim)).toEqual([])
  })

  it('U1: what is left to the user follows from whether the original account is paid', () => {
    const paid = claimed({}, { paid: true })
    expect(openOptions(paid, paid.claim)).toEqual(['change_email', 'transfer_content'])
    const direct = claimedDirectly({ paid: true })
    expect(openOptions(direct, direct.claim)).toEqual(['change_email'])
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
      hasContent: true,
    })
  })

  it('U2: the new account keeps the claimed address, in a new record of its own', () => {
    const { record: standing } = split().ended
    expect(standing).toEqual({
      recordId: `acc00042~${ULID}`,
      revision: 1,
      account: newAccountOf(given, given.claim),
      hasContent: true,
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
      auditKeys: [...given.claim.auditKeys, `${at}#5`],
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

describe('the records after a split', () => {
  const NEW = 'me@home.example'
  const split = (given: ReturnType<typeof claimed>) =>
    splitByNewAddress(given, given.claim, NEW, { now: LATER, by: USER })

  it('U6: the decision keeps what links were mailed for it, and none where it was not asked for by mail', () => {
    const given = claimed()
    const pendingEmail = {
      newEmail: NEW,
      expiresAt: '2026-03-02T09:30:15Z',
      changeNumber: 5,
      links: ['hash'],
    }
    const asked = { ...given, claim: { ...given.claim, pendingEmail } }
    expect(split(asked).ended.closed.decision).toMatchObject({ newEmail: NEW, links: ['hash'] })
    expect(split(given).ended.closed.decision).not.toHaveProperty('links')
  })

  it('M1: both know whether there is content, as their record did', () => {
    for (const hasContent of [true, false]) {
      const { original, ended } = split({ ...claimed(), hasContent })
      expect([original.hasContent, ended.record.hasContent]).toEqual([hasContent, hasContent])
    }
  })
})
