import { parseAddress } from '../../rules/accounts/address.ts'
import { addressPrefix, beginsWith } from '../../rules/accounts/address-prefix.ts'
import { claimSortKey, claimSortKeyAt } from '../../rules/claims/claim-ids.ts'
import { DECISION_WINDOW_MS } from '../../rules/limits.ts'
import { importIdOf } from '../../rules/claims/idempotency-origin.ts'
import type { Claim, ClaimStatus, ClaimType, Notification, UserStatus } from '../../rules/types.ts'
import { accountsOf, type ClaimView, type UserView } from '../../rules/claims/views.ts'
import { SECOND_MS } from '../../lib/time.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { RoleInOrg } from '../../storage/stores/account-lists.ts'
import type { ClaimStore, FoundClaim } from '../../storage/stores/claims.ts'
import type { WalkPosition } from '../../storage/queries/walk.ts'
import { fillPage } from './fill-page.ts'
import {
  domainRecords,
  type ViewPorts,
  type ListedAccount,
  RECORDS_PER_VIEW,
  viewClaims,
  viewUsers,
} from './views.ts'
import type { Page } from '../../lib/page.ts'

/**
 * R3: the lists of an org's claims and users, with filters. Filters have no index of their own: the list is read in its
 * order, in bounded steps, and each record is checked. Only a whole address is looked up; its owner comes first.
 */
export interface ClaimFilter {
  readonly status?: ClaimStatus | undefined
  readonly type?: ClaimType | undefined
  readonly revocable?: boolean | undefined
  readonly notification?: Notification | undefined
  /** C10. */
  readonly importId?: string | undefined
  /** Also for claims that are over: 14 days after their creation. */
  readonly endsBefore?: string | undefined
  /** The claimed address, or the beginning of one. */
  readonly email?: string | undefined
}

/** The position in a list that began with the matches of an address. */
export interface FindPosition<Position> {
  readonly at?: Position | undefined
  /** Sort keys, or ids, of those matches, so that they aren't listed twice. */
  readonly listed?: readonly string[] | undefined
}

interface FindClaimsPorts {
  readonly accounts: Pick<AccountStore, 'byAddresses'>
  readonly claims: Pick<ClaimStore, 'list' | 'madeIn'>
  readonly domains: ViewPorts['domains']
}

interface Query<Filter, Position> {
  readonly orgId: string
  readonly filter: Filter
  readonly limit: number
  readonly from: FindPosition<Position> | undefined
  readonly now: Date
}

const isFiltered = (filter: object): boolean => Object.values(filter).some((value) => value !== undefined)

/** The part of a filter that can be checked before the claim is viewed. */
function passes(filter: ClaimFilter, claim: Claim): boolean {
  const { status, type, notification, importId, endsBefore, email } = filter
  return (
    (status === undefined || claim.status === status) &&
    (type === undefined || claim.type === type) &&
    (notification === undefined || claim.notification === notification) &&
    (importId === undefined || importIdOf(claim.origin) === importId) &&
    (endsBefore === undefined || new Date(claim.createdAt) < madeBefore(endsBefore)) &&
    // Y7: nothing is left of a deleted person.
    (email === undefined || (claim.email !== '' && beginsWith(claim.email, addressPrefix(email))))
  )
}

const madeBefore = (endsBefore: string): Date => new Date(Date.parse(endsBefore) - DECISION_WINDOW_MS)

/** A sort key that only claims that end later can have: the key contains the second in which the claim was made. */
const sortedBefore = (endsBefore: string): string =>
  claimSortKeyAt(new Date(Math.ceil(madeBefore(endsBefore).getTime() / SECOND_MS) * SECOND_MS))

/**
 * The org's claims, newest first; with a whole address, those on its account come first. 0.5 R a shard and step, 1 R a
 * claim that is checked; 2 R for an address, and 1 R for an ended claim on it.
 */
export async function listClaims(
  ports: FindClaimsPorts,
  query: Query<ClaimFilter, string>,
): Promise<Page<ClaimView, FindPosition<string>>> {
  const { orgId, filter, limit, from, now } = query
  const view = async (found: readonly FoundClaim[]): Promise<ClaimView[]> =>
    (await viewClaims(ports, orgId, found, now)).filter(
      ({ revocable }) => filter.revocable === undefined || revocable === filter.revocable,
    )
  if (from === undefined && filter.email !== undefined) {
    const there = await claimsAt(ports, orgId, filter.email)
    const items = await view(there.filter(({ claim }) => passes(filter, claim)).slice(0, limit))
    const listed = items.map(({ claimId }) => claimSortKey(claimId))
    if (items.length > 0) return { items, next: { listed } }
  }
  const { listed = [] } = from ?? {}
  const start = from?.at ?? (filter.endsBefore && sortedBefore(filter.endsBefore))
  const page = await fillPage(
    { limit, filtered: isFiltered(filter), from: start, recordsPerItem: RECORDS_PER_VIEW },
    async (size, before: string | undefined) => {
      const { items: found, next } = await ports.claims.list(orgId, size, before)
      const candidates = found.filter(
        ({ claim }) => passes(filter, claim) && !listed.includes(claimSortKey(claim.claimId)),
      )
      const views = new Map((await view(candidates)).map((each) => [each.claimId, each]))
      const scanned = found.map(({ claim: { claimId } }) => ({
        item: views.get(claimId),
        after: claimSortKey(claimId),
      }))
      return { scanned, next, read: size + domainRecords(candidates.map(({ claim }) => claim.email)) }
    },
  )
  return { items: page.items, next: nextPosition(page.next, from?.listed) }
}

const nextPosition = <Position>(
  at: Position | undefined,
  listed: readonly string[] | undefined,
): FindPosition<Position> | undefined => (at === undefined ? undefined : { at, listed })

/** The org's claims on the address's account, newest first; none if it is only the beginning of an address. */
async function claimsAt(ports: FindClaimsPorts, orgId: string, email: string): Promise<FoundClaim[]> {
  const parsed = parseAddress(email)
  if (parsed.outcome === 'refused') return []
  const { normalized } = parsed.address
  const record = (await ports.accounts.byAddresses([normalized])).get(normalized)
  return (await ports.claims.madeIn(record)).filter(({ claim }) => claim.claimingOrgId === orgId)
}

export interface UserFilter {
  readonly status?: UserStatus | undefined
  readonly revocable?: boolean | undefined
  /** An address, or the beginning of one. */
  readonly email?: string | undefined
}

export interface UserPorts {
  readonly accounts: Pick<AccountStore, 'byAddresses' | 'byRecordIds' | 'recordIdsOfOrg'>
  readonly domains: ViewPorts['domains']
}

/**
 * The org's users: its own accounts, those that are being claimed from it, and those that it is claiming (C2, C3). With
 * a whole address, its owner comes first. 0.5 R a shard of both indexes and step, 1 R a user that is checked.
 */
export async function listUsers(
  ports: UserPorts,
  query: Query<UserFilter, WalkPosition>,
): Promise<Page<UserView, FindPosition<WalkPosition>>> {
  const { orgId, filter, limit, from, now } = query
  const prefix = filter.email === undefined ? undefined : addressPrefix(filter.email)
  const view = async (accounts: readonly ListedAccount[]): Promise<UserView[]> =>
    (await viewUsers(ports, orgId, accounts, now)).filter(
      (user) =>
        (filter.status === undefined || user.status === filter.status) &&
        (filter.revocable === undefined || (user.claim?.revocable ?? false) === filter.revocable) &&
        (prefix === undefined || beginsWith(user.email, prefix)),
    )
  if (from === undefined && filter.email !== undefined) {
    const items = (await view(await usersAt(ports, orgId, filter.email))).slice(0, limit)
    const listed = items.map(({ userId }) => userId)
    if (items.length > 0) return { items, next: { listed } }
  }
  const { listed = [] } = from ?? {}
  const page = await fillPage(
    { limit, filtered: isFiltered(filter), from: from?.at, recordsPerItem: RECORDS_PER_VIEW },
    async (size, position: WalkPosition | undefined) => {
      const { found, next } = await ports.accounts.recordIdsOfOrg(orgId, size, position)
      const records = await ports.accounts.byRecordIds(found.map(({ recordId }) => recordId))
      const accounts = found.map(({ recordId, role }): ListedAccount | undefined => {
        const record = records.get(recordId)
        const here = record && accountsOf(record).find(isOf(orgId, role))
        return record && here && { record, inRecord: here }
      })
      const there = accounts.filter((each) => each !== undefined)
      const users = new Map((await view(there)).map((each) => [each.userId, each]))
      const claimed = there.filter(({ inRecord }) => inRecord.role === 'new')
      const scanned = found.map(({ after }, n) => {
        const userId = accounts[n]?.inRecord.account.userId ?? ''
        return { item: listed.includes(userId) ? undefined : users.get(userId), after }
      })
      return {
        scanned,
        next,
        read: size + domainRecords(claimed.map(({ record }) => record.account.email)),
      }
    },
  )
  return { items: page.items, next: nextPosition(page.next, from?.listed) }
}

const isOf =
  (orgId: string, role: RoleInOrg) =>
  ({ account, role: accountRole }: ListedAccount['inRecord']): boolean =>
    account.orgId === orgId && (accountRole === 'new') === (role === 'claimed')

async function usersAt({ accounts }: UserPorts, orgId: string, email: string): Promise<ListedAccount[]> {
  const parsed = parseAddress(email)
  if (parsed.outcome === 'refused') return []
  const { normalized } = parsed.address
  const record = (await accounts.byAddresses([normalized])).get(normalized)
  if (record === undefined) return []
  return accountsOf(record)
    .filter(({ account }) => account.orgId === orgId)
    .map((inRecord) => ({ record, inRecord }))
}
