import { noContent } from '../../shared/http/operation.ts'
import { suppressionOperations as operations } from '../../shared/http/operations/admin/suppressions.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { serve } from '../../shared/http/serve.ts'
import { liftSuppression } from '../../shared/usecases/mail/lift-suppression.ts'
import type { AdminApiDeps } from './deps.ts'

type Deps = Pick<AdminApiDeps, 'accounts' | 'audit' | 'claims' | 'domains' | 'organizations' | 'suppressions'>

export function suppressionHandlers(deps: Deps) {
  return {
    liftSuppression: serve(operations.liftSuppression, async ({ caller, path: { email }, now }) => {
      const isPlatform = caller.scopes.includes('platform')
      const by = `${isPlatform ? 'platform' : 'admin'}:${caller.sub}` as const
      const lifted = await liftSuppression(deps, { orgId: caller.orgId, isPlatform, email, now, by })
      return lifted.outcome === 'lifted' ? noContent : refuse(lifted.code)
    }),
  }
}
