import { codeOfRefusal, parseAddress } from '../../rules/accounts/address.ts'
import { addressesOf } from '../../rules/accounts/address-change.ts'
import { isSpecialUse } from '../../rules/domains/special-use.ts'
import type { AccountRecord, OpenClaim } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { DomainStore } from '../../storage/stores/domains.ts'
import type { SuppressionStore } from '../../storage/stores/suppressions.ts'

export interface NewAddressPorts {
  readonly accounts: Pick<AccountStore, 'byAddresses'>
  readonly domains: Pick<DomainStore, 'facts'>
  readonly suppressions: Pick<SuppressionStore, 'among'>
}

export type NewAddressRefusal =
  | 'new_email_required'
  | 'invalid_address'
  | 'unmailable_address'
  | 'email_taken'
  | 'email_on_claimed_domain'
  | 'mail_bounced'

export type UsableAddress =
  | { readonly ok: true; readonly email: string }
  | { readonly ok: false; readonly code: NewAddressRefusal }

/** U2: whether the address could be confirmed. It is judged again when it is: it isn't reserved. 3 or 4 R. */
export async function usableAddress(
  ports: NewAddressPorts,
  { record, claim }: { readonly record: AccountRecord; readonly claim: OpenClaim },
  newEmail: string | undefined,
): Promise<UsableAddress> {
  if (newEmail === undefined || newEmail.trim() === '') return { ok: false, code: 'new_email_required' }
  const parsed = parseAddress(newEmail)
  if (!parsed.ok) return { ok: false, code: codeOfRefusal(parsed.reason) }
  const { email, normalized, domain } = parsed.address
  // The account goes by it from then on, and nobody could be reached there any more.
  if (isSpecialUse(domain)) return { ok: false, code: 'invalid_address' }
  if (await isOnDomainOf(ports, claim, domain)) return { ok: false, code: 'email_on_claimed_domain' }
  // The claimed address, and another one that the new account has (C9), are this record's: its write would not be refused.
  const isOwn = addressesOf(record).includes(normalized)
  if (isOwn || (await ports.accounts.byAddresses([normalized])).has(normalized))
    return { ok: false, code: 'email_taken' }
  // N4: the link would never arrive.
  const isSuppressed = (await ports.suppressions.among([email])).size > 0
  return isSuppressed ? { ok: false, code: 'mail_bounced' } : { ok: true, email }
}

/** U2: whether the claiming org has the domain verified or claimed. */
export async function isOnDomainOf(
  { domains }: Pick<NewAddressPorts, 'domains'>,
  { claimingOrgId }: OpenClaim,
  domain: string,
): Promise<boolean> {
  const { verified = false, claimedBy } = (await domains.facts(claimingOrgId, [domain])).get(domain) ?? {}
  return verified || claimedBy === claimingOrgId
}
