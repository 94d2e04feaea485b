import { describe, expect, it } from 'vitest'
import { NO_MAIL_YET } from '../../../../shared/rules/claims/claim-mail.ts'
import { dueAt, dueForMigration } from '../../../../shared/rules/due/due-work.ts'
import {
  createClaim,
  decide,
  endsAt,
  isOpen,
  openOptions,
  signIn,
  startMigration,
} from '../../../../shared/rules/claims/lifecycle.ts'
import {
  ADMIN,
  CREATED_AT,
  claimed,
  claimedDirectly,
  claimedUntold,
  claimRequest,
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

const LATER = plus(3_600_000)

describe('createClaim', () => {
  it('C3: the original account stays in its org as it was, and the record is the next one', () => {
    const before = record()
    const next = createClaim(before, claimRequest(), { now: T0, by: ADMIN })
    expect(next.account).toEqual(before.account)
    expect(next).toMatchObject({ recordId: 'acc00042', revision: 4 })
  })

  it('C2: the claim names both accounts, both orgs and the address, and where it comes from', () => {
    expect(claimedUntold().claim).toEqual({
      claimId: `clm~acc00042~${ULID}`,
      type: 'delayed',
      status: 'open',
      claimingOrgId: 'noordzee',
      sourceOrgId: 'personal',
      originalUserId: 'acc00042',
      newUserId: `acc00042~${ULID}`,
      email: 'Ada@noordzee.example',
      createdAt: CREATED_AT,
      createdBy: ADMIN,
      licenses: ['pro', 'mail'],
      origin: 'req-1:0',
      notification: 'pending',
      mail: NO_MAIL_YET,
      conversationsMoved: 0,
      newAccount: {
        firstName: 'Ada',
        lastName: 'de Vries',
        displayName: 'Ada (Sales)',
        status: 'active',
        licenses: [],
        locale: 'nl',
      },
      trail: ['2026-03-01T09:30:15.250Z#4'],
      version: 1,
    })
  })

  it('A1: the change says what was done, when, by whom, and is the only one of its number', () => {
    expect(claimed().change).toEqual({
      what: 'claim.created',
      at: '2026-03-01T09:30:15.250Z',
      by: ADMIN,
      n: 4,
    })
  })

  it('T3: a direct claim says what is lost, a delayed one loses nothing', () => {
    expect(claimedDirectly().claim).toMatchObject({ type: 'direct', contentLoss: 'chosen_direct' })
    expect(claimed().claim).not.toHaveProperty('contentLoss')
  })

  it('M1: a claim begins with the second in which it was made, so that its end is a whole second', () => {
    expect(claimed({}, {}, new Date('2026-03-01T09:30:15.999Z')).claim.createdAt).toBe(CREATED_AT)
    expect(claimed({}, {}, new Date(CREATED_AT)).claim.createdAt).toBe(CREATED_AT)
  })

  it.each([
    ['the account keeps its names', {}, ['Ada', 'de Vries', 'Ada (Sales)']],
    [
      'a first name is taken over and shown',
      { firstName: 'Adriana' },
      ['Adriana', 'de Vries', 'Adriana de Vries'],
    ],
    ['a last name is taken over and shown', { lastName: 'Smit' }, ['Ada', 'Smit', 'Ada Smit']],
    [
      'a display name alone changes no other',
      { displayName: 'A. de Vries' },
      ['Ada', 'de Vries', 'A. de Vries'],
    ],
    [
      'a display name wins over what the names make',
      { firstName: 'Bo', lastName: 'Smit', displayName: 'Bobby' },
      ['Bo', 'Smit', 'Bobby'],
    ],
    ['an empty last name leaves no blank behind', { lastName: '' }, ['Ada', '', 'Ada']],
  ])('C1: %s in the new account', (_, names, [firstName, lastName, displayName]) => {
    expect(claimed({ names }).claim.newAccount).toMatchObject({ firstName, lastName, displayName })
  })

  it('C1: names in the request never change the original account', () => {
    expect(claimed({ names: { firstName: 'Bo', lastName: 'Smit' } }).account).toEqual(record().account)
  })

  it.each(['active', 'not_verified', 'verified', 'inactive'] as const)(
    'C4: the new account takes over the status %s',
    (status) => {
      expect(claimedDirectly({ status }).claim.newAccount.status).toBe(status)
    },
  )

  it('C5: a direct claim licenses the new account at once, a delayed one not yet', () => {
    expect(claimedDirectly().claim.newAccount.licenses).toEqual(['pro', 'mail'])
    expect(claimed().claim.newAccount.licenses).toEqual([])
    expect(claimed().claim.licenses).toEqual(['pro', 'mail'])
  })

  it("C5: the original account's licences are not the new account's", () => {
    expect(claimedDirectly({ licenses: ['gold'] }).claim.newAccount.licenses).toEqual(['pro', 'mail'])
  })
})

describe('signIn', () => {
  it('S2: the first sign-in is recorded, whatever the type, and changes nothing else', () => {
    for (const given of [claimed(), claimedDirectly()]) {
      const next = signIn(given, given.claim, { now: LATER, by: USER })
      expect(next).toEqual({
        ...given,
        revision: 5,
        claim: {
          ...given.claim,
          signedInAt: LATER.toISOString(),
          version: 2,
          trail: [...given.claim.trail, `${LATER.toISOString()}#5`],
        },
        change: { what: 'claim.signed_in', at: LATER.toISOString(), by: USER, n: 5 },
      })
    }
  })

  it('S2: a second sign-in writes nothing', () => {
    const given = patchClaim(claimed(), { signedInAt: T0.toISOString() })
    expect(signIn(given, given.claim, { now: LATER, by: USER })).toBeUndefined()
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
        trail: [...given.claim.trail, `${LATER.toISOString()}#5`],
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

describe('the automatic migration', () => {
  const DAYS_14 = 14 * 24 * 3_600_000

  it('M1: a claim ends 14 × 24 h after it was created', () => {
    expect(endsAt(claimed().claim)).toEqual(new Date(ENDS_AT))
    expect(endsAt(claimed().claim).getTime() - Date.parse(CREATED_AT)).toBe(DAYS_14)
  })

  it("M1: 14 × 24 h it is, whatever a local clock's summer time does meanwhile", () => {
    const { claim } = claimed({}, {}, new Date('2026-03-20T12:00:00Z'))
    expect(endsAt(claim).toISOString()).toBe('2026-04-03T12:00:00.000Z')
  })

  it('M1: is not due a millisecond before its time, and is due exactly at it', () => {
    const { claim } = claimed()
    expect(dueForMigration(claim, plus(-1, ENDS_AT))).toBe(false)
    expect(dueForMigration(claim, new Date(ENDS_AT))).toBe(true)
    expect(dueForMigration(claim, plus(DAYS_14, ENDS_AT))).toBe(true)
  })

  it('M1: a direct claim is never migrated', () => {
    const { claim } = claimedDirectly()
    expect(dueForMigration(claim, plus(DAYS_14, ENDS_AT))).toBe(false)
    expect(dueAt(claim)).toBeUndefined()
  })

  it('M2: a claim on which the user has decided is not due, even if its status were behind', () => {
    const decision = { kind: 'change_email', at: T0.toISOString(), by: 'user' } as const
    const { claim } = patchClaim(claimed(), { decision })
    expect(dueForMigration(claim, plus(DAYS_14, ENDS_AT))).toBe(false)
    expect(dueAt(claim)).toBeUndefined()
  })

  it('M1: the due index brings a delayed claim up at its end, to the second, when no reminder is left', () => {
    expect(dueAt(patchClaim(claimed(), { remindedDay: 13 }).claim)).toBe(ENDS_AT)
  })

  it("M1: the schedule decides in the user's place, to transfer the content", () => {
    const given = claimed()
    const next = withClaim(startMigration(given, given.claim, { now: new Date(ENDS_AT), by: SCHEDULE }))
    const at = '2026-03-15T09:30:15.000Z'
    expect(next).toEqual({
      ...given,
      revision: 5,
      claim: {
        ...given.claim,
        status: 'migrating',
        decision: { kind: 'transfer_content', at, by: 'schedule' },
        resumeAt: '2026-03-15T09:45:15Z',
        version: 2,
        trail: [...given.claim.trail, `${at}#5`],
      },
      change: { what: 'claim.migrating', at, by: SCHEDULE, n: 5 },
    })
  })

  it('M3: a migration under way goes on at any time, whoever began it', () => {
    const given = claimedDirectly()
    const begun = withClaim(decide(given, given.claim, 'delete_original', { now: LATER, by: USER }))
    expect(dueForMigration(begun.claim, LATER)).toBe(true)
  })

  it('M3: one that nobody finished is brought up again after its lease of 15 minutes', () => {
    const given = claimed()
    const decided = withClaim(decide(given, given.claim, 'transfer_content', { now: T0, by: USER }))
    expect(dueAt(decided.claim)).toBe('2026-03-01T09:45:15Z')
  })
})

describe('isOpen', () => {
  it('R: a claim is open until it has ended, also while it migrates', () => {
    const given = claimed()
    expect(isOpen(given.claim)).toBe(true)
    const migrating = withClaim(startMigration(given, given.claim, { now: LATER, by: SCHEDULE }))
    expect(isOpen(migrating.claim)).toBe(true)
    const { newAccount: _, ...core } = given.claim
    expect(isOpen({ ...core, status: 'completed', endedAt: ENDS_AT })).toBe(false)
  })
})
