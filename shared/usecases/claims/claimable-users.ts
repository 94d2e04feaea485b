import { type CodeForAll, codesForAll, isOpenTo } from '../../rules/claims/claimability.ts'
import { MAX_SELECTED_USERS } from '../../rules/limits.ts'
import { accountsOf } from '../../rules/claims/views.ts'
import type { OrgDomain } from '../../rules/domains/domain-changes.ts'
import type { AccountRecord, Organization } from '../../rules/types.ts'
import { fillPage } from '../lists/fill-page.ts'
import type { WalkPosition } from '../../storage/queries/walk.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { DomainStore } from '../../storage/stores/domains.ts'
import {
  type Claimable,
  type ClaimabilityFactPorts,
  readFactsOfRecords,
  type ClaimabilityRequest,
  preview,
} from './claimability.ts'
import type { Page } from '../../lib/page.ts'

/** Keys to read from each of the 8 shards that are read at once: 1,000 records, in ten batches, are in memory. */
const KEYS_PER_SHARD = 125
const DOMAINS_PER_PAGE = 100
/** The most that a request without `limit` looks at, which takes 5 of its 29 seconds. An export has no such limit. */
export const LIST_LIMITS = { accounts: 10_000, domains: 100 } as const
/** Domains looked at in one step of a page. Each has 32 shards to query, even if hardly any account is on it. */
const DOMAINS_PER_STEP = 10
/** Records read for an account: its own, and its organization's if that isn't known yet. */
const RECORDS_PER_ACCOUNT = 2
/** Two records are read for an open domain; the rest stands for the queries of its 32 shards, which this bounds too. */
const RECORDS_PER_OPEN_DOMAIN = 8
/** For each domain of a step, and the one in which it begins: its own record, and twice two that tell whether it is open. */
const RECORDS_PER_STEP = 5 * (DOMAINS_PER_STEP + 1)

export interface ClaimablePorts extends ClaimabilityFactPorts {
  readonly accounts: Pick<AccountStore, 'onDomains'>
  readonly domains: Pick<DomainStore, 'states' | 'list'>
}

export interface ClaimablePagePorts extends ClaimabilityFactPorts {
  readonly accounts: Pick<AccountStore, 'byRecordIds' | 'recordIdsOnDomains'>
  readonly domains: Pick<DomainStore, 'states' | 'get' | 'list'>
}

/** Within a domain, or behind it: without `at`. */
export interface ClaimablePosition {
  readonly domain: string
  readonly at?: WalkPosition | undefined
}

export type ClaimableRequest = Omit<ClaimabilityRequest, 'fromCsv'>

export interface ClaimableUser extends Claimable {
  readonly sourceOrg: Organization
}

export interface ClaimableList {
  readonly users: readonly ClaimableUser[]
  readonly total: number
  /** Not all accounts were read: there may be more. */
  readonly totalIsLowerBound: boolean
  readonly truncated: boolean
  /** Why no user at all can be claimed. */
  readonly codes: readonly CodeForAll[]
}

/**
 * C1: the first 250 users that the org can claim (E), each as it would be claimed by default (T2), and how many there are.
 * Since it counts, it reads more than a page: 1 read unit for each account, until more than `limits.accounts` are read.
 */
export async function listClaimable(
  ports: ClaimablePorts,
  request: ClaimableRequest,
  limits: { readonly accounts: number; readonly domains: number } = LIST_LIMITS,
): Promise<ClaimableList> {
  const codes = codesForAll(request.claimingOrg)
  if (codes.length > 0) return { users: [], total: 0, totalIsLowerBound: false, truncated: false, codes }
  const domains = await openDomains(ports, request.claimingOrg.orgId)
  let totalIsLowerBound = domains.length > limits.domains
  const users: ClaimableUser[] = []
  let scanned = 0
  let total = 0
  for await (const page of claimablePages(ports, request, domains.slice(0, limits.domains))) {
    scanned += page.scanned
    total += page.users.length
    users.push(...page.users.slice(0, MAX_SELECTED_USERS - users.length))
    if (scanned > limits.accounts) {
      totalIsLowerBound = true
      break
    }
  }
  return { users, total, totalIsLowerBound, truncated: totalIsLowerBound || total > users.length, codes }
}

/**
 * C1: a page of the users that the org can claim, in no particular order, and the position of the next page. Walks through
 * the domains, some in each step. 1 read unit for each account and source org, 5 read units and 32
 * queries for each domain.
 */
export async function listClaimablePage(
  ports: ClaimablePagePorts,
  request: ClaimableRequest,
  { limit, from }: { readonly limit: number; readonly from: ClaimablePosition | undefined },
): Promise<Page<ClaimableUser, ClaimablePosition> & { readonly codes: readonly CodeForAll[] }> {
  const codes = codesForAll(request.claimingOrg)
  if (codes.length > 0) return { items: [], next: undefined, codes }
  const page = await fillPage(
    { limit, filtered: true, from, recordsPerItem: RECORDS_PER_ACCOUNT, recordsPerStep: RECORDS_PER_STEP },
    async (size, position: ClaimablePosition | undefined) => {
      const { domains, next, read } = await someOpenDomains(ports, request.claimingOrg.orgId, position)
      const isWithin = position?.at !== undefined && domains[0] === position.domain
      const walk = await ports.accounts.recordIdsOnDomains(domains, size, isWithin ? position.at : undefined)
      const records = await ports.accounts.byRecordIds(walk.found.map(({ recordId }) => recordId))
      const candidates = [...records.values()].filter(mayBeClaimable)
      const users = await claimableAmong(ports, request, candidates)
      const byRecord = new Map(users.map((user) => [user.record.recordId, user]))
      const scanned = walk.found.map(({ recordId, after }) => ({ item: byRecord.get(recordId), after }))
      const orgs = new Set(candidates.map(({ account }) => account.orgId)).size
      return {
        scanned,
        next: walk.next ?? next,
        read:
          (walk.next === undefined ? scanned.length : size) +
          orgs +
          read +
          domains.length * RECORDS_PER_OPEN_DOMAIN,
      }
    },
  )
  return { ...page, codes }
}

/** E: an account that is being claimed or deleted can't be; nothing else is read about it. */
const mayBeClaimable = (record: AccountRecord): boolean =>
  record.claim === undefined && accountsOf(record).length > 0

/** C1: every user that the org can claim, in batches and in no particular order. */
export async function* claimableUsers(
  ports: ClaimablePorts,
  request: ClaimableRequest,
): AsyncGenerator<readonly ClaimableUser[]> {
  if (codesForAll(request.claimingOrg).length > 0) return
  const domains = await openDomains(ports, request.claimingOrg.orgId)
  for await (const { users } of claimablePages(ports, request, domains)) yield users
}

async function* claimablePages(
  ports: ClaimablePorts,
  { claimingOrg, migrationCutoff }: ClaimableRequest,
  domains: readonly string[],
): AsyncGenerator<{ readonly scanned: number; readonly users: readonly ClaimableUser[] }> {
  const request = { claimingOrg, migrationCutoff }
  for await (const records of ports.accounts.onDomains(domains, KEYS_PER_SHARD))
    yield { scanned: records.length, users: await claimableAmong(ports, request, records) }
}

/** Those of some accounts that can be claimed, each as it would be. */
async function claimableAmong(
  ports: ClaimabilityFactPorts,
  { claimingOrg, migrationCutoff }: ClaimableRequest,
  records: readonly AccountRecord[],
): Promise<ClaimableUser[]> {
  const request = { claimingOrg, migrationCutoff, fromCsv: false }
  const facts = await readFactsOfRecords(ports, claimingOrg.orgId, records)
  return records.flatMap((record): ClaimableUser[] => {
    const outcome = preview(request, { ref: { userId: record.account.userId } }, facts, record)
    const sourceOrg = facts.orgs.get(record.account.orgId)
    return outcome.outcome === 'claimable' && sourceOrg !== undefined ? [{ ...outcome, sourceOrg }] : []
  })
}

/** The org's verified or claimed domains, except those that another org has claimed. */
async function openDomains({ domains }: Pick<ClaimablePorts, 'domains'>, orgId: string): Promise<string[]> {
  const open: string[] = []
  let after: string | undefined
  do {
    const page = await domains.list(orgId, DOMAINS_PER_PAGE, after)
    open.push(...(await openOf({ domains }, orgId, page.items)))
    after = page.next
  } while (after !== undefined)
  return open
}

const isProven = ({ status }: OrgDomain): boolean => status !== 'pending'

/** Those of some domains on which the org can claim anybody. 2 R a domain that isn't pending. */
async function openOf(
  { domains }: Pick<ClaimablePorts, 'domains'>,
  orgId: string,
  of: readonly OrgDomain[],
): Promise<string[]> {
  const proven = of.filter(isProven).map(({ domain }) => domain)
  const states = await domains.states(orgId, proven)
  return [...states].flatMap(([domain, state]) => (isOpenTo(orgId, state) ? [domain] : []))
}

/** The next open domains from a position on, including the domain in which it is, and the position behind them. */
async function someOpenDomains(
  { domains }: ClaimablePagePorts,
  orgId: string,
  position: ClaimablePosition | undefined,
): Promise<{
  readonly domains: string[]
  readonly next: ClaimablePosition | undefined
  /** Records that were read for it: a domain's own, and two that tell whether it is open. */
  readonly read: number
}> {
  const own = position?.at === undefined ? undefined : await domains.get(orgId, position.domain)
  const page = await domains.list(orgId, DOMAINS_PER_STEP, position?.domain)
  const some = [...(own === undefined ? [] : [own]), ...page.items]
  return {
    domains: await openOf({ domains }, orgId, some),
    next: page.next === undefined ? undefined : { domain: page.next },
    read: 3 * some.length,
  }
}
