import { addressesOf } from '../accounts/address-change.ts'
import { isSpecialUse } from '../domains/special-use.ts'
import type { AccountRecord } from '../types.ts'

interface ConfirmedAddressInput {
  readonly address: { readonly normalized: string; readonly domain: string }
  /** Whether the claiming org has the address's domain verified or claimed. */
  readonly isOnOwnDomain: boolean
}

/** What decides on an address that a user wants to keep the original account under, beside the record. */
export interface NewAddressInput extends ConfirmedAddressInput {
  /** Whether any account has the address. */
  readonly isTaken: boolean
  /** N4: whether mail to it bounced, or was complained about. */
  readonly isSuppressed: boolean
}

/**
 * U2: why an address that its owner confirms can't become the original account's after all: it isn't reserved meanwhile.
 * `undefined`: it can, unless another account has it, which the write finds out.
 */
export function confirmedAddressRefusal(
  record: AccountRecord,
  { address, isOnOwnDomain }: ConfirmedAddressInput,
): 'email_on_claimed_domain' | 'email_taken' | undefined {
  if (isOnOwnDomain) return 'email_on_claimed_domain'
  // The claimed address, and another one that the new account has (C9), are in this very record, whose write would not
  // be refused for them.
  return addressesOf(record).includes(address.normalized) ? 'email_taken' : undefined
}

/** U2: why the original account can't be kept under this address; `undefined`: it can, once it is confirmed. */
export function newAddressRefusal(
  record: AccountRecord,
  input: NewAddressInput,
): 'invalid_address' | 'email_on_claimed_domain' | 'email_taken' | 'mail_bounced' | undefined {
  // The account goes by the address from then on, and nobody could be reached there any more.
  if (isSpecialUse(input.address.domain)) return 'invalid_address'
  const refusal = confirmedAddressRefusal(record, input)
  if (refusal !== undefined) return refusal
  if (input.isTaken) return 'email_taken'
  // The link would never arrive.
  return input.isSuppressed ? 'mail_bounced' : undefined
}
