import { listPage, textPosition } from '../../shared/http/list-page.ts'
import { answer } from '../../shared/http/operation.ts'
import { outgoingClaimOperations as operations } from '../../shared/http/operations/admin/outgoing-claims.ts'
import { serve } from '../../shared/http/serve.ts'
import { listOutgoing } from '../../shared/usecases/claims/outgoing-claims.ts'
import type { AdminApiDeps } from './deps.ts'

export function outgoingClaimHandlers(deps: Pick<AdminApiDeps, 'claims' | 'organizations'>) {
  return {
    listOutgoingClaims: serve(operations.listOutgoingClaims, async ({ caller: { orgId }, query }) => {
      const binding = { orgId, operation: 'listOutgoingClaims' }
      const { limit, cursor } = query
      const page = await listPage({ binding, cursor, position: textPosition }, (before) =>
        listOutgoing(deps, { orgId, limit, before }),
      )
      return answer(200, page)
    }),
  }
}
