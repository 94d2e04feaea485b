import { describe, expect, it } from 'vitest'
import { DAY_MS, isoSecond } from '../../../../shared/lib/time.ts'
import { dueForHolding, dueForMigration, holdMigration } from '../../../../shared/rules/claims/migration.ts'
import {
  isPostponedByLateMail,
  migrationAt,
  shownMigration,
} from '../../../../shared/rules/claims/migration-hold.ts'
import { notRevocableBecause } from '../../../../shared/rules/claims/revocation.ts'
import { viewClaim } from '../../../../shared/rules/claims/views.ts'
import { dueAt, dueOf, dueReminder } from '../../../../shared/rules/due/due-work.ts'
import { mailSent } from '../../../../shared/rules/mail/claim-mail.ts'
import { mailFailed } from '../../../../shared/rules/mail/notification.ts'
import {
  type ClaimedRecord,
  CREATED_AT,
  claimed,
  claimedDirectly,
  claimedUnmailed,
  ENDS_AT,
  onDay,
  patchClaim,
  plus,
  withClaim,
} from '../../../support/builders.ts'

const facts = (now: Date) => ({ now, domainClaimed: false, originalIsPaid: false })

const untold = claimedUnmailed()
const toldOn = (now: Date, given: ClaimedRecord = untold): ClaimedRecord => {
  const claim = mailSent(given.claim, { kind: 'claimed' }, now)
  if (claim === undefined) throw new Error('was told before')
  return { ...given, claim }
}

describe('a migration that waits', () => {
  const heldUntil = (given: ClaimedRecord, until: Date): ClaimedRecord =>
    patchClaim(given, { heldUntil: until.toISOString() })

  it('U2: for a confirmation that is pending at the end, and no longer', () => {
    const end = new Date(ENDS_AT)
    expect(shownMigration(heldUntil(claimed(), plus(1, end)).claim, onDay(1))).toEqual({
      at: plus(1, end),
      heldBecause: 'confirmation_pending',
    })
    expect(shownMigration(heldUntil(claimed(), end).claim, onDay(1))).toEqual({ at: end })
    expect(shownMigration(heldUntil(claimed(), plus(-1, end)).claim, onDay(1))).toEqual({ at: end })
    expect(migrationAt(heldUntil(claimed(), plus(1, end)).claim)).toEqual(plus(1, end))
  })

  it('U2, M5: for whichever of the two is later, and says which', () => {
    const late = toldOn(onDay(10))
    expect(shownMigration(heldUntil(late, onDay(17)).claim, onDay(12))).toEqual({
      at: onDay(17),
      heldBecause: 'mail_not_sent',
    })
    expect(shownMigration(heldUntil(late, onDay(17, 1)).claim, onDay(12))).toEqual({
      at: onDay(17, 1),
      heldBecause: 'confirmation_pending',
    })
  })

  it('M5: is moved by a mail that left less than seven days before the end, and by nothing else', () => {
    const end = new Date(ENDS_AT)
    expect(isPostponedByLateMail(toldOn(plus(-7 * DAY_MS, end)).claim)).toBe(false)
    expect(isPostponedByLateMail(toldOn(plus(-7 * DAY_MS + 1000, end)).claim)).toBe(true)
    expect(isPostponedByLateMail(untold.claim)).toBe(false)
    expect(isPostponedByLateMail(claimed().claim)).toBe(false)
    const late = toldOn(onDay(10))
    expect(isPostponedByLateMail(late.claim)).toBe(true)
    const decided = patchClaim(late, { decision: { kind: 'transfer_content', at: CREATED_AT, by: 'user' } })
    expect(isPostponedByLateMail(decided.claim)).toBe(false)
  })
})

describe('a claim whose user is untold', () => {
  it('M5: is never due for migration, however long it waits', () => {
    for (const n of [7, 14, 15, 100, 1000]) expect(dueForMigration(untold.claim, onDay(n))).toBe(false)
    expect(migrationAt(untold.claim)).toBeUndefined()
  })

  it('M5: stands in the due index by its end, is held out of it then, and comes back when a mail leaves', () => {
    expect(dueAt(untold.claim)).toBe(ENDS_AT)
    expect(dueForHolding(untold.claim, onDay(14, -1))).toBe(false)
    expect(dueForHolding(untold.claim, onDay(14))).toBe(true)
    const held = withClaim(holdMigration(untold, untold.claim))
    expect([dueAt(held.claim), dueOf(held), dueForHolding(held.claim, onDay(20))]).toEqual([
      undefined,
      undefined,
      false,
    ])
    expect(dueAt(toldOn(onDay(20), held).claim)).toBe(isoSecond(onDay(27)))
  })

  it('M5: nobody is held who was told, has decided, or is claimed directly', () => {
    const decided = patchClaim(untold, { decision: { kind: 'transfer_content', at: CREATED_AT, by: 'user' } })
    for (const { claim } of [
      toldOn(onDay(10)),
      decided,
      patchClaim(claimedDirectly(), { notification: 'pending' }),
    ])
      expect(dueForHolding(claim, onDay(30))).toBe(false)
  })

  it('M5: is reminded as every other, since a reminder is a mail about the claim too', () => {
    const { claim } = claimedUnmailed()
    for (const n of [7, 11, 13]) expect(dueReminder(claim, onDay(n))).toBe(n)
    // One that was missed is sent after the 14 days, rather than none.
    expect(dueReminder(claim, onDay(20))).toBe(13)
  })

  it.each([
    [0, 14],
    [6, 14],
    [7, 14],
    [7.5, 14.5],
    [10, 17],
    [14, 21],
    [40, 47],
  ])('M5: that is mailed on day %d is migrated on day %d', (mailed, migrated) => {
    const { claim } = toldOn(onDay(mailed))
    expect(dueAt(claim)).toBe(isoSecond(onDay(migrated)))
    expect(dueForMigration(claim, onDay(migrated, -1))).toBe(false)
    expect(dueForMigration(claim, onDay(migrated))).toBe(true)
  })

  it('N1, M5: once it is told late, its reminders are 3 and 1 days before the later end, and none beside that mail', () => {
    const { claim } = toldOn(onDay(10), claimedUnmailed())
    for (const n of [10, 11, 13, 13.9]) expect(dueReminder(claim, onDay(n))).toBeUndefined()
    expect(dueReminder(claim, onDay(14, -1))).toBeUndefined()
    expect(dueReminder(claim, onDay(14))).toBe(11)
    expect(dueReminder(claim, onDay(16))).toBe(13)
  })

  it('M5: is told by the first mail, and no later one moves the migration again', () => {
    const first = toldOn(onDay(10))
    expect(mailSent(first.claim, { kind: 'claimed' }, onDay(12))).toBeUndefined()
    const again = toldOn(onDay(12), patchClaim(first, { notification: 'pending' }))
    expect(again.claim).toMatchObject({ notification: 'sent', notifiedAt: isoSecond(onDay(10)) })
  })

  it.each(['bounced', 'complained'] as const)('M5: counts as told by a mail that has %s', (how) => {
    const failed = mailFailed(untold, untold.claim, how, { now: onDay(10, 250), by: 'mail:ses-1' })
    expect(failed?.claim).toMatchObject({ notification: how, notifiedAt: isoSecond(onDay(10)) })
    expect(failed?.claim && migrationAt(failed.claim)).toEqual(onDay(17))
    // What left in time and came back late was told in time.
    const given = claimed()
    const late = mailFailed(given, given.claim, how, { now: onDay(10), by: 'mail:ses-1' })
    expect(late?.claim && migrationAt(late.claim)).toEqual(new Date(ENDS_AT))
  })
})

describe('the view of a claim whose user is untold', () => {
  const view = (given: ClaimedRecord, now: Date) => viewClaim(given.claim, facts(now))

  it('M5: says nothing of it while a mail may still leave in time', () => {
    const seen = view(untold, onDay(7))
    expect(seen).toMatchObject({ migratesAt: ENDS_AT, endsAt: ENDS_AT, daysLeft: 7 })
    expect(seen).not.toHaveProperty('heldBecause')
    expect(seen).not.toHaveProperty('notifiedAt')
  })

  it('M5: says then that the migration is held, and when it can be at the earliest', () => {
    for (const n of [8, 14, 20]) {
      expect(view(untold, onDay(n))).toMatchObject({
        endsAt: ENDS_AT,
        migratesAt: isoSecond(onDay(n + 7)),
        heldBecause: 'mail_not_sent',
        daysLeft: 7,
        notification: 'pending',
      })
    }
  })

  it('M5: shows the later time once a mail has left, and the days until then', () => {
    const given = toldOn(onDay(10))
    expect(view(given, onDay(15, 1))).toMatchObject({
      endsAt: ENDS_AT,
      migratesAt: isoSecond(onDay(17)),
      heldBecause: 'mail_not_sent',
      notifiedAt: isoSecond(onDay(10)),
      daysLeft: 2,
    })
    expect(view(toldOn(onDay(3)), onDay(10))).not.toHaveProperty('heldBecause')
  })

  it('R, M5: does not move the end, nor what can be revoked', () => {
    for (const given of [untold, toldOn(onDay(10))]) {
      expect(notRevocableBecause(given.claim, onDay(14, -1), false)).toBeUndefined()
      expect(notRevocableBecause(given.claim, onDay(14), false)).toBe('window_passed')
    }
  })

  it('M5: is about delayed claims that nobody has decided, and no others', () => {
    const direct = patchClaim(claimedDirectly(), { notification: 'pending' })
    const decided = patchClaim(untold, { decision: { kind: 'transfer_content', at: CREATED_AT, by: 'user' } })
    for (const { claim } of [direct, decided]) expect(shownMigration(claim, onDay(20))).toBeUndefined()
  })

  it('M4: says from when the mail may be sent again, while it may not', () => {
    const resent = patchClaim(claimed(), { resentAt: onDay(3).toISOString() })
    expect(view(resent, onDay(3, 1)).notifyAllowedAt).toBe(onDay(4).toISOString())
    for (const given of [view(resent, onDay(4)), view(claimed(), onDay(3))])
      expect(given).not.toHaveProperty('notifyAllowedAt')
  })
})
