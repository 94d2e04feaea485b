import * as z from 'zod'
import { decodeCursor, encodeCursor } from '../../shared/http/cursor.ts'
import { answer } from '../../shared/http/operation.ts'
import { adminOperations as operations } from '../../shared/http/operations/admin.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { serve } from '../../shared/http/serve.ts'
import { pageBody } from '../../shared/http/views.ts'
import {
  listAudit,
  listAuditOfClaim,
  listOutgoing,
} from '../../shared/usecases/organizations/audit-and-outgoing.ts'
import type { AdminApiDeps } from './deps.ts'

const position = z.string().min(1)
/** Position in a claim's own trail: the number of older entries. */
const trailPosition = z.int().min(1)

export function oversightHandlers(deps: Pick<AdminApiDeps, 'audit' | 'claims' | 'organizations'>) {
  return {
    listOutgoingClaims: serve(operations.listOutgoingClaims, async ({ caller: { orgId }, query }) => {
      const binding = { orgId, operation: 'listOutgoingClaims' }
      const before = decodeCursor(binding, query.cursor, position)
      const page = await listOutgoing(deps, { orgId, limit: query.limit, before })
      const next = page.position === undefined ? undefined : encodeCursor(binding, page.position)
      return answer(200, pageBody(page.items, next))
    }),

    listAudit: serve(operations.listAudit, async ({ caller: { orgId }, query }) => {
      const { limit, cursor, claimId, ...filter } = query
      const binding = { orgId, operation: 'listAudit', filters: { claimId, ...filter } }
      const page =
        claimId === undefined
          ? await listAudit(deps, { orgId, limit, filter, before: decodeCursor(binding, cursor, position) })
          : await listAuditOfClaim(deps, claimId, {
              orgId,
              limit,
              filter,
              before: decodeCursor(binding, cursor, trailPosition),
            })
      if (page === undefined) return refuse('not_found')
      const next = page.position === undefined ? undefined : encodeCursor(binding, page.position)
      return answer(200, pageBody(page.items, next))
    }),
  }
}
