import { addressesOf } from '../accounts/address-change.ts'
import { isSpecialUse } from '../domains/special-use.ts'
import type { AccountRecord } from '../types.ts'

interface ConfirmedAddressInput {
  readonly address: { readonly normalized: string; readonly domain: string }
  /** Whether the claiming org has the address's domain verified or claimed. */
  readonly isOnOwnDomain: boolean
}

/** The facts by which a new address for the original account is judged, besides the record. */
export interface NewAddressInput extends ConfirmedAddressInput {
  /** Whether any account has the address. */
  readonly isTaken: boolean
  /** N4: whether mail to it bounced, or was complained about. */
  readonly isSuppressed: boolean
}

/**
 * U2: why a confirmed address can't be used after all; it wasn't reserved while it waited. `undefined`: it can be,
 * unless another account has it, which the write finds out.
 */
export function confirmedAddressRefusal(
  record: AccountRecord,
  { address, isOnOwnDomain }: ConfirmedAddressInput,
): 'email_on_claimed_domain' | 'email_taken' | undefined {
  if (isOnOwnDomain) return 'email_on_claimed_domain'
  // The claimed address, and another one of the new account (C9), are reserved by this very record, so its write
  // would not fail for them.
  return addressesOf(record).includes(address.normalized) ? 'email_taken' : undefined
}

/** U2: why the original account can't be kept under this address; `undefined`: it can, once it is confirmed. */
export function newAddressRefusal(
  record: AccountRecord,
  input: NewAddressInput,
): 'invalid_address' | 'email_on_claimed_domain' | 'email_taken' | 'mail_bounced' | undefined {
  // From then on the user is reached only at this address, and no mail arrives there.
  if (isSpecialUse(input.address.domain)) return 'invalid_address'
  const refusal = confirmedAddressRefusal(record, input)
  if (refusal !== undefined) return refusal
  if (input.isTaken) return 'email_taken'
  // The link would never arrive.
  return input.isSuppressed ? 'mail_bounced' : undefined
}
