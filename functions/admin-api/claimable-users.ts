import { answer, idOfRequest } from '../../shared/api/operation.ts'
import { adminOperations as operations } from '../../shared/api/operations/admin.ts'
import { refuse } from '../../shared/api/problem.ts'
import { serve } from '../../shared/api/serve.ts'
import { viewClaimableUsers, viewExport } from '../../shared/api/views.ts'
import { listClaimable } from '../../shared/service/claimable.ts'
import type { AdminApiDeps } from './deps.ts'

type Deps = Pick<
  AdminApiDeps,
  'accounts' | 'domains' | 'exports' | 'organizations' | 'presign' | 'ulid' | 'migrationCutoff'
>

export function claimableUserHandlers(deps: Deps) {
  const { exports, organizations, presign, ulid, migrationCutoff } = deps

  return {
    listClaimableUsers: serve(operations.listClaimableUsers, async ({ caller }) => {
      const claiming = await organizations.get(caller.orgId)
      if (claiming === undefined) return refuse('organization_not_found')
      const list = await listClaimable(deps, { claimingOrg: claiming.org, migrationCutoff })
      return answer(200, viewClaimableUsers(list))
    }),

    createExport: serve(operations.createExport, async (request) => {
      const { caller, now } = request
      const { orgId, sub } = caller
      if ((await organizations.get(orgId)) === undefined) return refuse('organization_not_found')
      const exportId = idOfRequest(request, 'createExport', ulid)
      await exports.create({ orgId, exportId, createdBy: `admin:${sub}` }, now)
      return answer(202, { exportId })
    }),

    getExport: serve(operations.getExport, async ({ caller, path }) => {
      const record = await exports.get(caller.orgId, path.exportId)
      if (record === undefined) return refuse('not_found')
      const { objectKey } = record
      const url = objectKey === undefined ? undefined : await presign.download(objectKey)
      return answer(200, viewExport(record, url))
    }),
  }
}
