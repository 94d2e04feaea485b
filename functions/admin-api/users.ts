import * as z from 'zod'
import { listPage } from '../../shared/http/list-page.ts'
import { type ApiRequest, answer, noContent } from '../../shared/http/operation.ts'
import { userOperations as operations } from '../../shared/http/operations/admin/users.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { serve } from '../../shared/http/serve.ts'
import { listUsers } from '../../shared/usecases/lists/filtered-lists.ts'
import { changeUser, deleteUser, type UserCommand } from '../../shared/usecases/accounts/change-user.ts'
import { nameClaimOf, nameClaimsOf } from '../../shared/usecases/lists/organization-names.ts'
import { readUser } from '../../shared/usecases/lists/views.ts'
import type { AdminApiDeps } from './deps.ts'
import { walkPosition } from './walk-position.ts'

/**
 * The org's index partition and entry that the page starts after, and the exact matches that an earlier page has
 * listed already.
 */
const position = z.object({
  at: walkPosition.optional(),
  listed: z.array(z.string()).optional(),
})

const commandOf = ({
  caller,
  path: { userId },
  now,
  versions,
}: ApiRequest<{ userId: string }, unknown, unknown>): UserCommand => ({
  orgId: caller.orgId,
  userId,
  now,
  by: `admin:${caller.sub}`,
  versions,
})

export function userHandlers(deps: Pick<AdminApiDeps, 'accounts' | 'domains' | 'organizations'>) {
  return {
    listUsers: serve(operations.listUsers, async ({ caller: { orgId }, query, now }) => {
      const { limit, cursor, ...filter } = query
      const filters = { ...filter, revocable: filter.revocable?.toString() }
      const binding = { orgId, operation: 'listUsers', filters }
      const page = await listPage({ binding, cursor, position }, (from) =>
        listUsers(deps, { orgId, filter, limit, from, now }),
      )
      return answer(200, { ...page, items: await nameClaimsOf(deps, page.items) })
    }),

    getUser: serve(operations.getUser, async ({ caller, path, now }) => {
      const found = await readUser(deps, caller.orgId, path.userId, now)
      return found === undefined
        ? refuse('not_found')
        : answer(200, await nameClaimOf(deps, found.user), found.version)
    }),

    updateUser: serve(operations.updateUser, async (request) => {
      const outcome = await changeUser(deps, commandOf(request), request.body)
      return outcome.outcome === 'refused'
        ? refuse(outcome.code)
        : answer(200, await nameClaimOf(deps, outcome.user), outcome.version)
    }),

    deleteUser: serve(operations.deleteUser, async (request) => {
      const outcome = await deleteUser(deps, commandOf(request))
      return outcome.outcome === 'refused' ? refuse(outcome.code) : noContent
    }),
  }
}
