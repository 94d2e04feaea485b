import { type CodeForAll, codesForAll, isOpenTo } from '../../rules/claims/eligibility.ts'
import { MAX_SELECTED_USERS } from '../../rules/limits.ts'
import type { Organization } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { DomainStore } from '../../storage/stores/domains.ts'
import {
  type Claimable,
  type ClaimabilityFactPorts,
  readFactsOfRecords,
  type ClaimabilityRequest,
  preview,
} from './claimability.ts'

/** Keys read of each of the 8 shards that are read at once: 1,000 records in memory, and ten batches of them. */
const KEYS_PER_SHARD = 125
const DOMAINS_PER_PAGE = 100

/** How far a request for the list looks: some 5 s of its 29 s. An export looks at all. */
export const LIST_LIMITS = { accounts: 10_000, domains: 100 } as const

export interface ClaimablePorts extends ClaimabilityFactPorts {
  readonly accounts: Pick<AccountStore, 'onDomains'>
  readonly domains: Pick<DomainStore, 'facts' | 'list'>
}

export type ClaimableRequest = Omit<ClaimabilityRequest, 'fromCsv'>

export interface ClaimableUser extends Claimable {
  readonly sourceOrg: Organization
}

export interface ClaimableList {
  readonly users: readonly ClaimableUser[]
  readonly total: number
  /** Not all accounts were looked at: there may be more. */
  readonly totalIsLowerBound: boolean
  readonly truncated: boolean
  /** Why nobody at all can be claimed. */
  readonly codes: readonly CodeForAll[]
}

/** C1: the first 250 users that the org can claim (E), each as it would be claimed by default (T2), and how many there are. */
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
  let lookedAt = 0
  let total = 0
  for await (const page of judged(ports, request, domains.slice(0, limits.domains))) {
    lookedAt += page.lookedAt
    total += page.users.length
    users.push(...page.users.slice(0, MAX_SELECTED_USERS - users.length))
    if (lookedAt > limits.accounts) {
      totalIsLowerBound = true
      break
    }
  }
  return { users, total, totalIsLowerBound, truncated: totalIsLowerBound || total > users.length, codes }
}

/** C1: every user that the org can claim, some at a time, in no particular order. */
export async function* claimableUsers(
  ports: ClaimablePorts,
  request: ClaimableRequest,
): AsyncGenerator<readonly ClaimableUser[]> {
  if (codesForAll(request.claimingOrg).length > 0) return
  const domains = await openDomains(ports, request.claimingOrg.orgId)
  for await (const { users } of judged(ports, request, domains)) yield users
}

async function* judged(
  ports: ClaimablePorts,
  { claimingOrg, migrationCutoff }: ClaimableRequest,
  domains: readonly string[],
): AsyncGenerator<{ readonly lookedAt: number; readonly users: readonly ClaimableUser[] }> {
  const request = { claimingOrg, migrationCutoff, fromCsv: false }
  for await (const records of ports.accounts.onDomains(domains, KEYS_PER_SHARD)) {
    const facts = await readFactsOfRecords(ports, claimingOrg.orgId, records)
    const users = records.flatMap((record): ClaimableUser[] => {
      const outcome = preview(request, { ref: { userId: record.account.userId } }, facts, record)
      const sourceOrg = facts.orgs.get(record.account.orgId)
      return outcome.outcome === 'claimable' && sourceOrg !== undefined ? [{ ...outcome, sourceOrg }] : []
    })
    yield { lookedAt: records.length, users }
  }
}

/** The org's domains, verified or claimed, that nobody else has claimed. */
async function openDomains({ domains }: ClaimablePorts, orgId: string): Promise<string[]> {
  const open: string[] = []
  let after: string | undefined
  do {
    const page = await domains.list(orgId, DOMAINS_PER_PAGE, after)
    const facts = await domains.facts(
      orgId,
      page.domains.map(({ domain }) => domain),
    )
    for (const [domain, fact] of facts) if (isOpenTo(orgId, fact)) open.push(domain)
    after = page.next
  } while (after !== undefined)
  return open
}
