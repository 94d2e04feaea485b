import { describe, expect, it } from 'vitest'
import { isoSecond } from '../../../../shared/lib/time.ts'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { dueForHolding, dueForMigration } from '../../../../shared/rules/claims/migration.ts'
import { signIn } from '../../../../shared/rules/claims/sign-in.ts'
import { startAccountDeletion } from '../../../../shared/rules/deletion/account-deletion.ts'
import { dueAt, dueOf, dueReminder } from '../../../../shared/rules/due/due-work.ts'
import { mailFailed } from '../../../../shared/rules/mail/notification.ts'
import type { OpenClaim } from '../../../../shared/rules/types.ts'
import {
  type ClaimedRecord,
  claimed,
  claimedDirectly,
  claimedUnmailed,
  ENDS_AT,
  onDay,
  patchClaim,
  record,
  SCHEDULE,
  T0,
  USER,
  withClaim,
} from '../../../support/builders.ts'

const open = claimed()

const failed = (given: ClaimedRecord, how: 'bounced' | 'complained'): ClaimedRecord => {
  const next = mailFailed(given, given.claim, how, { now: T0, by: 'mail:ses-1' })
  if (next === undefined) throw new Error('failed before')
  return withClaim(next)
}

describe('the reminders of a delayed claim', () => {
  it.each([7, 11, 13])('N1: the one of day %i is due at its second, and not a moment before', (n) => {
    const earlier = { 7: undefined, 11: 7, 13: 11 }[n]
    expect(dueReminder(open.claim, onDay(n, -1))).toBe(earlier)
    expect(dueReminder(open.claim, onDay(n))).toBe(n)
  })

  it('M1: none moves the claim’s place in the due index, which is its end', () => {
    expect(dueAt(open.claim)).toBe(ENDS_AT)
  })

  it.each([
    [10.9, 7],
    [11, 11],
    [12, 11],
    [13, 13],
    [13.9, 13],
  ])('N1: of those that were missed by day %d only the last is due: that of day %i', (now, due) => {
    expect(dueReminder(open.claim, onDay(now))).toBe(due)
  })

  it('M1: once the 14 × 24 h are over none is due, though all were missed: the migration is', () => {
    expect(dueReminder(open.claim, onDay(14, -1))).toBe(13)
    expect(dueReminder(open.claim, onDay(14))).toBeUndefined()
    expect(dueForMigration(open.claim, onDay(14))).toBe(true)
  })

  it('S3: a sign-in alone stops none of them', () => {
    const next = signIn(open, open.claim, { now: onDay(1), by: USER })
    expect(next?.claim && dueReminder(next.claim, onDay(7))).toBe(7)
  })

  it.each(['bounced', 'complained'] as const)(
    'N4: a claim whose mail has %s has none ahead, and falls due at its end',
    (how) => {
      const { claim } = failed(open, how)
      expect(dueAt(claim)).toBe(ENDS_AT)
      for (const n of [7, 11, 13]) expect(dueReminder(claim, onDay(n))).toBeUndefined()
      expect(dueForMigration(claim, onDay(14, -1))).toBe(false)
      expect(dueForMigration(claim, onDay(14))).toBe(true)
    },
  )

  const none: [string, OpenClaim][] = [
    [
      'has been decided',
      withClaim(decide(open, open.claim, 'transfer_content', { now: T0, by: USER })).claim,
    ],
    ['is direct', claimedDirectly().claim],
  ]
  it.each(none)('N1: a claim that %s has none', (_, claim) => {
    for (const n of [7, 11, 13]) expect(dueReminder(claim, onDay(n))).toBeUndefined()
  })
})

describe('when a record falls due, and for what', () => {
  const inactive = { since: '2026-03-01T09:30:16Z', formerStatus: 'active', syncId: 's1' } as const
  const removal = { kind: 'job', at: '2026-03-31T09:30:16Z' }
  const withInactive = (given: ClaimedRecord): ClaimedRecord =>
    patchClaim(given, { newAccount: { ...given.claim.newAccount, inactive } })
  const migrating = withClaim(decide(open, open.claim, 'transfer_content', { now: T0, by: USER }))

  it('Y4: an account that a sync missed, for its removal 30 × 24 h later; any other never', () => {
    expect(dueOf(record({ status: 'inactive', inactive }))).toEqual(removal)
    expect(dueOf(record())).toBeUndefined()
  })

  it('Y7: one that is being removed, when the removal’s lease is over, whatever else it says', () => {
    for (const given of [record({ inactive }), open, withInactive(claimedDirectly())]) {
      const begun = startAccountDeletion(given, 'acc00042', { now: T0, by: SCHEDULE })
      expect(dueOf(begun)).toEqual({ kind: 'job', at: '2026-03-01T09:45:15Z' })
    }
  })

  it('M1, M3: a delayed claim at its end, and one under way when its lease is over', () => {
    expect(dueOf(open)).toEqual({ kind: 'claim', at: ENDS_AT })
    expect(dueOf(migrating)).toEqual({ kind: 'claim', at: migrating.claim.resumeAt })
  })

  it('Y4: a direct claim never, save for the removal of its new account', () => {
    expect(dueOf(claimedDirectly())).toBeUndefined()
    expect(dueOf(withInactive(claimedDirectly()))).toEqual(removal)
  })

  it('Y6: no new account is removed that its user has not got yet, or while its claim is being ended', () => {
    const held = withInactive(patchClaim(claimedUnmailed(), { held: true }))
    expect(dueOf(held)).toBeUndefined()
    const { resumeAt: _, ...unleased } = migrating.claim
    const ending = { ...claimedDirectly(), claim: { ...unleased, type: 'direct' as const } }
    expect(dueOf(withInactive(ending))).toBeUndefined()
  })

  it('M5: a claim of whom nobody was told falls due at its end, to be held; held, no more, until a mail has left', () => {
    const untold = claimedUnmailed()
    expect(dueOf(untold)).toEqual({ kind: 'claim', at: ENDS_AT })
    expect(dueForHolding(untold.claim, onDay(14, -1))).toBe(false)
    expect(dueForHolding(untold.claim, onDay(14))).toBe(true)
    const held = patchClaim(untold, { held: true })
    expect(dueOf(held)).toBeUndefined()
    expect(dueForHolding(held.claim, onDay(14))).toBe(false)
    expect(dueForHolding(open.claim, onDay(14))).toBe(false)
    expect(dueForHolding(claimedDirectly().claim, onDay(14))).toBe(false)
    const told = patchClaim(held, { notification: 'sent', notifiedAt: isoSecond(onDay(20)) })
    expect(dueOf(told)).toEqual({ kind: 'claim', at: isoSecond(onDay(27)) })
  })

  it('M1, M5: an automatic migration is due at its end, never where nobody was told, and always once it is under way', () => {
    expect(dueForMigration(open.claim, onDay(14, -1))).toBe(false)
    expect(dueForMigration(open.claim, onDay(14))).toBe(true)
    expect(dueForMigration(claimedUnmailed().claim, onDay(40))).toBe(false)
    expect(dueForMigration(claimedDirectly().claim, onDay(40))).toBe(false)
    expect(dueForMigration(migrating.claim, T0)).toBe(true)
  })
})

describe('mailFailed', () => {
  it('N4: the claim shows it, as a change with its number, author and trail', () => {
    const next = failed(open, 'bounced')
    expect(next).toMatchObject({
      revision: open.revision + 1,
      change: { what: 'claim.mail_failed', by: 'mail:ses-1', at: T0.toISOString(), n: open.revision + 1 },
      claim: { notification: 'bounced', version: open.claim.version + 1, status: 'open' },
    })
    expect(next.claim.auditKeys).toHaveLength(open.claim.auditKeys.length + 1)
  })

  it('N4: the first report stands, whatever is told after it', () => {
    const bounced = failed(open, 'bounced')
    for (const how of ['bounced', 'complained'] as const)
      expect(mailFailed(bounced, bounced.claim, how, { now: T0, by: 'mail:ses-2' })).toBeUndefined()
  })

  it('N4, M3: a migration under way goes on as it was, and is taken up again when its lease is over', () => {
    const migrating = withClaim(decide(open, open.claim, 'transfer_content', { now: T0, by: USER }))
    const next = failed(migrating, 'bounced')
    expect(next.claim).toMatchObject({ status: 'migrating', decision: migrating.claim.decision })
    expect(dueAt(next.claim)).toBe(dueAt(migrating.claim))
  })

  it('N4: a claim whose mail was marked as sent fails too, and nothing else of it changes', () => {
    const sent = patchClaim(open, { notification: 'sent' })
    const { notification, version, auditKeys, mail: _mail, ...rest } = failed(sent, 'complained').claim
    expect(notification).toBe('complained')
    expect(sent.claim).toMatchObject(rest)
  })
})
