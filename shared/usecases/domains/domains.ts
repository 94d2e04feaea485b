import {
  type DomainPlan,
  type LookedUp,
  type OrgDomain,
  planAdding,
  planClaiming,
  planRelease,
  planRemoval,
  planVerification,
  planVerified,
} from '../../rules/domains/domain-changes.ts'
import type { Actor, ChangeKind } from '../../rules/types.ts'
import type { DomainStore } from '../../storage/stores/domains.ts'
import { MAX_ROUNDS, pauseBefore } from '../../lib/retry-rounds.ts'

/** `undefined`: the name servers didn't answer; nothing is known. No records: an empty list. */
export type ResolveTxt = (domain: string) => Promise<readonly string[] | undefined>

export interface DomainPorts {
  readonly domains: Pick<DomainStore, 'get' | 'write' | 'claim' | 'release' | 'remove'>
  readonly resolveTxt: ResolveTxt
  /** Random: nobody but who was told can set the record. */
  readonly newToken: () => string
}

export interface DomainRequest {
  readonly orgId: string
  /** In its ASCII form. */
  readonly domain: string
  readonly now: Date
  readonly by: Actor
}

export type DomainOutcome<Refused extends string> =
  | { readonly result: 'done'; readonly domain: OrgDomain; readonly created: boolean }
  | { readonly result: 'refused'; readonly code: Refused | 'busy'; readonly looked?: LookedUp | undefined }

/** Reads, plans and writes on the condition that nothing changed in between; if something did, once more. */
async function change<Refused extends string>(
  { domains }: DomainPorts,
  { orgId, domain: name }: DomainRequest,
  plan: (current: OrgDomain | undefined) => Promise<DomainPlan<Refused>> | DomainPlan<Refused>,
  write: (domain: OrgDomain, what: ChangeKind) => Promise<'written' | 'lost' | Refused>,
): Promise<DomainOutcome<Refused>> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await pauseBefore(round)
    const planned = await plan(await domains.get(orgId, name))
    switch (planned.kind) {
      case 'refused':
        return { result: 'refused', code: planned.code, looked: planned.looked }
      case 'unchanged':
        return { result: 'done', domain: planned.domain, created: false }
      case 'write': {
        const { domain, what } = planned
        const written = await write(domain, what)
        if (written === 'written') return { result: 'done', domain, created: domain.revision === 0 }
        if (written !== 'lost') return { result: 'refused', code: written }
      }
    }
  }
  return { result: 'refused', code: 'busy' }
}

const notFound = { kind: 'refused', code: 'not_found' } as const

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
  return change<'not_found' | 'verification_token_expired' | 'txt_record_not_found' | 'dns_lookup_failed'>(
    ports,
    request,
    async (current) => {
      if (current === undefined) return notFound
      const planned = planVerification(current, now)
      if (planned.kind !== 'look_up') return planned
      const records = await ports.resolveTxt(current.domain)
      return records === undefined
        ? { kind: 'refused', code: 'dns_lookup_failed' }
        : planVerified(current, records, now)
    },
    (next, what) => ports.domains.write(next, { what, at: now.toISOString(), by }),
  )
}

/** D2: exclusive; of two orgs at the same instant one gets it. */
export function claimDomain(ports: DomainPorts, request: DomainRequest) {
  const { now, by } = request
  return change<'not_found' | 'domain_not_verified' | 'domain_claimed_by_other'>(
    ports,
    request,
    (current) => (current === undefined ? notFound : planClaiming(current)),
    async (next, what) => {
      const written = await ports.domains.claim(next, { what, at: now.toISOString(), by })
      return written === 'taken' ? 'domain_claimed_by_other' : written
    },
  )
}

/** D3. */
export function releaseDomain(ports: DomainPorts, request: DomainRequest) {
  const { now, by } = request
  return change<'not_found' | 'domain_not_claimed'>(
    ports,
    request,
    (current) => (current === undefined ? notFound : planRelease(current)),
    (next, what) => ports.domains.release(next, { what, at: now.toISOString(), by }),
  )
}

/** D3. */
export function removeDomain(ports: DomainPorts, request: DomainRequest) {
  const { now, by } = request
  return change<'not_found' | 'domain_claimed'>(
    ports,
    request,
    (current) => (current === undefined ? notFound : planRemoval(current)),
    (next, what) => ports.domains.remove(next, { what, at: now.toISOString(), by }),
  )
}
