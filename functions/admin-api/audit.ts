import * as z from 'zod'
import { decodeCursor, encodeCursor } from '../../shared/http/cursor.ts'
import { answer } from '../../shared/http/operation.ts'
import { adminOperations as operations } from '../../shared/http/operations/admin.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { serve } from '../../shared/http/serve.ts'
import { pageBody } from '../../shared/http/views.ts'
import { listAudit, listAuditOfClaim } from '../../shared/usecases/organizations/audit.ts'
import type { AdminApiDeps } from './deps.ts'

const position = z.string().min(1)
/** The position in the list of one claim's entries: the number of older ones. */
const positionInClaim = z.int().min(1)

export function auditHandlers(deps: Pick<AdminApiDeps, 'audit' | 'claims'>) {
  return {
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
              before: decodeCursor(binding, cursor, positionInClaim),
            })
      if (page === undefined) return refuse('not_found')
      const next = page.position === undefined ? undefined : encodeCursor(binding, page.position)
      return answer(200, pageBody(page.items, next))
    }),
  }
}
