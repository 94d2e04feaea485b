import { answer } from '../../shared/api/operation.ts'
import { adminOperations as operations } from '../../shared/api/operations/admin.ts'
import { refuse } from '../../shared/api/problem.ts'
import { serve } from '../../shared/api/serve.ts'
import { viewOrganization } from '../../shared/api/views.ts'
import type { Organization } from '../../shared/claims/types.ts'
import { changeSettings } from '../../shared/service/organizations.ts'
import { needsDryRun } from '../../shared/service/sync-switch.ts'
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
        : answer(200, await view(found.org), found.rev)
    }),

    updateOrganization: serve(operations.updateOrganization, async ({ caller, body, now, versions }) => {
      const by = `admin:${caller.sub}` as const
      if (body.directorySync === true && (await needsDryRun(deps, caller.orgId)))
        return refuse('dry_run_required')
      const outcome = await changeSettings({ organizations }, caller.orgId, body, { now, by, versions })
      return outcome.result === 'refused'
        ? refuse(outcome.code)
        : answer(200, await view(outcome.org), outcome.rev)
    }),
  }
}
