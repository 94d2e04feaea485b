import { codeOfRefusal, parseAddress } from '../../rules/accounts/address.ts'
import { newAddressRefusal } from '../../rules/claims/new-address-refusals.ts'
import type { AccountRecord, OpenClaim } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { DomainStore } from '../../storage/stores/domains.ts'
import type { SuppressionStore } from '../../storage/stores/suppressions.ts'

export interface NewAddressPorts {
  readonly accounts: Pick<AccountStore, 'byAddresses'>
  readonly domains: Pick<DomainStore, 'states'>
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
  | { readonly outcome: 'usable'; readonly email: string }
  | { readonly outcome: 'refused'; readonly code: NewAddressRefusal }

/**
 * U2: whether the address could be confirmed now. It isn't reserved, so this is checked again at the confirmation. 3 or
 * 4 R.
 */
export async function usableAddress(
  ports: NewAddressPorts,
  { record, claim }: { readonly record: AccountRecord; readonly claim: OpenClaim },
  newEmail: string | undefined,
): Promise<UsableAddress> {
  if (newEmail === undefined || newEmail.trim() === '')
    return { outcome: 'refused', code: 'new_email_required' }
  const parsed = parseAddress(newEmail)
  if (parsed.outcome === 'refused') return { outcome: 'refused', code: codeOfRefusal(parsed.reason) }
  const { email, normalized, domain } = parsed.address
  const [isOnOwnDomain, holders, suppressed] = await Promise.all([
    isOnDomainOf(ports, claim, domain),
    ports.accounts.byAddresses([normalized]),
    ports.suppressions.among([email]),
  ])
  const code = newAddressRefusal(record, {
    address: { normalized, domain },
    isOnOwnDomain,
    isTaken: holders.has(normalized),
    isSuppressed: suppressed.size > 0,
  })
  return code === undefined ? { outcome: 'usable', email } : { outcome: 'refused', code }
}

/** U2: whether the claiming org has the domain verified or claimed. */
export async function isOnDomainOf(
  { domains }: Pick<NewAddressPorts, 'domains'>,
  { claimingOrgId }: OpenClaim,
  domain: string,
): Promise<boolean> {
  const { verified = false, claimedBy } = (await domains.states(claimingOrgId, [domain])).get(domain) ?? {}
  return verified || claimedBy === claimingOrgId
}
