import type {
  AccountRecord,
  ContentLossReason,
  OpenClaim,
  Organization,
} from '../../../shared/rules/types.ts'
import type { Ledger } from './ledger.ts'

/** The rules once more, as briefly as docs/rules.md states them, and without any of the service's code. */

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
/** Time for work that waits for a redrive, a lease or a sweep. */
export const LATE_MS = 12 * HOUR_MS
export const WINDOW_MS = 14 * DAY_MS
export const REMOVAL_MS = 30 * DAY_MS
/** Longest time between a worker’s read and the write that rests on it. */
export const SLACK_MS = 15 * 60_000
const MINUTE_MS = 60_000
export const REQUEST_MS = 2 * MINUTE_MS

export const domainOfEmail = (email: string): string => email.slice(email.lastIndexOf('@') + 1).toLowerCase()

export const endOf = ({ createdAt }: { readonly createdAt: string }): number =>
  Date.parse(createdAt) + WINDOW_MS

/** C9: the address of a claim's new account: the claimed one, unless it was given another. */
export const newAddressOf = ({ email, newAccount }: OpenClaim): string => newAccount.email ?? email

/** All addresses that the record reserves. */
export const addressesIn = ({ account, claim }: AccountRecord): string[] => [
  ...new Set([account.email, ...(claim ? [newAddressOf(claim)] : [])].map((one) => one.toLowerCase())),
]

/** The org of the account that has the address. */
export const orgAt = ({ account, claim }: AccountRecord, address: string): string =>
  claim !== undefined && address.toLowerCase() !== account.email.toLowerCase()
    ? claim.claimingOrgId
    : account.orgId

/** T1, T3. */
export function obstacleTo(claiming: Organization, source: Organization): ContentLossReason | undefined {
  if (!claiming.settings.allowContentMigration) return 'migration_off'
  if (source.kind === 'enterprise') return 'enterprise_source'
  return source.region === claiming.region ? undefined : 'other_region'
}

/** Whether something held at some instant since then, for any state that the orgs had. */
const held = <T>(values: readonly T[], test: (value: T) => boolean): boolean => values.some(test)

/**
 * E: whether an account could be claimed at some instant of the last minutes, each condition by itself. The write of
 * a claim only depends on the record, so what was read of orgs and domains may be some seconds old.
 */
export function refusalsOf(
  ledger: Ledger,
  orgId: string,
  record: AccountRecord | undefined,
  email: string,
  since: number,
): string[] {
  const codes: string[] = []
  const domain = domainOfEmail(record?.account.email ?? email)
  const claiming = ledger.org(orgId).since(since)
  const isVerified = (status: string | undefined): boolean => status === 'verified' || status === 'claimed'
  if (!held(ledger.domain(orgId, domain).since(since), isVerified)) return ['domain_not_verified']
  if (record === undefined) codes.push('unknown_user')
  const source = record && ledger.org(record.account.orgId).since(since)
  if (record?.account.orgId === orgId) codes.push('own_user')
  const exclusive = ledger.exclusive(domain).since(since)
  if (exclusive.length > 0 && !held(exclusive, (holder) => holder === undefined || holder === orgId))
    codes.push('domain_claimed_by_other')
  if (source && !held(source, (org) => org?.sso !== true)) codes.push('source_uses_sso')
  if (source && !held(source, (org) => org?.directorySync !== true)) codes.push('source_uses_directory_sync')
  if (!held(claiming, (org) => org?.directorySync === false)) codes.push('directory_sync_enabled')
  return codes
}

/** U, U1. */
export function mayDecide(claim: OpenClaim, paid: boolean, kind: string): boolean {
  if (kind === 'transfer_content') return claim.type === 'delayed'
  return kind === 'change_email' || !paid
}
