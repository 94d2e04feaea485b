import * as z from 'zod'
import { decodeCursor } from '../../shared/http/cursor.ts'
import { pageBody } from '../../shared/http/list-page.ts'
import { type ApiRequest, answer, idOfRequest } from '../../shared/http/operation.ts'
import { adminOperations as operations } from '../../shared/http/operations/admin.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { DEFAULT_PAGE_SIZE } from '../../shared/http/schemas/common.ts'
import { serve } from '../../shared/http/serve.ts'
import { viewClaimablePage, viewClaimableUsers, viewExport } from '../../shared/http/views.ts'
import { listClaimable, listClaimablePage } from '../../shared/usecases/claims/claimable-users.ts'
import type { AdminApiDeps } from './deps.ts'
import { walkPosition } from './walk-position.ts'

type Deps = Pick<
  AdminApiDeps,
  'accounts' | 'domains' | 'exports' | 'organizations' | 'presign' | 'ulid' | 'migrationCutoff'
>

/** A domain, and how far its accounts have been listed. */
const position = z.object({ domain: z.string().min(1), at: walkPosition.optional() })

export function claimableUserHandlers(deps: Deps) {
  const { exports, organizations, presign, ulid, migrationCutoff } = deps

  const create = async (request: ApiRequest, operation: string, what: { of?: 'claims' }) => {
    const { caller, now } = request
    const { orgId, sub } = caller
    if ((await organizations.get(orgId)) === undefined) return refuse('organization_not_found')
    const exportId = idOfRequest(request, operation, ulid)
    await exports.create({ orgId, exportId, createdBy: `admin:${sub}`, ...what }, now)
    return answer(202, { exportId })
  }

  /** Exports of claims and of claimable users share a store; one is never answered as the other. */
  const get = async (orgId: string, exportId: string, of: 'claims' | undefined) => {
    const record = await exports.get(orgId, exportId)
    if (record === undefined || record.of !== of) return refuse('not_found')
    const { objectKey } = record
    const url = objectKey === undefined ? undefined : await presign.download(objectKey)
    return answer(200, viewExport(record, url))
  }

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

    createExport: serve(operations.createExport, (request) => create(request, 'createExport', {})),
    getExport: serve(operations.getExport, ({ caller, path }) => get(caller.orgId, path.exportId, undefined)),

    createClaimsExport: serve(operations.createClaimsExport, (request) =>
      create(request, 'createClaimsExport', { of: 'claims' }),
    ),
    getClaimsExport: serve(operations.getClaimsExport, ({ caller, path }) =>
      get(caller.orgId, path.exportId, 'claims'),
    ),
  }
}
