import { normalizedAddress } from './address.ts'
import type { AccountRecord, OpenClaim } from '../types.ts'

/** C9: the other address that a claim's new account was given; `undefined` while it is at the claimed one, however spelled. */
export function otherAddress({
  email,
  newAccount,
}: Pick<OpenClaim, 'email' | 'newAccount'>): string | undefined {
  const given = newAccount.email
  return given === undefined || normalizedAddress(given) === normalizedAddress(email) ? undefined : given
}

/**
 * The addresses that a record holds, normalized: nobody else can have them. The claimed one stays the original's until
 * the claim ends, also where the new account has another one (C9).
 */
export function addressesOf({ account, claim }: Pick<AccountRecord, 'account' | 'claim'>): string[] {
  const other = claim && otherAddress(claim)
  return [account.email, ...(other === undefined ? [] : [other])].map(normalizedAddress)
}

/** What a transition does to the addresses that are held, normalized. */
export interface AddressChange {
  readonly taken: readonly string[]
  readonly freed: readonly string[]
}

/** `undefined`: the same addresses stay held. Another spelling of an address is the same one. */
export function addressChange(
  before: Pick<AccountRecord, 'account' | 'claim'>,
  after: Pick<AccountRecord, 'account' | 'claim'>,
): AddressChange | undefined {
  const [held, holds] = [addressesOf(before), addressesOf(after)]
  const taken = holds.filter((address) => !held.includes(address))
  const freed = held.filter((address) => !holds.includes(address))
  return taken.length + freed.length === 0 ? undefined : { taken, freed }
}
