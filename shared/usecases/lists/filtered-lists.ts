import { parseAddress } from '../../rules/accounts/address.ts'
import { addressPrefix, beginsWith } from '../../rules/accounts/address-prefix.ts'
import { claimSortKey, claimSortKeyAt } from '../../rules/claims/claim-ids.ts'
import { DECISION_WINDOW_MS } from '../../rules/limits.ts'
import { importIdOf } from '../../rules/claims/idempotency-origin.ts'
import type { Claim, ClaimStatus, ClaimType, Notification, UserStatus } from '../../rules/types.ts'
import { accountsOf, type ClaimView, type UserView } from '../../rules/claims/views.ts'
import { SECOND_MS } from '../../lib/time.ts'
import type { AccountStore, RoleInOrg } from '../../storage/stores/accounts.ts'
import type { ClaimStore, FoundClaim } from '../../storage/stores/claims.ts'
import type { WalkPosition } from '../../storage/queries/pages.ts'
import { fillPage } from './fill-page.ts'
import { type Listing, type ViewPorts, type ListedAccount, viewClaims, viewUsers } from './views.ts'

/**
 * R3: the lists of an org's claims and users, and what can be looked for in them. Nothing is written for a filter: the list is
 * read on in its order and held against it, in bounded steps. Only a whole address is looked up: who has it comes first.
 */
export interface ClaimFilter {
  readonly status?: ClaimStatus | undefined
  readonly type?: ClaimType | undefined
  readonly revocable?: boolean | undefined
  readonly notification?: Notification | undefined
  /** C10. */
  readonly importId?: string | undefined
  /** Of claims that are over, too: 14 days after they were made. */
  readonly endsBefore?: string | undefined
  /** The claimed address, or the beginning of one. */
  readonly email?: string | undefined
}

/** Where a list goes on that began with what was looked up by an address. */
export interface FindPosition<Position> {
  readonly at?: Position | undefined
  /** Sort keys, or ids, of those that were looked up: they have been told. */
  readonly told?: readonly string[] | undefined
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

/** What can be said of a claim before it is viewed. */
function passes(filter: ClaimFilter, claim: Claim): boolean {
  const { status, type, notification, importId, endsBefore, email } = filter
  return (
    (status === undefined || claim.status === status) &&
    (type === undefined || claim.type === type) &&
    (notification === undefined || claim.notification === notification) &&
    (importId === undefined || importIdOf(claim.origin) === importId) &&
    (endsBefore === undefined || new Date(claim.createdAt) < madeBefore(endsBefore)) &&
    // Y7: of a person who was removed none is left.
    (email === undefined || (claim.email !== '' && beginsWith(claim.email, addressPrefix(email))))
  )
}

const madeBefore = (endsBefore: string): Date => new Date(Date.parse(endsBefore) - DECISION_WINDOW_MS)

/** The first sort key that can't be of a claim that ends before then: a claim is made in the second that its key falls into. */
const sortedBefore = (endsBefore: string): string =>
  claimSortKeyAt(new Date(Math.ceil(madeBefore(endsBefore).getTime() / SECOND_MS) * SECOND_MS))

/**
 * The org's claims, newest first; where a whole address is looked for, before them those on the account that has it.
 * 0.5 R a shard and step, 1 R a claim that is looked at; an address 2 R, and 1 R an ended claim on it.
 */
export async function listClaims(
  ports: FindClaimsPorts,
  query: Query<ClaimFilter, string>,
): Promise<Listing<ClaimView, FindPosition<string>>> {
  const { orgId, filter, limit, from, now } = query
  const view = async (found: readonly FoundClaim[]): Promise<ClaimView[]> =>
    (await viewClaims(ports, orgId, found, now)).filter(
      ({ revocable }) => filter.revocable === undefined || revocable === filter.revocable,
    )
  if (from === undefined && filter.email !== undefined) {
    const there = await claimsAt(ports, orgId, filter.email)
    const items = await view(there.filter(({ claim }) => passes(filter, claim)).slice(0, limit))
    const told = items.map(({ claimId }) => claimSortKey(claimId))
    if (items.length > 0) return { items, position: { told } }
  }
  const { told = [] } = from ?? {}
  const start = from?.at ?? (filter.endsBefore && sortedBefore(filter.endsBefore))
  const page = await fillPage(
    { limit, filtered: isFiltered(filter), from: start },
    async (size, before: string | undefined) => {
      const { found, next } = await ports.claims.list(orgId, size, before)
      const candidates = found.filter(
        ({ claim }) => passes(filter, claim) && !told.includes(claimSortKey(claim.claimId)),
      )
      const views = new Map((await view(candidates)).map((each) => [each.claimId, each]))
      const looked = found.map(({ claim: { claimId } }) => ({
        item: views.get(claimId),
        after: claimSortKey(claimId),
      }))
      return { looked, next }
    },
  )
  return { items: page.items, position: goesOn(page.position, from?.told) }
}

const goesOn = <Position>(
  at: Position | undefined,
  told: readonly string[] | undefined,
): FindPosition<Position> | undefined =>
  at === undefined ? undefined : { at, ...(told === undefined ? {} : { told }) }

/** The org's claims on whoever has the address, newest first; none where it is only the beginning of one. */
async function claimsAt(ports: FindClaimsPorts, orgId: string, email: string): Promise<FoundClaim[]> {
  const parsed = parseAddress(email)
  if (parsed.outcome === 'refused') return []
  const { normalized } = parsed.address
  const record = (await ports.accounts.byAddresses([normalized])).get(normalized)
  if (record === undefined) return []
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
 * The org's users: its own accounts, those that are being claimed from it, and those that it is claiming (C2, C3). Where a
 * whole address is looked for, who has it comes first. 0.5 R a shard of both indexes and step, 1 R a user that is looked at.
 */
export async function listUsers(
  ports: UserPorts,
  query: Query<UserFilter, WalkPosition>,
): Promise<Listing<UserView, FindPosition<WalkPosition>>> {
  const { orgId, filter, limit, from, now } = query
  const prefix = filter.email === undefined ? undefined : addressPrefix(filter.email)
  const view = async (listed: readonly ListedAccount[]): Promise<UserView[]> =>
    (await viewUsers(ports, orgId, listed, now)).filter(
      (user) =>
        (filter.status === undefined || user.status === filter.status) &&
        (filter.revocable === undefined || (user.claim?.revocable ?? false) === filter.revocable) &&
        (prefix === undefined || beginsWith(user.email, prefix)),
    )
  if (from === undefined && filter.email !== undefined) {
    const items = (await view(await usersAt(ports, orgId, filter.email))).slice(0, limit)
    const told = items.map(({ userId }) => userId)
    if (items.length > 0) return { items, position: { told } }
  }
  const { told = [] } = from ?? {}
  const page = await fillPage(
    { limit, filtered: isFiltered(filter), from: from?.at },
    async (size, position: WalkPosition | undefined) => {
      const { found, next } = await ports.accounts.recordIdsOfOrg(orgId, size, position)
      const records = await ports.accounts.byRecordIds(found.map(({ recordId }) => recordId))
      const listed = found.map(({ recordId, role }): ListedAccount | undefined => {
        const record = records.get(recordId)
        const here = record && accountsOf(record).find(isOf(orgId, role))
        return record && here && { record, inRecord: here }
      })
      const users = new Map(
        (await view(listed.filter((each) => each !== undefined))).map((each) => [each.userId, each]),
      )
      const looked = found.map(({ after }, n) => {
        const userId = listed[n]?.inRecord.account.userId ?? ''
        return { item: told.includes(userId) ? undefined : users.get(userId), after }
      })
      return { looked, next }
    },
  )
  return { items: page.items, position: goesOn(page.position, from?.told) }
}

const isOf =
  (orgId: string, role: RoleInOrg) =>
  ({ account, role: standsAs }: ListedAccount['inRecord']): boolean =>
    account.orgId === orgId && (standsAs === 'new') === (role === 'claimed')

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
