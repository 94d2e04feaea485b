import {
  type DomainPlan,
  type TxtLookup,
  type OrgDomain,
  planAdding,
  planClaiming,
  planRelease,
  planDomainRemoval,
  planVerification,
  planVerified,
} from '../../rules/domains/domain-changes.ts'
import type { Actor, ChangeKind, DomainStatus } from '../../rules/types.ts'
import { isVersionAllowed, type Versions } from '../../rules/versions.ts'
import type { DomainStore } from '../../storage/stores/domains.ts'
import type { Written } from '../../storage/writes/write.ts'
import { fillPage } from '../lists/fill-page.ts'
import { LOST, type Lost, retryOptimistically } from '../../lib/optimistic-retry.ts'
import type { Page } from '../../lib/page.ts'

/** The org's domains by name, or those of a status. 0.5 R a 4 KB of what is read. */
export function listDomains(
  domains: Pick<DomainStore, 'list'>,
  query: {
    readonly orgId: string
    readonly limit: number
    readonly status: DomainStatus | undefined
    readonly after: string | undefined
  },
): Promise<Page<OrgDomain>> {
  const { orgId, limit, status, after } = query
  return fillPage(
    { limit, filtered: status !== undefined, from: after },
    async (size, from: string | undefined) => {
      const page = await domains.list(orgId, size, from)
      const scanned = page.items.map((each) => ({
        item: status === undefined || each.status === status ? each : undefined,
        after: each.domain,
      }))
      return { scanned, next: page.next }
    },
  )
}

/** `undefined`: the name servers didn't answer; nothing is known. No records: an empty list. */
export type ResolveTxt = (domain: string) => Promise<readonly string[] | undefined>

export interface DomainPorts {
  readonly domains: Pick<DomainStore, 'get' | 'write' | 'claim' | 'release' | 'remove'>
  readonly resolveTxt: ResolveTxt
  /** Random, so that only somebody who knows it can set the record. */
  readonly newToken: () => string
}

export interface DomainRequest {
  readonly orgId: string
  /** In its ASCII form. */
  readonly domain: string
  readonly now: Date
  readonly by: Actor
  /** The versions of which the domain must have one to be changed. */
  readonly versions?: Versions | undefined
}

export type DomainOutcome<Refused extends string> =
  | { readonly outcome: 'done'; readonly domain: OrgDomain; readonly created: boolean }
  | {
      readonly outcome: 'refused'
      readonly code: Refused | 'busy'
      readonly lookup?: TxtLookup | undefined
    }

/** Reads, plans and writes on the condition that nothing changed in between; if something did, once more. */
async function change<Refused extends string>(
  { domains }: DomainPorts,
  { orgId, domain: name }: DomainRequest,
  plan: (current: OrgDomain | undefined) => Promise<DomainPlan<Refused>> | DomainPlan<Refused>,
  write: (domain: OrgDomain, what: ChangeKind) => Promise<Written | { readonly outcome: Refused }>,
): Promise<DomainOutcome<Refused>> {
  return retryOptimistically(async (): Promise<DomainOutcome<Refused> | Lost> => {
    const planned = await plan(await domains.get(orgId, name))
    switch (planned.outcome) {
      case 'refused':
        return { outcome: 'refused', code: planned.code, lookup: planned.lookup }
      case 'unchanged':
        return { outcome: 'done', domain: planned.domain, created: false }
      case 'write': {
        const { domain, what } = planned
        const { outcome } = await write(domain, what)
        const { revision } = domain
        if (outcome === 'written')
          return { outcome: 'done', domain: { ...domain, revision: revision + 1 }, created: revision === 0 }
        return outcome === 'lost' ? LOST : { outcome: 'refused', code: outcome }
      }
    }
  })
}

type Unfit = 'not_found' | 'precondition_failed'

/** Whether the domain, as it stands, is one that was asked for. */
function findUnchanged(current: OrgDomain | undefined, { versions }: DomainRequest) {
  if (current === undefined) return { outcome: 'refused', code: 'not_found' } as const
  if (!isVersionAllowed(versions, current.revision))
    return { outcome: 'refused', code: 'precondition_failed' } as const
  return { outcome: 'found', current } as const
}

/** D1. 1 R, 1 W. */
export function addDomain(ports: DomainPorts, request: DomainRequest) {
  const { orgId, domain, now, by } = request
  return change(
    ports,
    request,
    (current) => planAdding(current, { orgId, domain, token: ports.newToken(), now }),
    (next, what) => ports.domains.write(next, { what, at: now.toISOString(), by }),
  )
}

/** D1: a real lookup, unless the answer is known already. */
export function verifyDomain(ports: DomainPorts, request: DomainRequest) {
  const { now, by } = request
  return change<Unfit | 'verification_token_expired' | 'txt_record_not_found' | 'dns_lookup_failed'>(
    ports,
    request,
    async (stored) => {
      const found = findUnchanged(stored, request)
      if (found.outcome !== 'found') return found
      const { current } = found
      const planned = planVerification(current, now)
      if (planned.outcome !== 'look_up') return planned
      const records = await ports.resolveTxt(current.domain)
      return records === undefined
        ? { outcome: 'refused', code: 'dns_lookup_failed' }
        : planVerified(current, records, now)
    },
    (next, what) => ports.domains.write(next, { what, at: now.toISOString(), by }),
  )
}

/** D2: exclusive; of two orgs at the same instant one gets it. */
export function claimDomain(ports: DomainPorts, request: DomainRequest) {
  const { now, by } = request
  return change<Unfit | 'domain_not_verified' | 'domain_claimed_by_other'>(
    ports,
    request,
    (stored) => {
      const found = findUnchanged(stored, request)
      return found.outcome === 'found' ? planClaiming(found.current) : found
    },
    async (next, what) => {
      const written = await ports.domains.claim(next, { what, at: now.toISOString(), by })
      return written.outcome === 'taken' ? { outcome: 'domain_claimed_by_other' } : written
    },
  )
}

/** D3. */
export function releaseDomain(ports: DomainPorts, request: DomainRequest) {
  const { now, by } = request
  return change<Unfit | 'domain_not_claimed'>(
    ports,
    request,
    (stored) => {
      const found = findUnchanged(stored, request)
      return found.outcome === 'found' ? planRelease(found.current) : found
    },
    (next, what) => ports.domains.release(next, { what, at: now.toISOString(), by }),
  )
}

/** D3. */
export function removeDomain(ports: DomainPorts, request: DomainRequest) {
  const { now, by } = request
  return change<Unfit | 'domain_claimed'>(
    ports,
    request,
    (stored) => {
      const found = findUnchanged(stored, request)
      return found.outcome === 'found' ? planDomainRemoval(found.current) : found
    },
    (next, what) => ports.domains.remove(next, { what, at: now.toISOString(), by }),
  )
}
