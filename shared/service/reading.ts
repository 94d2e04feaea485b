import { domainOf } from '../claims/address.ts'
import { claimSortKey } from '../claims/claim-ids.ts'
import type { AccountRecord, ClaimStatus, ClaimType, UserStatus } from '../claims/types.ts'
import {
  accountsOf,
  type ClaimView,
  type ClaimViewFacts,
  type StandingAccount,
  type UserView,
  viewClaim,
  viewUser,
} from '../claims/views.ts'
import type { AccountStore, FoundAccount } from '../table/accounts.ts'
import type { ClaimStore, FoundClaim } from '../table/claims.ts'
import type { DomainStore } from '../table/domains.ts'
import type { WalkPosition } from '../table/pages.ts'
import { claimOfOrg } from './claim-changes.ts'

export interface ReadingPorts {
  readonly accounts: Pick<AccountStore, 'byUserId' | 'byRoots' | 'rootsOfOrg'>
  readonly claims: Pick<ClaimStore, 'byId' | 'list'>
  readonly domains: Pick<DomainStore, 'facts'>
}

/** `position`: where the next page goes on; absent on the last. */
export interface Listing<Item, Position> {
  readonly items: Item[]
  readonly position: Position | undefined
}

/** A filter that lets few through makes a short page, and not a request that reads on for ever. */
const MAX_ROUNDS = 10

/** Of these claims' domains, those that their claiming org has claimed for itself (R). 2 read units a domain. */
async function claimedDomains(
  { domains }: Pick<ReadingPorts, 'domains'>,
  orgId: string,
  emails: readonly string[],
): Promise<ReadonlySet<string>> {
  const facts = await domains.facts(orgId, [...new Set(emails.map(domainOf))])
  return new Set([...facts].filter(([, { claimedBy }]) => claimedBy === orgId).map(([domain]) => domain))
}

async function viewClaims(
  ports: Pick<ReadingPorts, 'domains'>,
  orgId: string,
  found: readonly FoundClaim[],
  now: Date,
): Promise<ClaimView[]> {
  const claimed = await claimedDomains(
    ports,
    orgId,
    found.map(({ claim }) => claim.email),
  )
  return found.map(({ claim, record }) =>
    viewClaim(claim, {
      now,
      domainClaimed: claimed.has(domainOf(claim.email)),
      originalIsPaid: record?.account.paid ?? false,
      removing: record?.removal !== undefined,
    }),
  )
}

/** A claim that the org made; another org's is as if it didn't exist (R). */
export async function readClaim(
  ports: Pick<ReadingPorts, 'claims' | 'domains'>,
  orgId: string,
  claimId: string,
  now: Date,
): Promise<ClaimView | undefined> {
  const found = await claimOfOrg(ports.claims, orgId, claimId)
  if (found === undefined) return undefined
  const [view] = await viewClaims(ports, orgId, [found], now)
  return view
}

export interface ClaimFilter {
  readonly status?: ClaimStatus | undefined
  readonly type?: ClaimType | undefined
  readonly revocable?: boolean | undefined
}

/** R3: the org's claims, newest first. The position is that of the last claim that was looked at. */
export async function listClaims(
  ports: Pick<ReadingPorts, 'claims' | 'domains'>,
  query: { orgId: string; filter: ClaimFilter; limit: number; before: string | undefined; now: Date },
): Promise<Listing<ClaimView, string>> {
  const { orgId, filter, limit, now } = query
  const items: ClaimView[] = []
  let before = query.before
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const page = await ports.claims.list(orgId, limit, before)
    const candidates = page.found.filter(
      ({ claim }) =>
        (filter.status === undefined || claim.status === filter.status) &&
        (filter.type === undefined || claim.type === filter.type),
    )
    for (const view of await viewClaims(ports, orgId, candidates, now)) {
      if (filter.revocable !== undefined && view.revocable !== filter.revocable) continue
      items.push(view)
      if (items.length === limit) {
        const last = page.found.at(-1)?.claim.claimId
        const more = page.next !== undefined || view.claimId !== last
        return { items, position: more ? claimSortKey(view.claimId) : undefined }
      }
    }
    if (page.next === undefined) return { items, position: undefined }
    before = page.next
  }
  return { items, position: before }
}

export interface UserFilter {
  readonly status?: UserStatus | undefined
  readonly revocable?: boolean | undefined
}

interface Standing {
  readonly record: AccountRecord
  readonly standing: StandingAccount
}

const factsOf = ({ record }: Standing, claimed: ReadonlySet<string>, now: Date): ClaimViewFacts => ({
  now,
  domainClaimed: claimed.has(domainOf(record.account.email)),
  originalIsPaid: record.account.paid,
})

async function viewUsers(
  ports: Pick<ReadingPorts, 'domains'>,
  orgId: string,
  found: readonly Standing[],
  now: Date,
): Promise<UserView[]> {
  const withClaim = found.filter(({ standing }) => standing.role === 'new')
  const claimed = await claimedDomains(
    ports,
    orgId,
    withClaim.map(({ record }) => record.account.email),
  )
  return found.map((each) => viewUser(each.record, each.standing, factsOf(each, claimed, now)))
}

/** A user of the org's; anybody else's is as if it didn't exist. */
export async function readUser(
  ports: Pick<ReadingPorts, 'accounts' | 'domains'>,
  orgId: string,
  userId: string,
  now: Date,
): Promise<{ readonly user: UserView; readonly version: number } | undefined> {
  const found = await ports.accounts.byUserId(userId)
  if (found === undefined || found.standing.account.orgId !== orgId) return undefined
  return { user: await viewOfAccount(ports, found, now), version: found.record.rev }
}

/** An account in whichever org, as its org would see it. */
export async function viewOfAccount(
  ports: Pick<ReadingPorts, 'domains'>,
  found: FoundAccount,
  now: Date,
): Promise<UserView> {
  const [view] = await viewUsers(ports, found.standing.account.orgId, [found], now)
  if (view === undefined) throw new Error('an account has a view')
  return view
}

/** The org's users: its own accounts, those that are being claimed from it, and those that it is claiming (C2, C3). */
export async function listUsers(
  ports: Pick<ReadingPorts, 'accounts' | 'domains'>,
  query: { orgId: string; filter: UserFilter; limit: number; from: WalkPosition | undefined; now: Date },
): Promise<Listing<UserView, WalkPosition>> {
  const { orgId, filter, limit, now } = query
  const items: UserView[] = []
  let from = query.from
  for (let round = 0; round < MAX_ROUNDS; round++) {
    // Never more than the page still takes: a position stands between roots and not within what they gave.
    const { found, next } = await ports.accounts.rootsOfOrg(orgId, limit - items.length, from)
    const records = await ports.accounts.byRoots(found.map(({ root }) => root))
    const standing = found.flatMap(({ root, role }): Standing[] => {
      const record = records.get(root)
      if (record === undefined) return []
      return accountsOf(record)
        .filter((each) => each.account.orgId === orgId && (each.role === 'new') === (role === 'claimed'))
        .map((each) => ({ record, standing: each }))
    })
    for (const view of await viewUsers(ports, orgId, standing, now)) {
      if (filter.status !== undefined && view.status !== filter.status) continue
      if (filter.revocable !== undefined && (view.claim?.revocable ?? false) !== filter.revocable) continue
      items.push(view)
    }
    from = next
    if (from === undefined || items.length >= limit) break
  }
  return { items, position: from }
}
