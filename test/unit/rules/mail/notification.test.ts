import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import { splitByNewAddress } from '../../../../shared/rules/claims/decision.ts'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import { mailsOfClaim } from '../../../../shared/rules/enumerations.ts'
import {
  allowMail,
  nextResendAt,
  notNotifiableBecause,
  resend,
} from '../../../../shared/rules/mail/notification.ts'
import type { OpenClaim } from '../../../../shared/rules/types.ts'
import { ADMIN, claimed, patchClaim, plus, T0 } from '../../../support/builders.ts'

const LATER = plus(DAY_MS)

describe('mailsOfClaim', () => {
  it('P1, N1: only a delayed claim reminds, and tells of a migration, and each type has a first mail of its own', () => {
    expect(mailsOfClaim.direct).toEqual(['claimed_direct'])
    expect(mailsOfClaim.delayed).toEqual(['claimed_delayed', 'reminder', 'migration_completed'])
  })
})

describe('resend', () => {
  it('M4: remembers when, as a change that the mail follows from, and leaves the rest alone', () => {
    const given = claimed()
    const { record, claim } = resend(given, given.claim, { now: LATER, by: ADMIN })
    const at = LATER.toISOString()
    expect(record.change).toEqual({ what: 'claim.resent', at, by: ADMIN, n: 5 })
    expect(record.claim).toBe(claim)
    expect(claim).toEqual({
      ...given.claim,
      resentAt: at,
      mail: { ...given.claim.mail, revision: 2 },
      version: 2,
      auditKeys: [...given.claim.auditKeys, `${at}#5`],
    })
    expect(record.account).toEqual(given.account)
  })
})

describe('notNotifiableBecause', () => {
  const resentAt = T0.toISOString()
  const decision = { kind: 'transfer_content', at: resentAt, by: 'user' } as const
  const of = (patch: Partial<OpenClaim>, now = LATER, removing = false) =>
    notNotifiableBecause(patchClaim(claimed(), patch).claim, now, removing)

  it('M4: the first mail does not count, and 24 h after the last one another may be sent', () => {
    expect(nextResendAt(claimed().claim)).toBeUndefined()
    expect(of({}, T0)).toBeUndefined()
    expect(of({ resentAt }, plus(DAY_MS - 1))).toBe('notified_recently')
    expect(of({ resentAt }, plus(DAY_MS))).toBeUndefined()
  })

  it.each(['bounced', 'complained'] as const)(
    'N4: nothing more goes to an address that %s',
    (notification) => {
      expect(of({ notification })).toBe('mail_bounced')
    },
  )

  it('M4: nobody is asked again who has decided, or whose claim is over', () => {
    expect(of({ decision, notification: 'bounced', resentAt: LATER.toISOString() })).toBe('decided')
    expect(of({ decision }, LATER, true)).toBe('ended')
    const { newAccount: _account, ...core } = claimed().claim
    expect(notNotifiableBecause({ ...core, status: 'revoked', endedAt: resentAt }, LATER, false)).toBe(
      'ended',
    )
  })
})

describe('a mail that may go out again', () => {
  const by = { now: LATER, by: ADMIN }
  const given = claimed()
  const failed = (notification: 'bounced' | 'complained') =>
    patchClaim(given, {
      notification,
      resentAt: T0.toISOString(),
      mail: { ...given.claim.mail, slots: { claimed: 'sent', resent: 'sent' } },
    })

  it.each(['bounced', 'complained'] as const)(
    'N4: an address that had %s and works again lets an admin send the mail at once; nothing is sent by itself',
    (how) => {
      const before = failed(how)
      const next = allowMail(before, before.claim, by)
      expect(next?.claim).toMatchObject({
        notification: 'pending',
        notifiedAt: given.claim.notifiedAt,
        mail: { slots: { claimed: 'sent' }, revision: before.claim.mail.revision + 1 },
      })
      expect(next?.claim).not.toHaveProperty('resentAt')
      expect(next?.claim?.mail.slots).not.toHaveProperty('resent')
      expect(next?.change).toMatchObject({ what: 'claim.mail_allowed', by: ADMIN })
      expect(next?.claim && notNotifiableBecause(next.claim, LATER, false)).toBeUndefined()
    },
  )

  it('N4: where nothing had failed there is nothing to allow', () => {
    expect(allowMail(given, given.claim, by)).toBeUndefined()
  })

  it('M4: no mail goes out about a claim that has ended, however it ended', () => {
    const ended = [
      completeClaim(given, given.claim, by).closed,
      revokeClaim(given, given.claim, by).closed,
      splitByNewAddress(given, given.claim, 'me@home.example', by).ended.closed,
    ]
    for (const closed of ended) expect(notNotifiableBecause(closed, LATER, false)).toBe('ended')
    expect(notNotifiableBecause(given.claim, LATER, true)).toBe('ended')
  })
})
