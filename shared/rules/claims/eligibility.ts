import type { AccountRecord, Organization } from '../types.ts'

/** E, in the table's order. `stale_export` (T5) and `delayed_not_available` (T4) are about the type asked for. */
export type ReasonCode =
  | 'unknown_user'
  | 'own_user'
  | 'domain_not_verified'
  | 'domain_claimed_by_other'
  | 'source_uses_sso'
  | 'source_uses_directory_sync'
  | 'claim_open'
  | 'directory_sync_enabled'

export interface EligibilityFacts {
  readonly claimingOrg: Organization
  /** Whether the claiming org has the address's domain verified or claimed. */
  readonly domainVerified: boolean
  /** The org that has the domain claimed exclusively, if any has. */
  readonly domainClaimedBy: string | undefined
  /** Whatever stands at the address. */
  readonly record: AccountRecord | undefined
  /** The org of the account; `undefined` only where there is no account. */
  readonly sourceOrg: Organization | undefined
}

/** E: reasons that lie with the claiming org itself, and so hold for every account. */
export type CodeForAll = Extract<ReasonCode, 'directory_sync_enabled'>

export function codesForAll({ directorySync }: Organization): CodeForAll[] {
  return directorySync ? ['directory_sync_enabled'] : []
}

/** E: whether the org may claim anybody on the domain at all. A list needn't look at the accounts on the others. */
export function isOpenTo(
  orgId: string,
  { verified, claimedBy }: { readonly verified: boolean; readonly claimedBy: string | undefined },
): boolean {
  return verified && (claimedBy === undefined || claimedBy === orgId)
}

/**
 * Every reason for which the account can't be claimed; none: it can (E).
 *
 * On a domain that the org has not verified the answer is `domain_not_verified` alone: anything more would tell a
 * stranger which accounts exist there.
 */
export function ineligibilityCodes(facts: EligibilityFacts): ReasonCode[] {
  if (!facts.domainVerified) return ['domain_not_verified']
  const { record, sourceOrg, claimingOrg } = facts
  const codes: ReasonCode[] = []
  if (record === undefined) codes.push('unknown_user')
  if (record !== undefined && record.account.orgId === claimingOrg.orgId) codes.push('own_user')
  if (!isOpenTo(claimingOrg.orgId, { verified: true, claimedBy: facts.domainClaimedBy }))
    codes.push('domain_claimed_by_other')
  if (sourceOrg?.sso) codes.push('source_uses_sso')
  if (sourceOrg?.directorySync) codes.push('source_uses_directory_sync')
  if (record?.claim !== undefined) codes.push('claim_open')
  return [...codes, ...codesForAll(claimingOrg)]
}
