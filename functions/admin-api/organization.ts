import { answer } from '../../shared/http/operation.ts'
import { organizationOperations as operations } from '../../shared/http/operations/admin/organization.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { serve } from '../../shared/http/serve.ts'
import { viewOrganization } from '../../shared/http/views.ts'
import type { Organization } from '../../shared/rules/types.ts'
import { changeSettings } from '../../shared/usecases/organizations/organizations.ts'
import { needsDryRun } from '../../shared/usecases/directory/sync-switch.ts'
import type { AdminApiDeps } from './deps.ts'

type Deps = Pick<AdminApiDeps, 'organizations' | 'claims' | 'suppressions' | 'syncs'>

export function organizationHandlers(deps: Deps) {
  const { organizations, suppressions } = deps
  const view = async (org: Organization) => viewOrganization(org, await suppressions.among(org.adminEmails))

  return {
    getOrganization: serve(operations.getOrganization, async ({ caller }) => {
      const found = await organizations.get(caller.orgId)
      return found === undefined
        ? refuse('organization_not_found')
        : answer(200, await view(found.org), found.revision)
    }),

    updateOrganization: serve(operations.updateOrganization, async ({ caller, body, now, versions }) => {
      const by = `admin:${caller.sub}` as const
      if (body.directorySync === true && (await needsDryRun(deps, caller.orgId)))
        return refuse('dry_run_required')
      const outcome = await changeSettings({ organizations }, caller.orgId, body, { now, by, versions })
      return outcome.outcome === 'refused'
        ? refuse(outcome.code)
        : answer(200, await view(outcome.org), outcome.revision)
    }),
  }
}
