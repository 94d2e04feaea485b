import { normalizedAddress } from './address.ts'
import type { AccountRecord, OpenClaim } from '../types.ts'

/**
 * C9: the new account's address if it differs from the claimed one; `undefined` if they are equal, whatever the
 * spelling.
 */
export function otherAddress({
  email,
  newAccount,
}: Pick<OpenClaim, 'email' | 'newAccount'>): string | undefined {
  const given = newAccount.email
  return given === undefined || normalizedAddress(given) === normalizedAddress(email) ? undefined : given
}

/**
 * The normalized addresses that a record reserves. The claimed address stays reserved for the original until the
 * claim ends, even if the new account has another one (C9).
 */
export function addressesOf({ account, claim }: Pick<AccountRecord, 'account' | 'claim'>): string[] {
  const other = claim && otherAddress(claim)
  return [account.email, ...(other === undefined ? [] : [other])].map(normalizedAddress)
}

/** The normalized addresses that a transition takes and frees. */
export interface AddressChange {
  readonly taken: readonly string[]
  readonly freed: readonly string[]
}

/** Compares the reserved addresses; `undefined` if they are the same. Spelling makes no difference. */
export function addressChange(
  before: Pick<AccountRecord, 'account' | 'claim'>,
  after: Pick<AccountRecord, 'account' | 'claim'>,
): AddressChange | undefined {
  const [held, holds] = [addressesOf(before), addressesOf(after)]
  const taken = holds.filter((address) => !held.includes(address))
  const freed = held.filter((address) => !holds.includes(address))
  return taken.length + freed.length === 0 ? undefined : { taken, freed }
}
