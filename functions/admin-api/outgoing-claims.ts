import * as z from 'zod'
import { decodeCursor, encodeCursor } from '../../shared/http/cursor.ts'
import { answer } from '../../shared/http/operation.ts'
import { adminOperations as operations } from '../../shared/http/operations/admin.ts'
import { serve } from '../../shared/http/serve.ts'
import { pageBody } from '../../shared/http/views.ts'
import { listOutgoing } from '../../shared/usecases/claims/outgoing-claims.ts'
import type { AdminApiDeps } from './deps.ts'

const position = z.string().min(1)

export function outgoingClaimHandlers(deps: Pick<AdminApiDeps, 'claims' | 'organizations'>) {
  return {
    listOutgoingClaims: serve(operations.listOutgoingClaims, async ({ caller: { orgId }, query }) => {
      const binding = { orgId, operation: 'listOutgoingClaims' }
      const before = decodeCursor(binding, query.cursor, position)
      const page = await listOutgoing(deps, { orgId, limit: query.limit, before })
      const next = page.position === undefined ? undefined : encodeCursor(binding, page.position)
      return answer(200, pageBody(page.items, next))
    }),
  }
}
