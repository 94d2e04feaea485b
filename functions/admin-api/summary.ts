import { answer } from '../../shared/http/operation.ts'
import { summaryOperations as operations } from '../../shared/http/operations/admin/summary.ts'
import { scopesOfRole } from '../../shared/http/pool.ts'
import { serve } from '../../shared/http/serve.ts'
import { summarize } from '../../shared/usecases/organizations/summary.ts'
import type { AdminApiDeps } from './deps.ts'

type Deps = Pick<AdminApiDeps, 'accounts' | 'claims' | 'exports' | 'imports' | 'organizations' | 'syncs'>

const ours: ReadonlySet<string> = new Set(scopesOfRole.admin)

export function summaryHandlers(deps: Deps) {
  return {
    getSummary: serve(operations.getSummary, async ({ caller, now }) =>
      answer(200, await summarize(deps, caller.orgId, now)),
    ),

    getMe: serve(operations.getMe, async ({ caller }) => {
      const { sub, orgId } = caller
      const found = await deps.organizations.get(orgId)
      const scopes = caller.scopes.filter((scope) => ours.has(scope)).sort()
      const role = scopes.some((scope) => scope.endsWith(':write')) ? 'admin' : 'reader'
      return answer(200, {
        sub,
        orgId,
        ...(found === undefined ? {} : { organizationName: found.org.name }),
        scopes,
        role,
      } as const)
    }),
  }
}
