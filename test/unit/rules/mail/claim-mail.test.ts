import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import {
  mailSent,
  NO_MAIL_YET,
  releaseMail,
  sameBytes,
  isOvertaken,
  slotOf,
  takeMail,
  type WantedMail,
} from '../../../../shared/rules/mail/claim-mail.ts'
import { linkHash } from '../../../../shared/rules/claims/decision-link.ts'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import { isLeaseExpired, slotState } from '../../../../shared/rules/mail/mail-slots.ts'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import { mailFailed, resend } from '../../../../shared/rules/mail/notification.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { MAIL_LEASE_MS } from '../../../../shared/rules/limits.ts'
import type { OpenClaim } from '../../../../shared/rules/types.ts'
import { ADMIN, claimedUnmailed, plus, SCHEDULE, T0, withClaim } from '../../../support/builders.ts'

const given = claimedUnmailed()
const CLAIMED: WantedMail = { kind: 'claimed' }
const reminder = (day: number): WantedMail => ({ kind: 'reminder', day })
const link = (n: number) => linkHash(new Uint8Array([n]))

const taken = (claim: OpenClaim, wanted: WantedMail, by = 'a', now = T0, hash = link(1)): OpenClaim => {
  const answer = takeMail(claim, wanted, by, hash, now)
  if (answer.outcome !== 'taken') throw new Error(answer.outcome)
  return answer.claim
}
const sent = (claim: OpenClaim, wanted: WantedMail, now = T0): OpenClaim => {
  const next = mailSent(claim, wanted, now)
  if (next === undefined) throw new Error('was sent before')
  return next
}

describe('the mails of an open claim', () => {
  it('C6: whoever is second while the first is at a mail must ask again, and is not told that it is done', () => {
    const first = taken(given.claim, CLAIMED)
    expect(takeMail(first, CLAIMED, 'b', link(2), plus(MAIL_LEASE_MS))).toEqual({ outcome: 'wait' })
  })

  it('C6: a mail whose lease is over by time is taken again, as one that may have gone out', () => {
    const first = taken(given.claim, CLAIMED)
    const late = plus(MAIL_LEASE_MS + 1)
    expect(takeMail(first, CLAIMED, 'b', link(2), late)).toMatchObject({ outcome: 'taken', again: true })
    expect(isLeaseExpired({ by: 'a', at: T0.toISOString() }, late)).toBe(true)
    expect(isLeaseExpired({ by: 'a', at: T0.toISOString() }, plus(MAIL_LEASE_MS))).toBe(false)
  })

  it('C6: a write that is told once more knows its own lease', () => {
    const first = taken(given.claim, CLAIMED)
    expect(takeMail(first, CLAIMED, 'a', link(1), T0)).toMatchObject({ outcome: 'taken', again: false })
  })

  it('C6: a mail that was sent is not sent again, and says so whoever had the lease', () => {
    const done = sent(taken(given.claim, CLAIMED, 'a'), CLAIMED)
    expect(takeMail(done, CLAIMED, 'a', link(2), plus(DAY_MS))).toEqual({ outcome: 'sent' })
    expect(mailSent(done, CLAIMED, plus(DAY_MS))).toBeUndefined()
  })

  it('C6: each mail has a slot of its own: none waits for, or stands for, another', () => {
    const both = taken(taken(given.claim, CLAIMED), reminder(7), 'b')
    const done = sent(both, reminder(7))
    expect(slotOf(done, CLAIMED)).toEqual({ by: 'a', at: T0.toISOString() })
    expect(slotOf(done, reminder(7))).toBe('sent')
    expect(slotOf(done, reminder(11))).toBeUndefined()
  })

  it('N1: of reminders that were held, an earlier one is not sent beside a later one', () => {
    const later = taken(given.claim, reminder(11))
    expect(takeMail(later, reminder(7), 'b', link(2), T0)).toEqual({ outcome: 'overtaken' })
  })

  it('M4: a mail that an admin asks for again is another one, and only the last that was asked for is sent', () => {
    const first = resend(given, given.claim, { now: T0, by: ADMIN })
    const [at, again] = [T0.toISOString(), plus(DAY_MS).toISOString()]
    const done = sent(taken(first.claim, { kind: 'resent', at }), { kind: 'resent', at })
    const second = resend({ ...first.record, claim: done }, done, { now: plus(DAY_MS), by: ADMIN })
    expect(slotOf(second.claim, { kind: 'resent', at: again })).toBeUndefined()
    expect(isOvertaken(second.claim, { kind: 'resent', at })).toBe(true)
  })

  it('C6: a mail that certainly did not go out is free at once, and its link is forgotten', () => {
    const other = taken(given.claim, reminder(7), 'b', T0, link(2))
    const free = releaseMail(taken(other, CLAIMED, 'a', T0, link(1)), CLAIMED, 'a', link(1))
    expect(free && slotOf(free, CLAIMED)).toBeUndefined()
    expect(free?.mail.links).toEqual([link(2)])
  })

  it('N1: a reminder that was held back does not bring back an earlier one that was sent', () => {
    const first = sent(taken(given.claim, reminder(7)), reminder(7))
    const free = releaseMail(taken(first, reminder(11)), reminder(11), 'a', link(1))
    expect(free && isOvertaken(free, reminder(7))).toBe(true)
    expect(free && slotOf(free, reminder(11))).toBeUndefined()
  })

  it('C6: nobody gives up the lease of somebody else', () => {
    expect(releaseMail(taken(given.claim, CLAIMED, 'a'), CLAIMED, 'b', link(1))).toBeUndefined()
  })

  it('U6: the link of a worker that may have sent its mail before it died goes on working', () => {
    const first = taken(given.claim, CLAIMED, 'a', T0, link(1))
    const second = taken(first, CLAIMED, 'b', plus(MAIL_LEASE_MS + 1), link(2))
    expect(second.mail.links).toEqual([link(1), link(2)])
  })

  it('U6, U7: a completed claim keeps its links, one that was revoked none', () => {
    const record = withClaim({ ...given, claim: taken(given.claim, CLAIMED) })
    const by = { now: T0, by: SCHEDULE }
    const migrating = withClaim(startMigration(record, record.claim, by))
    expect(completeClaim(migrating, migrating.claim, by).closed.links).toEqual([link(1)])
    expect(revokeClaim(record, record.claim, by).closed).not.toHaveProperty('links')
  })

  it('N4: what a bounce says of the claim is not taken back by the mark that the mail was sent', () => {
    const leased = withClaim({ ...given, claim: taken(given.claim, CLAIMED) })
    const failed = mailFailed(leased, leased.claim, 'bounced', { now: T0, by: 'mail:ses-1' })
    const marked = failed?.claim && sent(failed.claim, CLAIMED)
    expect(marked).toMatchObject({ notification: 'bounced', mail: { slots: { claimed: 'sent' } } })
  })

  it('every write of what is told of the mails counts, so that none is written over what another has said', () => {
    const states = [given.claim]
    const add = (next: OpenClaim | undefined) => next && states.push(next)
    add(taken(given.claim, CLAIMED))
    add(sent(states[1] ?? given.claim, CLAIMED))
    add(
      resend({ ...given, claim: states[2] ?? given.claim }, states[2] ?? given.claim, { now: T0, by: ADMIN })
        .claim,
    )
    add(mailFailed(given, states[3] ?? given.claim, 'bounced', { now: T0, by: 'mail:x' })?.claim)
    expect(states.map(({ mail }) => mail.revision)).toEqual([1, 2, 3, 4, 5])
    expect(NO_MAIL_YET.revision).toBe(1)
  })
})

describe('a lease that is given back', () => {
  it('C6: is its owner’s alone: nobody gives back another’s, one that was never taken, or a mail that is out', () => {
    expect(releaseMail(given.claim, CLAIMED, 'a', link(1))).toBeUndefined()
    expect(releaseMail(taken(given.claim, CLAIMED, 'a'), CLAIMED, 'b', link(1))).toBeUndefined()
    expect(releaseMail(sent(taken(given.claim, CLAIMED), CLAIMED), CLAIMED, 'a', link(1))).toBeUndefined()
    const later = taken(given.claim, reminder(11))
    expect(releaseMail(later, reminder(7), 'a', link(1))).toBeUndefined()
  })

  it('U6: takes its own link with it and leaves the others; without one it leaves all', () => {
    const two = taken(taken(given.claim, CLAIMED, 'a', T0, link(1)), reminder(7), 'a', T0, link(2))
    expect(two.mail.links).toEqual([link(1), link(2)])
    expect(releaseMail(two, reminder(7), 'a', link(2))?.mail).toEqual({
      revision: two.mail.revision + 1,
      slots: { claimed: two.mail.slots.claimed, reminder: { day: 7 } },
      links: [link(1)],
    })
    expect(releaseMail(two, reminder(7), 'a', undefined)?.mail.links).toEqual([link(1), link(2)])
  })

  it('U6: a mail whose link has an item of its own adds none to the claim', () => {
    const outcome = takeMail(given.claim, CLAIMED, 'a', undefined, T0)
    expect(outcome).toMatchObject({ claim: { mail: { links: [] } } })
  })

  it('U6: links are told apart by every byte and their length', () => {
    expect(sameBytes(new Uint8Array([1, 2]), new Uint8Array([1, 2]))).toBe(true)
    expect(sameBytes(new Uint8Array([1, 2]), new Uint8Array([1, 3]))).toBe(false)
    expect(sameBytes(new Uint8Array([1, 2]), new Uint8Array([1, 2, 3]))).toBe(false)
    expect(sameBytes(new Uint8Array([1, 2, 3]), new Uint8Array([1, 2]))).toBe(false)
    expect(sameBytes(new Uint8Array(), new Uint8Array())).toBe(true)
  })
})

describe('the slots of a claim’s mails', () => {
  it('C6: a lease that is given back leaves the slot free; that of a mail that was asked for again too', () => {
    const asked = resend(given, given.claim, { now: T0, by: ADMIN })
    const RESENT: WantedMail = { kind: 'resent', at: T0.toISOString() }
    const leased = taken(asked.claim, RESENT)
    expect(leased.mail.slots.resent).toEqual({ by: 'a', at: T0.toISOString() })
    expect(releaseMail(leased, RESENT, 'a', link(1))?.mail.slots.resent).toBeUndefined()
    const reminded = releaseMail(taken(given.claim, reminder(7)), reminder(7), 'a', link(1))
    expect(reminded?.mail.slots.reminder).toStrictEqual({ day: 7 })
  })

  it('C6, M4: a mail that was asked for again is one worker’s, and one that was asked for before it is nobody’s', () => {
    const at = (now: Date): WantedMail => ({ kind: 'resent', at: now.toISOString() })
    const first = resend(given, given.claim, { now: T0, by: ADMIN })
    const second = resend(first.record, first.claim, { now: plus(DAY_MS), by: ADMIN })
    const leased = taken(second.claim, at(plus(DAY_MS)), 'a', plus(DAY_MS))
    expect(takeMail(leased, at(plus(DAY_MS)), 'b', link(2), plus(DAY_MS))).toEqual({ outcome: 'wait' })
    expect(takeMail(leased, at(T0), 'b', link(2), plus(DAY_MS))).toEqual({ outcome: 'overtaken' })
    expect(releaseMail(leased, at(T0), 'a', link(1))).toBeUndefined()
  })

  it('C6: an attempt knows its own lease again, and that nobody else may have sent the mail', () => {
    const lease = { by: 'a', at: T0.toISOString() }
    expect(slotState(lease, 'a', T0)).toEqual({ outcome: 'free', again: false })
    expect(slotState(undefined, 'a', T0)).toEqual({ outcome: 'free', again: false })
    expect(slotState(lease, 'b', T0)).toEqual({ outcome: 'wait' })
    expect(slotState(lease, 'b', plus(MAIL_LEASE_MS + 1))).toEqual({ outcome: 'free', again: true })
    expect(slotState('sent', 'a', T0)).toEqual({ outcome: 'sent' })
  })
})
