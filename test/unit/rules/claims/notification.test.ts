import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import {
  mailsOfClaim,
  nextResendAt,
  notNotifiableBecause,
  resend,
} from '../../../../shared/rules/claims/notification.ts'
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
