import { listPage, textPosition } from '../../shared/http/list-page.ts'
import { type ApiRequest, answer, noContent } from '../../shared/http/operation.ts'
import { domainOperations as operations } from '../../shared/http/operations/admin/domains.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { serve } from '../../shared/http/serve.ts'
import { viewDomain } from '../../shared/http/views.ts'
import { storedDomainName } from '../../shared/rules/domains/domain-changes.ts'
import {
  addDomain,
  claimDomain,
  listDomains,
  type DomainOutcome,
  type DomainPorts,
  type DomainRequest,
  releaseDomain,
  removeDomain,
  verifyDomain,
} from '../../shared/usecases/domains/domains.ts'
import type { AdminApiDeps } from './deps.ts'

type Deps = Pick<AdminApiDeps, 'domains' | 'organizations' | 'resolveTxt' | 'newToken'>
type OnDomain = ApiRequest<{ domain: string }, unknown, unknown>

export function domainHandlers(deps: Deps) {
  const { domains, organizations } = deps

  /** Runs an operation on the domain in the path, whatever its case and alphabet. */
  const onDomain = async <Refused extends string>(
    { caller, path, now, versions }: OnDomain,
    carryOut: (ports: DomainPorts, request: DomainRequest) => Promise<DomainOutcome<Refused>>,
  ): Promise<DomainOutcome<Refused | 'not_found'>> => {
    const domain = storedDomainName(path.domain)
    if (domain === undefined) return { outcome: 'refused', code: 'not_found' }
    return carryOut(deps, { orgId: caller.orgId, domain, now, versions, by: `admin:${caller.sub}` })
  }

  return {
    listDomains: serve(operations.listDomains, async ({ caller: { orgId }, query }) => {
      const { limit, cursor, status } = query
      const binding = { orgId, operation: 'listDomains', filters: { status } }
      const page = await listPage({ binding, cursor, position: textPosition }, (after) =>
        listDomains(domains, { orgId, limit, status, after }),
      )
      return answer(200, { ...page, items: page.items.map(viewDomain) })
    }),

    addDomain: serve(operations.addDomain, async ({ caller, body, now }) => {
      // Imported on first use: the lists of public suffixes take a quarter of a megabyte, and no other operation
      // needs them. infra/build/bundles.ts puts them into a file of their own.
      const { parseDomainName } = await import('../../shared/rules/domains/domain-name.ts')
      const parsed = parseDomainName(body.domain)
      if (parsed.outcome === 'refused') return refuse(parsed.code)
      if ((await organizations.get(caller.orgId)) === undefined) return refuse('organization_not_found')
      const request = { orgId: caller.orgId, domain: parsed.domain, now, by: `admin:${caller.sub}` as const }
      const outcome = await addDomain(deps, request)
      if (outcome.outcome === 'refused') return refuse(outcome.code)
      return answer(outcome.created ? 201 : 200, viewDomain(outcome.domain))
    }),

    verifyDomain: serve(operations.verifyDomain, async (request) => {
      const outcome = await onDomain(request, verifyDomain)
      if (outcome.outcome === 'done') return answer(200, viewDomain(outcome.domain))
      const { code, lookup } = outcome
      return lookup === undefined ? refuse(code) : refuse(code, { ...lookup })
    }),

    claimDomain: serve(operations.claimDomain, async (request) => {
      const outcome = await onDomain(request, claimDomain)
      return outcome.outcome === 'refused' ? refuse(outcome.code) : answer(200, viewDomain(outcome.domain))
    }),

    releaseDomain: serve(operations.releaseDomain, async (request) => {
      const outcome = await onDomain(request, releaseDomain)
      return outcome.outcome === 'refused' ? refuse(outcome.code) : answer(200, viewDomain(outcome.domain))
    }),

    removeDomain: serve(operations.removeDomain, async (request) => {
      const outcome = await onDomain(request, removeDomain)
      return outcome.outcome === 'refused' ? refuse(outcome.code) : noContent
    }),
  }
}
