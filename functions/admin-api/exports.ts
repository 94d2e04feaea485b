import { type ApiRequest, answer, idOfRequest } from '../../shared/http/operation.ts'
import { exportOperations as operations } from '../../shared/http/operations/admin/exports.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { serve } from '../../shared/http/serve.ts'
import { viewExport } from '../../shared/http/views.ts'
import type { AdminApiDeps } from './deps.ts'

type Deps = Pick<AdminApiDeps, 'exports' | 'organizations' | 'presign' | 'ulid'>

export function exportHandlers({ exports, organizations, presign, ulid }: Deps) {
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
