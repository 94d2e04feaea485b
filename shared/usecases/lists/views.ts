import { domainOf } from '../../rules/accounts/address.ts'
import type { AccountRecord } from '../../rules/types.ts'
import {
  type ClaimView,
  type ClaimViewInput,
  type AccountInRecord,
  type UserView,
  viewClaim,
  viewUser,
} from '../../rules/claims/views.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { FoundAccount } from '../../storage/stores/account-reads.ts'
import type { ClaimStore, FoundClaim } from '../../storage/stores/claims.ts'
import type { DomainStore } from '../../storage/stores/domains.ts'

export interface ViewPorts {
  readonly accounts: Pick<AccountStore, 'byUserId' | 'byRecordIds' | 'recordIdsOfOrg'>
  readonly claims: Pick<ClaimStore, 'byIdOf' | 'list'>
  readonly domains: Pick<DomainStore, 'states'>
}

/** Asks for a page of an org's list that continues after `before`. */
export interface ListQuery<Position> {
  readonly orgId: string
  readonly limit: number
  readonly before: Position | undefined
}

/** The domains of these addresses that the org has claimed for itself (R). 2 read units a domain. */
async function claimedDomains(
  { domains }: Pick<ViewPorts, 'domains'>,
  orgId: string,
  emails: readonly string[],
): Promise<ReadonlySet<string>> {
  const states = await domains.states(orgId, [...new Set(emails.map(domainOf))])
  return new Set([...states].filter(([, { claimedBy }]) => claimedBy === orgId).map(([domain]) => domain))
}

/** A claim or user that is listed takes its record and, at most, two of a domain. */
export const RECORDS_PER_VIEW = 3

/** Records that `claimedDomains` reads for these addresses. */
export const domainRecords = (emails: readonly string[]): number => 2 * new Set(emails.map(domainOf)).size

export async function viewClaims(
  ports: Pick<ViewPorts, 'domains'>,
  orgId: string,
  found: readonly FoundClaim[],
  now: Date,
): Promise<ClaimView[]> {
  const claimed = await claimedDomains(
    ports,
    orgId,
    found.map(({ claim }) => claim.email),
  )
  return found.map(({ claim, record, formerRecord }) =>
    viewClaim(claim, {
      now,
      domainClaimed: claimed.has(domainOf(claim.email)),
      originalIsPaid: record?.account.paid ?? false,
      beingDeleted: record?.deletion !== undefined,
      endedOn: formerRecord?.deletion === undefined ? formerRecord?.account : undefined,
    }),
  )
}

/** A claim that the org made; another org's is as if it didn't exist (R). */
export async function readClaim(
  ports: Pick<ViewPorts, 'domains'> & { readonly claims: Pick<ClaimStore, 'byIdOf'> },
  orgId: string,
  claimId: string,
  now: Date,
): Promise<ClaimView | undefined> {
  const found = await ports.claims.byIdOf(orgId, claimId)
  if (found === undefined) return undefined
  const [view] = await viewClaims(ports, orgId, [found], now)
  return view
}

export interface ListedAccount {
  readonly record: AccountRecord
  readonly inRecord: AccountInRecord
}

const inputOf = ({ record }: ListedAccount, claimed: ReadonlySet<string>, now: Date): ClaimViewInput => ({
  now,
  domainClaimed: claimed.has(domainOf(record.account.email)),
  originalIsPaid: record.account.paid,
})

export async function viewUsers(
  ports: Pick<ViewPorts, 'domains'>,
  orgId: string,
  found: readonly ListedAccount[],
  now: Date,
): Promise<UserView[]> {
  const withClaim = found.filter(({ inRecord }) => inRecord.role === 'new')
  const claimed = await claimedDomains(
    ports,
    orgId,
    withClaim.map(({ record }) => record.account.email),
  )
  return found.map((each) => viewUser(each.record, each.inRecord, inputOf(each, claimed, now)))
}

/** A user of the org; users of other orgs count as unknown. */
export async function readUser(
  ports: Pick<ViewPorts, 'domains'> & { readonly accounts: Pick<AccountStore, 'byUserId'> },
  orgId: string,
  userId: string,
  now: Date,
): Promise<{ readonly user: UserView; readonly version: number } | undefined> {
  const found = await ports.accounts.byUserId(userId)
  if (found === undefined || found.inRecord.account.orgId !== orgId) return undefined
  return { user: await viewOfAccount(ports, found, now), version: found.record.revision }
}

/** An account of any org, as its own org would see it. */
export async function viewOfAccount(
  ports: Pick<ViewPorts, 'domains'>,
  found: FoundAccount,
  now: Date,
): Promise<UserView> {
  const [view] = await viewUsers(ports, found.inRecord.account.orgId, [found], now)
  if (view === undefined) throw new Error('an account has a view')
  return view
}
