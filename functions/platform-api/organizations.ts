import { listPage, textPosition } from '../../shared/http/list-page.ts'
import { answer } from '../../shared/http/operation.ts'
import { platformOperations as operations } from '../../shared/http/operations/platform.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { serve } from '../../shared/http/serve.ts'
import { viewOrganization } from '../../shared/http/views.ts'
import type { Organization } from '../../shared/rules/types.ts'
import {
  cancelOrganizationDeletion,
  putOrganization,
  requestOrganizationDeletion,
} from '../../shared/usecases/organizations/organizations.ts'
import type { PlatformApiDeps } from './deps.ts'

export function organizationHandlers(deps: Pick<PlatformApiDeps, 'organizations' | 'suppressions'>) {
  const { organizations, suppressions } = deps
  const view = async (org: Organization) => viewOrganization(org, await suppressions.among(org.adminEmails))

  return {
    listPlatformOrganizations: serve(operations.listPlatformOrganizations, async ({ caller, query }) => {
      const binding = { orgId: caller.orgId, operation: 'listPlatformOrganizations' }
      const { limit, cursor } = query
      const page = await listPage({ binding, cursor, position: textPosition }, (after) =>
        organizations.list(limit, after),
      )
      const suppressed = await suppressions.among(page.items.flatMap(({ adminEmails }) => adminEmails))
      return answer(200, { ...page, items: page.items.map((org) => viewOrganization(org, suppressed)) })
    }),

    getPlatformOrganization: serve(operations.getPlatformOrganization, async ({ path }) => {
      const found = await organizations.get(path.orgId)
      return found === undefined ? refuse('not_found') : answer(200, await view(found.org), found.revision)
    }),

    putOrganization: serve(
      operations.putOrganization,
      async ({ caller, path: { orgId }, body, now, versions }) => {
        const changedBy = { now, versions, by: `platform:${caller.sub}` as const }
        const outcome = await putOrganization(deps, { orgId, ...body }, changedBy)
        if (outcome.outcome === 'refused') return refuse(outcome.code)
        return answer(outcome.created ? 201 : 200, await view(outcome.org), outcome.revision)
      },
    ),

    deleteOrganization: serve(
      operations.deleteOrganization,
      async ({ caller, path: { orgId }, body, now, versions }) => {
        const changedBy = { now, versions, by: `platform:${caller.sub}` as const }
        const outcome = await requestOrganizationDeletion(deps, orgId, body.confirmName, changedBy)
        if (outcome.outcome === 'refused') return refuse(outcome.code)
        return answer(202, { orgId, removedAt: outcome.deletion.at })
      },
    ),

    restoreOrganization: serve(
      operations.restoreOrganization,
      async ({ caller, path: { orgId }, now, versions }) => {
        const changedBy = { now, versions, by: `platform:${caller.sub}` as const }
        const outcome = await cancelOrganizationDeletion(deps, orgId, changedBy)
        return outcome.outcome === 'refused'
          ? refuse(outcome.code)
          : answer(200, await view(outcome.org), outcome.revision)
      },
    ),
  }
}
