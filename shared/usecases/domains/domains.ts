import {
  type DomainPlan,
  type LookedUp,
  type OrgDomain,
  planAdding,
  planClaiming,
  planRelease,
  planDomainRemoval,
  planVerification,
  planVerified,
} from '../../rules/domains/domain-changes.ts'
import type { Actor, ChangeKind } from '../../rules/types.ts'
import { isAmong, type Versions } from '../../rules/versions.ts'
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
  /** The domain is changed only if it is at one of these. */
  readonly versions?: Versions | undefined
}

export type DomainOutcome<Refused extends string> =
  | { readonly result: 'done'; readonly domain: OrgDomain; readonly created: boolean }
  | {
      readonly result: 'refused'
      readonly code: Refused | 'busy'
      readonly looked?: LookedUp | undefined
    }

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
        const { revision } = domain
        if (written === 'written')
          return { result: 'done', domain: { ...domain, revision: revision + 1 }, created: revision === 0 }
        if (written !== 'lost') return { result: 'refused', code: written }
      }
    }
  }
  return { result: 'refused', code: 'busy' }
}

type Unfit = 'not_found' | 'precondition_failed'

/** Whether the domain, as it stands, is one that was asked for. */
function look(current: OrgDomain | undefined, { versions }: DomainRequest) {
  if (current === undefined) return { kind: 'refused', code: 'not_found' } as const
  if (!isAmong(versions, current.revision)) return { kind: 'refused', code: 'precondition_failed' } as const
  return { kind: 'found', current } as const
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
    async (standing) => {
      const found = look(standing, request)
      if (found.kind !== 'found') return found
      const { current } = found
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
  return change<Unfit | 'domain_not_verified' | 'domain_claimed_by_other'>(
    ports,
    request,
    (standing) => {
      const found = look(standing, request)
      return found.kind === 'found' ? planClaiming(found.current) : found
    },
    async (next, what) => {
      const written = await ports.domains.claim(next, { what, at: now.toISOString(), by })
      return written === 'taken' ? 'domain_claimed_by_other' : written
    },
  )
}

/** D3. */
export function releaseDomain(ports: DomainPorts, request: DomainRequest) {
  const { now, by } = request
  return change<Unfit | 'domain_not_claimed'>(
    ports,
    request,
    (standing) => {
      const found = look(standing, request)
      return found.kind === 'found' ? planRelease(found.current) : found
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
    (standing) => {
      const found = look(standing, request)
      return found.kind === 'found' ? planDomainRemoval(found.current) : found
    },
    (next, what) => ports.domains.remove(next, { what, at: now.toISOString(), by }),
  )
}
