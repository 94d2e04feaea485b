import { objectKeys } from '../../shared/contracts/object-keys.ts'
import * as z from 'zod'
import { decodeCursor } from '../../shared/http/cursor.ts'
import { pageBody } from '../../shared/http/list-page.ts'
import { importReads, importViewer } from '../../shared/http/import-reads.ts'
import { answer, idOfRequest } from '../../shared/http/operation.ts'
import { importOperations as operations } from '../../shared/http/operations/admin/imports.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { serve } from '../../shared/http/serve.ts'
import { cancelImport, confirmImport } from '../../shared/usecases/imports/import-commands.ts'
import { listImportRows } from '../../shared/usecases/imports/list-import-rows.ts'
import { languageOfOrg } from '../../shared/usecases/organizations/org-language.ts'
import type { AdminApiDeps } from './deps.ts'

type Deps = Pick<
  AdminApiDeps,
  'accounts' | 'claims' | 'imports' | 'organizations' | 'presign' | 'readObject' | 'ulid'
>

const rowPosition = z.object({ chunk: z.int().min(0), row: z.int().min(0) })

export function importHandlers({
  accounts,
  claims,
  imports,
  organizations,
  presign,
  readObject,
  ulid,
}: Deps) {
  const view = importViewer({ presign })
  const reads = importReads({ imports, presign })

  return {
    createImport: serve(operations.createImport, async (request) => {
      const { caller, body, now } = request
      const { orgId, sub } = caller
      if ((await organizations.get(orgId)) === undefined) return refuse('organization_not_found')
      const importId = idOfRequest(request, 'createImport', ulid)
      const objectKey = objectKeys.claimFile(orgId, importId)
      const upload = await presign.upload(objectKey, body.sizeBytes)
      await imports.create(
        {
          importId,
          orgId,
          kind: 'claims',
          status: 'waiting',
          fileName: body.fileName,
          objectKey,
          sizeBytes: body.sizeBytes,
          createdBy: `admin:${sub}`,
          ...(body.preview === true ? { preview: true } : {}),
        },
        now,
      )
      return answer(201, { importId, status: 'waiting', upload })
    }),

    listImportRows: serve(operations.listImportRows, async ({ caller: { orgId }, path, query }) => {
      const record = await imports.get(orgId, path.importId)
      if (record === undefined) return refuse('not_found')
      const binding = {
        orgId,
        operation: 'listImportRows',
        filters: { importId: path.importId, result: query.result, code: query.code },
      }
      const from = decodeCursor(binding, query.cursor, rowPosition) ?? { chunk: 0, row: 0 }
      const language = await languageOfOrg(organizations, orgId)
      const { limit, result, code } = query
      const page = await listImportRows(
        { imports, read: readObject, accounts, claims },
        { record, language, result, code, limit, from },
      )
      if (page.outcome === 'gone') return refuse('file_gone')
      return answer(200, pageBody(binding, page))
    }),

    confirmImport: serve(operations.confirmImport, async ({ caller, path, body, now }) => {
      const { orgId, sub } = caller
      if (body.acknowledgePermanent !== true) return refuse('acknowledgement_required')
      if ((await organizations.get(orgId)) === undefined) return refuse('organization_not_found')
      const outcome = await confirmImport(
        { imports, read: readObject },
        {
          orgId,
          importId: path.importId,
          by: `admin:${sub}`,
          now,
          noInvitations: body.sendInvitations === false,
        },
      )
      return outcome.outcome === 'refused' ? refuse(outcome.code) : answer(202, await view(outcome.record))
    }),

    cancelImport: serve(operations.cancelImport, async ({ caller: { orgId, sub }, path, now }) => {
      const command = { orgId, importId: path.importId, by: `admin:${sub}` as const, now }
      const outcome = await cancelImport({ imports }, command)
      return outcome.outcome === 'refused' ? refuse(outcome.code) : answer(202, await view(outcome.record))
    }),

    listImports: reads.list(operations.listImports),
    getImport: reads.get(operations.getImport),
  }
}
