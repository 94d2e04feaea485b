import { describe, expect, it } from 'vitest'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import {
  completeWithoutContent,
  dueForMigration,
  holdMigration,
  startMigration,
} from '../../../../shared/rules/claims/migration.ts'
import { endsAt } from '../../../../shared/rules/claims/transition.ts'
import { dueAt } from '../../../../shared/rules/due/due-work.ts'
import {
  CREATED_AT,
  claimed,
  claimedDirectly,
  ENDS_AT,
  patchClaim,
  plus,
  SCHEDULE,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'

const LATER = plus(3_600_000)

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

  it('M1: the due index brings a delayed claim up at its end, to the second', () => {
    expect(dueAt(claimed().claim)).toBe(ENDS_AT)
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
        auditKeys: [...given.claim.auditKeys, `${at}#5`],
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

describe('a migration that waits, or has nothing to do', () => {
  const by = { now: LATER, by: SCHEDULE }

  it('M5: a hold is a write of its own, which another one of the same record loses against, and no change', () => {
    const given = claimed()
    const held = holdMigration(given, given.claim)
    expect(held.revision).toBe(given.revision + 1)
    expect(held.claim).toEqual({ ...given.claim, held: true })
    expect(held.change).toEqual(given.change)
  })

  it('M1: where there is nothing to move the claim is completed at once, as decided by the schedule', () => {
    const given = claimed()
    const { record, closed } = completeWithoutContent(given, given.claim, by)
    expect(closed).toMatchObject({
      status: 'completed',
      decision: { kind: 'transfer_content', at: LATER.toISOString(), by: 'schedule' },
    })
    expect(record.account.userId).toBe(given.claim.newUserId)
  })
})
