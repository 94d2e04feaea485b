import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS, isoSecond, MINUTE_MS } from '../../../../shared/lib/time.ts'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { startMigration } from '../../../../shared/rules/claims/migration.ts'
import { shownMigration } from '../../../../shared/rules/claims/migration-hold.ts'
import {
  confirmationHash,
  linkConfirmation,
  pendingAt,
  requestConfirmation,
} from '../../../../shared/rules/claims/new-address-confirmation.ts'
import { mailFailed, resend } from '../../../../shared/rules/mail/notification.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { signIn } from '../../../../shared/rules/claims/sign-in.ts'
import { endsAt } from '../../../../shared/rules/claims/transition.ts'
import { viewClaim } from '../../../../shared/rules/claims/views.ts'
import { openView } from '../../../../shared/usecases/claims/decision-view.ts'
import {
  T0 as BUILT,
  type ClaimedRecord,
  claimed,
  claimedDirectly,
  claimedUnmailed,
  ENDS_AT,
  org,
  plus,
  withClaim,
} from '../../../support/builders.ts'

/** Whole seconds, as what expires is. */
const T0 = new Date(isoSecond(BUILT))
const by = (now: Date) => ({ now, by: 'user:new' }) as const
const ADDRESS = 'me@home.example'

/** The record once the user has asked for the address at that time. */
function asked(given: ClaimedRecord, now: Date, newEmail = ADDRESS): ClaimedRecord {
  const requested = requestConfirmation(given, given.claim, newEmail, by(now))
  if (requested.outcome !== 'requested') throw new Error(requested.outcome)
  return withClaim(requested.record)
}

const view = ({ claim, account }: ClaimedRecord, now: Date) =>
  viewClaim(claim, { now, domainClaimed: false, originalIsPaid: account.paid })

describe('a confirmation', () => {
  it('U2: waits for 24 h, and decides nothing', () => {
    const { claim } = asked(claimed(), T0)
    const expiresAt = plus(DAY_MS, T0)
    expect(pendingAt(claim, plus(-1, expiresAt))?.newEmail).toBe(ADDRESS)
    expect(pendingAt(claim, expiresAt)).toBeUndefined()
    expect(claim).toMatchObject({ status: 'open', version: 2 })
    expect(claim.decision).toBeUndefined()
  })

  it.each([
    ['decided', (given: ClaimedRecord) => decide(given, given.claim, 'transfer_content', by(T0)).claim],
    ['migrating', (given: ClaimedRecord) => startMigration(given, given.claim, by(T0)).claim],
    ['revoked', (given: ClaimedRecord) => revokeClaim(given, given.claim, by(T0)).closed],
  ] as const)('U2: ends, and its address is gone, once the claim is %s', (_, end) => {
    expect(JSON.stringify(end(asked(claimed(), T0)))).not.toContain(ADDRESS)
  })

  it('U2: there are five in 24 h, and another one as soon as the first is so old', () => {
    let given = claimed()
    for (let n = 0; n < 5; n++) given = asked(given, plus(n * HOUR_MS, T0), `me${n}@home.example`)
    const at = plus(DAY_MS - 1, T0)
    expect(requestConfirmation(given, given.claim, ADDRESS, by(at))).toEqual({
      outcome: 'too_many',
      allowedAt: plus(DAY_MS, T0),
    })
    expect(asked(given, plus(DAY_MS, T0)).claim.confirmations).toHaveLength(5)
  })

  it('U2: the same address asked for again at once is one wish, in any letter case, and a minute later another', () => {
    const given = asked(claimed(), T0)
    const again = plus(MINUTE_MS - 1, T0)
    expect(requestConfirmation(given, given.claim, ADDRESS.toUpperCase(), by(again))).toEqual({
      outcome: 'requested_before',
      pending: given.claim.pendingEmail,
    })
    const other = asked(given, again, 'other@home.example')
    expect(other.claim.pendingEmail?.newEmail).toBe('other@home.example')
    expect(asked(given, plus(MINUTE_MS, T0)).claim.confirmations).toHaveLength(2)
  })

  it.each([
    ['delayed', claimed],
    ['direct', claimedDirectly],
  ] as const)(
    'U2: of a %s claim that has run out is kept by nothing that is written later',
    (_, claimedSo) => {
      const given = asked(claimedSo(), T0)
      const ran = plus(DAY_MS, T0)
      const before = signIn(given, given.claim, by(plus(-1, ran)))
      expect(before?.claim?.pendingEmail?.newEmail).toBe(ADDRESS)
      const changes = [
        signIn(given, given.claim, by(ran)),
        resend(given, given.claim, by(ran)).record,
        mailFailed(given, given.claim, 'bounced', { now: ran, by: 'mail:ses-1' }),
        asked(given, ran, 'other@home.example'),
      ]
      for (const record of changes) {
        expect(record).toBeDefined()
        expect(JSON.stringify(record)).not.toContain(ADDRESS)
      }
    },
  )

  it('U2: that has run out is no more to whoever looks, before anything is written', () => {
    const given = asked(claimedDirectly(), T0)
    const { claim } = given
    const facts = openView({ kind: 'open', record: given, claim, org: org() }, plus(DAY_MS, T0))
    expect(facts).not.toHaveProperty('pendingEmail')
    expect(facts.options).toContain('change_email')
    expect(view(given, plus(DAY_MS, T0))).not.toHaveProperty('pendingEmail')
    // It is judged no more: the same address may be asked for, as if for the first time.
    expect(asked(given, plus(DAY_MS, T0)).claim.pendingEmail?.links).toEqual([])
  })

  it('U2: has the link that its mail bore last, and the one before where the mail was tried again', () => {
    const given = asked(claimed(), T0)
    const n = given.claim.pendingEmail?.changeNumber ?? 0
    const once = linkConfirmation(given, given.claim, { n, link: 'one', now: T0 })
    const twice = once && linkConfirmation(once, withClaim(once).claim, { n, link: 'two', now: T0 })
    expect(twice?.claim?.pendingEmail?.links).toEqual(['one', 'two'])
    expect(linkConfirmation(given, given.claim, { n: n - 1, link: 'old', now: T0 })).toBeUndefined()
    const late = plus(DAY_MS, T0)
    expect(linkConfirmation(given, given.claim, { n, link: 'late', now: late })).toBeUndefined()
  })
})

describe('the migration', () => {
  it('U2: is held for a confirmation that would outlive it, by its 24 h and no more', () => {
    const at = plus(-HOUR_MS, ENDS_AT)
    const given = asked(claimed(), at)
    const expected = plus(DAY_MS, at)
    expect(shownMigration(given.claim, at)).toEqual({ at: expected, heldBecause: 'confirmation_pending' })
    expect(view(given, at)).toMatchObject({
      endsAt: ENDS_AT,
      migratesAt: isoSecond(expected),
      heldBecause: 'confirmation_pending',
      pendingEmail: { expiresAt: isoSecond(expected) },
      daysLeft: 1,
      revocable: true,
    })
    expect(view(given, new Date(ENDS_AT))).toMatchObject({
      revocable: false,
      notRevocableBecause: 'window_passed',
    })
    expect(JSON.stringify(view(given, at))).not.toContain(ADDRESS)
  })

  it('U2: is not held where the confirmation ends before it', () => {
    const given = asked(claimed(), plus(-DAY_MS, ENDS_AT))
    expect(shownMigration(given.claim, T0)).toEqual({ at: endsAt(given.claim) })
  })

  it('U2: is held once: a later confirmation ends with it', () => {
    const first = asked(claimed(), plus(-HOUR_MS, ENDS_AT))
    const held = plus(23 * HOUR_MS, ENDS_AT)
    const second = asked(first, plus(HOUR_MS, ENDS_AT), 'other@home.example')
    expect(shownMigration(second.claim, new Date(ENDS_AT))).toEqual({
      at: held,
      heldBecause: 'confirmation_pending',
    })
    expect(second.claim.pendingEmail?.expiresAt).toBe(isoSecond(held))
    expect(requestConfirmation(second, second.claim, ADDRESS, by(held))).toEqual({ outcome: 'too_late' })
  })

  it('U2, M5: waits for a mail that has not left, whichever is later, and says why', () => {
    const given = asked(claimedUnmailed(), plus(-HOUR_MS, ENDS_AT))
    expect(shownMigration(given.claim, plus(MINUTE_MS, ENDS_AT))).toMatchObject({
      heldBecause: 'mail_not_sent',
    })
  })

  it('U2: of a direct claim there is none to hold', () => {
    const given = asked(claimedDirectly(), plus(100 * DAY_MS, ENDS_AT))
    expect(given.claim.heldUntil).toBeUndefined()
  })
})

describe('what a confirmation leaves in the record', () => {
  it('U2: each request is a revision of its own, whose number its mail carries', () => {
    const given = claimed()
    const once = asked(given, T0)
    expect(once.revision).toBe(given.revision + 1)
    expect(pendingAt(once.claim, T0)).toMatchObject({ changeNumber: once.revision, links: [] })
  })

  it('U2: a link is kept beside those of before, eight of them, the last ones', () => {
    let record = asked(claimed(), T0)
    const n = pendingAt(record.claim, T0)?.changeNumber ?? 0
    for (let link = 0; link < 10; link++) {
      const next = linkConfirmation(record, record.claim, { n, link: `h${link}`, now: T0 })
      if (next === undefined) throw new Error('not waited for')
      expect(next.revision).toBe(record.revision + 1)
      record = withClaim(next)
    }
    expect(pendingAt(record.claim, T0)?.links).toEqual(['h2', 'h3', 'h4', 'h5', 'h6', 'h7', 'h8', 'h9'])
    expect(linkConfirmation(record, record.claim, { n, link: 'h9', now: T0 })).toBeUndefined()
    expect(linkConfirmation(record, record.claim, { n: n + 1, link: 'new', now: T0 })).toBeUndefined()
  })

  it('U2: nothing is pending once the user has decided, or the claim has ended', () => {
    const given = asked(claimed(), T0)
    const decided = {
      ...given.claim,
      decision: { kind: 'transfer_content', at: ENDS_AT, by: 'user' },
    } as const
    expect(pendingAt(decided, T0)).toBeUndefined()
    expect(pendingAt(revokeClaim(given, given.claim, by(T0)).closed, T0)).toBeUndefined()
  })

  it('U2: a link’s hash is text, another one for another secret, and not the secret', () => {
    const secret = new Uint8Array([1, 2, 3])
    expect(confirmationHash(secret)).toMatch(/^[\w-]{16,}$/)
    expect(confirmationHash(secret)).toBe(confirmationHash(new Uint8Array([1, 2, 3])))
    expect(confirmationHash(secret)).not.toBe(confirmationHash(new Uint8Array([1, 2, 4])))
  })
})

describe('what is written of a confirmation', () => {
  const hold = (given: ClaimedRecord) => given.claim.heldUntil
  const end = endsAt(claimed().claim)

  it('A1, U2: when it was asked for, as a change', () => {
    const given = asked(claimed(), T0)
    expect(given.claim.confirmations).toEqual([isoSecond(T0)])
    expect(given.change?.what).toBe('claim.confirmation_requested')
  })

  it('U2: a hold where the migration would come before the link ends, and none where it comes with it or later', () => {
    expect(hold(asked(claimed(), T0))).toBeUndefined()
    expect(hold(asked(claimed(), plus(-DAY_MS, end)))).toBeUndefined()
    expect(hold(asked(claimed(), plus(1000 - DAY_MS, end)))).toBe(isoSecond(plus(1000, end)))
  })
})
