import { describe, expect, it } from 'vitest'
import type { AccountRefusal } from '../../../shared/claims/account-changes.ts'
import type { TypeRefusal } from '../../../shared/claims/claim-type.ts'
import type { ReasonCode } from '../../../shared/claims/eligibility.ts'
import { messageFor } from '../../../shared/claims/messages.ts'
import type { RefusalCode } from '../../../shared/service/claiming.ts'
import type { LoadRefusal } from '../../../shared/service/loading.ts'

/** All that a claim or a load can be refused with, and what a row can be refused with before either. */
type Code =
  | ReasonCode
  | TypeRefusal
  | AccountRefusal
  | RefusalCode
  | LoadRefusal
  | 'unknown_organization'
  | 'file_replaced'

/** A code that is missing here, or is none any more, is a compile error. */
const codes = Object.keys({
  unknown_user: true,
  own_user: true,
  domain_not_verified: true,
  domain_claimed_by_other: true,
  source_uses_sso: true,
  source_uses_directory_sync: true,
  claim_open: true,
  directory_sync_enabled: true,
  delayed_not_available: true,
  stale_export: true,
  invalid_address: true,
  unknown_organization: true,
  file_replaced: true,
  user_id_taken: true,
  email_taken: true,
  account_claimed: true,
  delayed_claim: true,
  busy: true,
  invalid_text: true,
} satisfies Record<Code, true>)

describe('messageFor', () => {
  it.each(codes)('I3, C8: %s is told in a sentence for people', (code) => {
    const message = messageFor([code])
    expect(message).toMatch(/^[A-Z].*\.$/)
    expect(message).not.toContain(code)
  })

  it('I3: every code has a sentence of its own', () => {
    expect(new Set(codes.map((code) => messageFor([code]))).size).toBe(codes.length)
  })

  it('T5: a stale export says to export again', () => {
    expect(messageFor(['stale_export'])).toMatch(/export the list again/i)
  })

  it('E: several codes are told one after the other, in their order', () => {
    expect(messageFor(['claim_open', 'source_uses_sso'])).toBe(
      `${messageFor(['claim_open'])} ${messageFor(['source_uses_sso'])}`,
    )
    expect(messageFor([])).toBe('')
  })

  it('I3: a code that is not known is shown as it is', () => {
    expect(messageFor(['no_such_code'])).toBe('no_such_code')
  })
})
