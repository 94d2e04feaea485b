import * as z from 'zod'
import { decodeCursor } from '../../shared/http/cursor.ts'
import { pageBody } from '../../shared/http/list-page.ts'
import { answer } from '../../shared/http/operation.ts'
import { claimableUserOperations as operations } from '../../shared/http/operations/admin/claimable-users.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { DEFAULT_PAGE_SIZE } from '../../shared/http/schemas/common.ts'
import { serve } from '../../shared/http/serve.ts'
import { viewClaimablePage, viewClaimableUsers } from '../../shared/http/views.ts'
import { listClaimable, listClaimablePage } from '../../shared/usecases/claims/claimable-users.ts'
import type { AdminApiDeps } from './deps.ts'
import { walkPosition } from './walk-position.ts'

type Deps = Pick<AdminApiDeps, 'accounts' | 'domains' | 'organizations' | 'migrationCutoff'>

/** A domain, and how far its accounts have been listed. */
const position = z.object({ domain: z.string().min(1), at: walkPosition.optional() })

export function claimableUserHandlers(deps: Deps) {
  const { organizations, migrationCutoff } = deps

  return {
    listClaimableUsers: serve(operations.listClaimableUsers, async ({ caller: { orgId }, query }) => {
      const claiming = await organizations.get(orgId)
      if (claiming === undefined) return refuse('organization_not_found')
      const request = { claimingOrg: claiming.org, migrationCutoff }
      const { limit, cursor } = query
      const binding = { orgId, operation: 'listClaimableUsers' }
      const from = decodeCursor(binding, cursor, position)
      if (limit === undefined && from === undefined)
        return answer(200, viewClaimableUsers(await listClaimable(deps, request)))
      const page = await listClaimablePage(deps, request, { limit: limit ?? DEFAULT_PAGE_SIZE, from })
      return answer(200, viewClaimablePage(pageBody(binding, page), page.codes))
    }),
  }
}
