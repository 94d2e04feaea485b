import { describe, expect, it } from 'vitest'
import {
  confirmedAddressRefusal,
  type NewAddressInput,
  newAddressRefusal,
} from '../../../../shared/rules/claims/new-address-refusals.ts'
import { claimed, claimedDirectly } from '../../../support/builders.ts'

const usable: NewAddressInput = {
  address: { normalized: 'ada@private.example', domain: 'private.example' },
  isOnOwnDomain: false,
  isTaken: false,
  isSuppressed: false,
}
const given = claimed()

describe('the address that the original account is to be kept under', () => {
  it('U2: may be any that is valid, unused, and on no domain of the claiming org', () => {
    expect(newAddressRefusal(given, usable)).toBeUndefined()
    expect(confirmedAddressRefusal(given, usable)).toBeUndefined()
  })

  it.each([
    ['email_on_claimed_domain', { isOnOwnDomain: true }],
    ['email_taken', { isTaken: true }],
    ['mail_bounced', { isSuppressed: true }],
    ['invalid_address', { address: { normalized: 'ada@home.invalid', domain: 'home.invalid' } }],
  ] as const)('U2, N4: %s, where only that is so', (code, fact) => {
    expect(newAddressRefusal(given, { ...usable, ...fact })).toBe(code)
  })

  it('U2: the claimed address is taken, though no other account has it', () => {
    const address = { normalized: 'ada@noordzee.example', domain: 'noordzee.example' }
    expect(newAddressRefusal(given, { ...usable, address })).toBe('email_taken')
    expect(confirmedAddressRefusal(given, { ...usable, address })).toBe('email_taken')
  })

  it('C9, U2: so is another one that the new account was given', () => {
    const direct = claimedDirectly()
    const moved = {
      ...direct,
      claim: { ...direct.claim, newAccount: { ...direct.claim.newAccount, email: 'Ada.B@other.example' } },
    }
    const address = { normalized: 'ada.b@other.example', domain: 'other.example' }
    expect(newAddressRefusal(direct, { ...usable, address })).toBeUndefined()
    expect(newAddressRefusal(moved, { ...usable, address })).toBe('email_taken')
    expect(confirmedAddressRefusal(moved, { ...usable, address })).toBe('email_taken')
  })

  it('U2: a domain that the org has verified since the address was asked for ends it', () => {
    expect(confirmedAddressRefusal(given, { ...usable, isOnOwnDomain: true })).toBe('email_on_claimed_domain')
  })
})
