import type { AccountRecord, Organization } from '../types.ts'

/**
 * E: the reasons why an account can't be claimed, in the order of the rule's table. `stale_export` (T5) and
 * `delayed_not_available` (T4) are about the requested type and not among them.
 */
export type UnclaimableCode =
  | 'unknown_user'
  | 'own_user'
  | 'domain_not_verified'
  | 'domain_claimed_by_other'
  | 'source_uses_sso'
  | 'source_uses_directory_sync'
  | 'claim_open'
  | 'directory_sync_enabled'

export interface ClaimabilityInput {
  readonly claimingOrg: Organization
  /** Whether the claiming org has the address's domain verified or claimed. */
  readonly domainVerified: boolean
  /** The org that has claimed the domain, if any. */
  readonly domainClaimedBy: string | undefined
  /** The record at the address; `undefined`: no account has it. */
  readonly record: AccountRecord | undefined
  /** The account's org; `undefined` only if there is no account. */
  readonly sourceOrg: Organization | undefined
}

/** E: reasons that concern the claiming org, and so hold for every account. */
export type CodeForAll = Extract<UnclaimableCode, 'directory_sync_enabled'>

export function codesForAll({ directorySync }: Organization): CodeForAll[] {
  return directorySync ? ['directory_sync_enabled'] : []
}

/** E: whether the org may claim accounts on the domain at all, so that a list needn't read those on other domains. */
export function isOpenTo(
  orgId: string,
  { verified, claimedBy }: { readonly verified: boolean; readonly claimedBy: string | undefined },
): boolean {
  return verified && (claimedBy === undefined || claimedBy === orgId)
}

/**
 * E: every reason for which the account can't be claimed; empty if it can.
 *
 * On a domain that the org hasn't verified the answer is `domain_not_verified` alone: anything more would reveal which
 * accounts exist there.
 */
export function unclaimableCodes(input: ClaimabilityInput): UnclaimableCode[] {
  if (!input.domainVerified) return ['domain_not_verified']
  const { record, sourceOrg, claimingOrg } = input
  const codes: UnclaimableCode[] = []
  if (record === undefined) codes.push('unknown_user')
  if (record !== undefined && record.account.orgId === claimingOrg.orgId) codes.push('own_user')
  if (!isOpenTo(claimingOrg.orgId, { verified: true, claimedBy: input.domainClaimedBy }))
    codes.push('domain_claimed_by_other')
  if (sourceOrg?.sso) codes.push('source_uses_sso')
  if (sourceOrg?.directorySync) codes.push('source_uses_directory_sync')
  if (record?.claim !== undefined) codes.push('claim_open')
  return [...codes, ...codesForAll(claimingOrg)]
}
