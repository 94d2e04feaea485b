import * as z from 'zod'
import { decodeCursor, encodeCursor } from '../../shared/http/cursor.ts'
import { answer } from '../../shared/http/operation.ts'
import { platformOperations as operations } from '../../shared/http/operations/platform.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { serve } from '../../shared/http/serve.ts'
import { pageBody, viewImport, viewOrganization } from '../../shared/http/views.ts'
import { reportFileName } from '../../shared/csv/report-name.ts'
import type { ImportRecord } from '../../shared/storage/items/import-item.ts'
import type { PlatformApiDeps } from './deps.ts'

type Deps = Pick<PlatformApiDeps, 'imports' | 'organizations' | 'presign' | 'suppressions'>

const position = z.string().min(1)

/** Reads of the organizations, accounts and imports that the platform has written. */
export function readingHandlers({ imports, organizations, presign, suppressions }: Deps) {
  const view = async (record: ImportRecord) => {
    const { reportKey, fileName } = record
    const url = reportKey && (await presign.download(reportKey, { fileName: reportFileName(fileName) }))
    return viewImport(record, url)
  }

  return {
    listPlatformOrganizations: serve(operations.listPlatformOrganizations, async ({ caller, query }) => {
      const binding = { orgId: caller.orgId, operation: 'listPlatformOrganizations' }
      const after = decodeCursor(binding, query.cursor, position)
      const page = await organizations.list(query.limit, after)
      const next = page.next === undefined ? undefined : encodeCursor(binding, page.next)
      const suppressed = await suppressions.among(
        page.organizations.flatMap(({ adminEmails }) => adminEmails),
      )
      return answer(
        200,
        pageBody(
          page.organizations.map((org) => viewOrganization(org, suppressed)),
          next,
        ),
      )
    }),

    getPlatformOrganization: serve(operations.getPlatformOrganization, async ({ path }) => {
      const found = await organizations.get(path.orgId)
      if (found === undefined) return refuse('not_found')
      const suppressed = await suppressions.among(found.org.adminEmails)
      return answer(200, viewOrganization(found.org, suppressed), found.revision)
    }),

    listPlatformImports: serve(operations.listPlatformImports, async ({ caller: { orgId }, query }) => {
      const binding = { orgId, operation: 'listPlatformImports' }
      const before = decodeCursor(binding, query.cursor, position)
      const page = await imports.list(orgId, query.limit, before)
      const next = page.next === undefined ? undefined : encodeCursor(binding, page.next)
      return answer(200, pageBody(await Promise.all(page.imports.map(view)), next))
    }),

    getPlatformImport: serve(operations.getPlatformImport, async ({ caller, path }) => {
      const record = await imports.get(caller.orgId, path.importId)
      return record === undefined ? refuse('not_found') : answer(200, await view(record))
    }),
  }
}
