import { describe, expect, it } from 'vitest'
import { decide, splitByNewAddress } from '../../../../shared/rules/claims/decision.ts'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { signIn } from '../../../../shared/rules/claims/sign-in.ts'
import {
  accountsOf,
  type ClaimView,
  type ClaimViewInput,
  type UserView,
  userStatusOf,
  viewClaim,
  viewUser,
} from '../../../../shared/rules/claims/views.ts'
import {
  ADMIN,
  type ClaimedRecord,
  CREATED_AT,
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
} from '../../../support/builders.ts'

const DAY = 24 * 3_600_000
const LATER = plus(3_600_000)
const LATER_TEXT = '2026-03-01T10:30:15.250Z'

const facts = (patch: Partial<ClaimViewInput> = {}): ClaimViewInput => ({
  now: T0,
  domainClaimed: false,
  originalIsPaid: false,
  ...patch,
})

/** What every view of the built claim holds, whatever became of it. */
const identity = {
  claimId: `clm~acc00042~${ULID}`,
  email: 'Ada@noordzee.example',
  originalUserId: 'acc00042',
  newUserId: `acc00042~${ULID}`,
  displayName: 'Ada (Sales)',
  claimingOrgId: 'noordzee',
  sourceOrgId: 'personal',
  createdAt: CREATED_AT,
  endsAt: ENDS_AT,
  licenses: ['pro', 'mail'],
  sendInvitations: true,
  createdBy: ADMIN,
  notification: 'sent',
  notifiedAt: CREATED_AT,
} satisfies Partial<ClaimView>

const openDelayed: ClaimView = {
  ...identity,
  type: 'delayed',
  status: 'open',
  migratesAt: ENDS_AT,
  daysLeft: 14,
  revocable: true,
  allowedDecisions: ['change_email', 'transfer_content', 'delete_original'],
  version: 1,
}

describe('viewClaim', () => {
  it("R3: an open delayed claim is shown in the contract's shape, and nothing of the record besides", () => {
    expect(viewClaim(claimed().claim, facts())).toStrictEqual(openDelayed)
  })

  it('T3: an open direct claim shows what is lost, and no time of a migration', () => {
    expect(viewClaim(claimedDirectly().claim, facts())).toStrictEqual({
      ...identity,
      type: 'direct',
      status: 'open',
      daysLeft: 14,
      revocable: true,
      allowedDecisions: ['change_email', 'delete_original'],
      contentLoss: { reason: 'chosen_direct' },
      version: 1,
    })
  })

  it('S2: after a sign-in it shows when, and that it can’t be revoked for that', () => {
    const given = claimed()
    const signedIn = signIn(given, given.claim, { now: LATER, by: USER })
    expect(signedIn?.claim && viewClaim(signedIn.claim, facts({ now: LATER }))).toStrictEqual({
      ...openDelayed,
      revocable: false,
      notRevocableBecause: 'signed_in',
      signedInAt: LATER_TEXT,
      version: 2,
    })
  })

  const decided = withClaim(decide(claimed(), claimed().claim, 'transfer_content', { now: LATER, by: USER }))
  const { migratesAt: _, ...undated } = openDelayed

  it('U5: after the decision nothing is allowed any more, and no migration is announced', () => {
    expect(viewClaim(decided.claim, facts({ now: LATER }))).toStrictEqual({
      ...undated,
      status: 'migrating',
      revocable: false,
      notRevocableBecause: 'decided',
      allowedDecisions: [],
      decision: { kind: 'transfer_content', at: LATER_TEXT, by: 'user' },
      version: 2,
    })
  })

  it("M1: the schedule's decision is shown as the schedule's", () => {
    const given = claimed()
    const due = new Date(ENDS_AT)
    const view = viewClaim(
      withClaim(startMigration(given, given.claim, { now: due, by: SCHEDULE })).claim,
      facts({ now: due }),
    )
    expect(view).toMatchObject({
      status: 'migrating',
      allowedDecisions: [],
      decision: { kind: 'transfer_content', at: '2026-03-15T09:30:15.000Z', by: 'schedule' },
      daysLeft: 0,
    })
  })

  it('A1: a completed claim shows when it was completed, and no days left', () => {
    const { closed, record: after } = completeClaim(decided, decided.claim, { now: LATER, by: SCHEDULE })
    expect(viewClaim(closed, facts({ now: LATER, endedOn: after.account }))).toStrictEqual({
      ...undated,
      status: 'completed',
      daysLeft: 0,
      revocable: false,
      notRevocableBecause: 'ended',
      allowedDecisions: [],
      decision: { kind: 'transfer_content', at: LATER_TEXT, by: 'user' },
      completedAt: LATER_TEXT,
      version: 3,
    })
  })

  it('R1: a revoked claim shows when it was revoked, and no days left', () => {
    const given = claimed()
    const { closed, record: after } = revokeClaim(given, given.claim, { now: LATER, by: ADMIN })
    expect(viewClaim(closed, facts({ now: LATER, endedOn: after.account }))).toStrictEqual({
      ...undated,
      status: 'revoked',
      daysLeft: 0,
      revocable: false,
      notRevocableBecause: 'ended',
      allowedDecisions: [],
      revokedAt: LATER_TEXT,
      version: 2,
    })
  })

  it('Y7: an ended claim shows nobody’s name once its account is another, is elsewhere, or is gone', () => {
    const given = claimed()
    const { closed, record: after } = revokeClaim(given, given.claim, { now: LATER, by: ADMIN })
    const nameOn = (endedOn?: ClaimViewInput['endedOn']) => viewClaim(closed, facts({ endedOn })).displayName
    expect(nameOn(after.account)).toBe('Ada (Sales)')
    expect(nameOn({ ...after.account, userId: 'acc00043' })).toBe('')
    expect(nameOn({ ...after.account, orgId: 'acme' })).toBe('')
    expect(nameOn()).toBe('')
  })

  it("U2: the address that the original went to is not the claiming org's to see", () => {
    const given = claimed()
    const { ended } = splitByNewAddress(given, given.claim, 'ada@personal.example', { now: LATER, by: USER })
    const view = viewClaim(ended.closed, facts({ now: LATER }))
    expect(view.decision).toStrictEqual({ kind: 'change_email', at: LATER_TEXT, by: 'user' })
    expect(JSON.stringify(view)).not.toContain('personal.example')
  })

  it('U1: a paid original account is not offered to be deleted', () => {
    const view = viewClaim(claimed().claim, facts({ originalIsPaid: true }))
    expect(view.allowedDecisions).toEqual(['change_email', 'transfer_content'])
  })

  it('R: shows why it can’t be revoked: the time is over, or the domain is claimed', () => {
    const { claim } = claimed()
    expect(viewClaim(claim, facts({ now: new Date(ENDS_AT) }))).toMatchObject({
      revocable: false,
      notRevocableBecause: 'window_passed',
    })
    expect(viewClaim(claim, facts({ domainClaimed: true }))).toMatchObject({
      revocable: false,
      notRevocableBecause: 'domain_claimed',
    })
  })

  it.each([
    ['at the instant of its creation', T0, 14],
    ['when a day is nearly over', plus(DAY - 1, CREATED_AT), 14],
    ['when a day is over', plus(DAY, CREATED_AT), 13],
    ['a millisecond later', plus(DAY + 1, CREATED_AT), 13],
    ['a day before its end', plus(-DAY, ENDS_AT), 1],
    ['less than a day before its end', plus(1 - DAY, ENDS_AT), 1],
    ['a millisecond before its end', plus(-1, ENDS_AT), 1],
    ['at its end', new Date(ENDS_AT), 0],
    ['long after its end', plus(30 * DAY, ENDS_AT), 0],
  ])('M4: %s, the days left are rounded up', (_, now, daysLeft) => {
    expect(viewClaim(claimed().claim, facts({ now })).daysLeft).toBe(daysLeft)
    expect(viewClaim(claimedDirectly().claim, facts({ now })).daysLeft).toBe(daysLeft)
  })
})

describe('viewClaim of a claim without invitations', () => {
  it('N3: says that whoever claimed asked for none', () => {
    const { claim } = claimed()
    expect(viewClaim({ ...claim, noInvitation: true }, facts()).sendInvitations).toBe(false)
  })
})

describe('viewUser', () => {
  const viewsOf = (given: ClaimedRecord, patch?: Partial<ClaimViewInput>) =>
    accountsOf(given).map((standing) => viewUser(given, standing, facts(patch)))

  const ada: UserView = {
    userId: 'acc00042',
    email: 'Ada@noordzee.example',
    firstName: 'Ada',
    lastName: 'de Vries',
    displayName: 'Ada (Sales)',
    orgId: 'personal',
    status: 'active',
    licenses: ['free'],
    locale: 'nl',
  }

  it("an account that nobody claims is shown in the contract's shape", () => {
    const given = record()
    const views = accountsOf(given).map((standing) => viewUser(given, standing, facts()))
    expect(views).toStrictEqual([ada])
  })

  it('C3, A3: the original account is shown under the suffix, as an original, without the claim', () => {
    for (const given of [claimed(), claimedDirectly()]) {
      const [original] = viewsOf(given)
      expect(original).toStrictEqual({
        ...ada,
        email: 'Ada@noordzee.example.convert-user.local',
        original: true,
      })
    }
  })

  it("C2, C5: a delayed claim's account stands as delayed_claim, with its claim and no licences yet", () => {
    expect(viewsOf(claimed())[1]).toStrictEqual({
      ...ada,
      userId: `acc00042~${ULID}`,
      orgId: 'noordzee',
      status: 'delayed_claim',
      licenses: [],
      claim: openDelayed,
    })
  })

  it('C2: it does so until the claim is completed, also while it migrates', () => {
    const given = claimed()
    const migrating = withClaim(decide(given, given.claim, 'transfer_content', { now: LATER, by: USER }))
    expect(viewsOf(migrating)[1]).toMatchObject({ status: 'delayed_claim', licenses: [] })
    const { record: standing } = completeClaim(migrating, migrating.claim, { now: LATER, by: SCHEDULE })
    const views = accountsOf(standing).map((each) => viewUser(standing, each, facts()))
    expect(views).toStrictEqual([
      { ...ada, userId: `acc00042~${ULID}`, orgId: 'noordzee', licenses: ['pro', 'mail'] },
    ])
  })

  it.each(['active', 'not_verified', 'verified', 'inactive'] as const)(
    "C4: a direct claim's account is shown at once as %s, as it was in the source org",
    (status) => {
      const given = claimedDirectly({ status })
      expect(viewsOf(given)[1]).toStrictEqual({
        ...ada,
        userId: `acc00042~${ULID}`,
        orgId: 'noordzee',
        status,
        licenses: ['pro', 'mail'],
        claim: viewClaim(given.claim, facts()),
      })
    },
  )

  it('R3: the claim that is shown with the account says whether it can be revoked', () => {
    const [, view] = viewsOf(claimed(), { domainClaimed: true })
    expect(view?.claim).toMatchObject({ revocable: false, notRevocableBecause: 'domain_claimed' })
  })
})

describe('userStatusOf', () => {
  const statuses = (given: ReturnType<typeof record>) =>
    accountsOf(given).map((standing) => [standing.role, userStatusOf(given, standing)])

  it('C2: is `delayed_claim` for the new account of a delayed claim, and else what the account has', () => {
    expect(statuses(claimed({}, { status: 'not_verified' }))).toEqual([
      ['original', 'not_verified'],
      ['new', 'delayed_claim'],
    ])
    expect(statuses(claimedDirectly({ status: 'not_verified' }))).toEqual([
      ['original', 'not_verified'],
      ['new', 'not_verified'],
    ])
    expect(statuses(record({ status: 'verified' }))).toEqual([['only', 'verified']])
  })
})

describe('what is shown of the rarer states', () => {
  it('M4: nobody is told when to ask again for the mail of an account that is being removed', () => {
    const resent = patchClaim(claimed(), { resentAt: T0.toISOString() })
    expect(viewClaim(resent.claim, facts()).notifyAllowedAt).toBe('2026-03-02T09:30:15.250Z')
    expect(viewClaim(resent.claim, facts({ beingDeleted: true }))).not.toHaveProperty('notifyAllowedAt')
  })

  it('U5: there is nothing to choose once a decision stands, whatever becomes of it', () => {
    const decision = { kind: 'delete_original', at: LATER_TEXT, by: 'user' } as const
    expect(viewClaim(patchClaim(claimed(), { decision }).claim, facts()).allowedDecisions).toEqual([])
  })

  it('C10: a claim of a file names the import, and one of a request none', () => {
    const { claim } = claimed({ origin: 'i:01KIMPORT:7' })
    expect(viewClaim(claim, facts()).importId).toBe('01KIMPORT')
    expect(viewClaim(claimed().claim, facts())).not.toHaveProperty('importId')
  })

  it('Y4: a user who is inactive is shown with the day of removal', () => {
    const inactive = { since: '2026-03-01T09:30:16Z', formerStatus: 'active', syncId: 's1' } as const
    const given = record({ status: 'inactive', inactive })
    const [standing] = accountsOf(given)
    if (standing === undefined) throw new Error('nobody stands there')
    expect(viewUser(given, standing, facts())).toMatchObject({
      inactiveSince: '2026-03-01T09:30:16Z',
      removedAt: '2026-03-31T09:30:16Z',
    })
    const [active] = accountsOf(record())
    expect(active && viewUser(record(), active, facts())).not.toHaveProperty('removedAt')
  })

  it('C2: an account whose claim has ended meanwhile is shown as itself', () => {
    const given = claimed()
    const standing = accountsOf(given).find(({ role }) => role === 'new')
    if (standing === undefined) throw new Error('no new account')
    const { claim: _, ...ended } = given
    expect(viewUser(ended, standing, facts())).not.toHaveProperty('claim')
    expect(userStatusOf(ended, standing)).toBe('active')
  })
})
