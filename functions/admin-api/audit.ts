import * as z from 'zod'
import { decodeCursor } from '../../shared/http/cursor.ts'
import { pageBody, textPosition } from '../../shared/http/list-page.ts'
import { answer } from '../../shared/http/operation.ts'
import { auditOperations as operations } from '../../shared/http/operations/admin/audit.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { serve } from '../../shared/http/serve.ts'
import { listAudit, listAuditOfClaim } from '../../shared/usecases/organizations/audit.ts'
import type { AdminApiDeps } from './deps.ts'

/** The position in the list of one claim's entries: the number of older ones. */
const positionInClaim = z.int().min(1)

export function auditHandlers(deps: Pick<AdminApiDeps, 'audit' | 'claims'>) {
  return {
    listAudit: serve(operations.listAudit, async ({ caller: { orgId }, query }) => {
      const { limit, cursor, claimId, ...filter } = query
      const binding = { orgId, operation: 'listAudit', filters: { claimId, ...filter } }
      const page =
        claimId === undefined
          ? await listAudit(deps, {
              orgId,
              limit,
              filter,
              before: decodeCursor(binding, cursor, textPosition),
            })
          : await listAuditOfClaim(deps, claimId, {
              orgId,
              limit,
              filter,
              before: decodeCursor(binding, cursor, positionInClaim),
            })
      if (page === undefined) return refuse('not_found')
      return answer(200, pageBody(binding, page))
    }),
  }
}
