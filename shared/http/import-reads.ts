import * as z from 'zod'
import { reportFileName } from '../csv/report-name.ts'
import type { ImportRecord } from '../storage/items/import-item.ts'
import type { ImportStore } from '../storage/stores/imports.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { answer } from './operation.ts'
import type { importGet, importList } from './operations/import-reads.ts'
import { refuse } from './problems/problem.ts'
import { serve } from './serve.ts'
import { pageBody, viewImport } from './views.ts'

interface Ports {
  readonly imports: Pick<ImportStore, 'get' | 'list'>
  readonly presign: { readonly download: (key: string, as: { fileName: string }) => Promise<string> }
}

const position = z.string().min(1)

/** An import as the API shows it, with a link to its report if it has one. */
export const importViewer =
  ({ presign }: Pick<Ports, 'presign'>) =>
  async (record: ImportRecord) => {
    const { reportKey, fileName } = record
    const url = reportKey && (await presign.download(reportKey, { fileName: reportFileName(fileName) }))
    return viewImport(record, url)
  }

/** The handlers that list and get the imports of the caller's org; the platform's loads belong to the platform's. */
export function importReads(ports: Ports) {
  const view = importViewer(ports)
  return {
    list: <const N extends string>(operation: ReturnType<typeof importList<N>>) =>
      serve(operation, async ({ caller: { orgId }, query }) => {
        const binding = { orgId, operation: operation.name }
        const before = decodeCursor(binding, query.cursor, position)
        const page = await ports.imports.list(orgId, query.limit, before)
        const next = page.next === undefined ? undefined : encodeCursor(binding, page.next)
        return answer(200, pageBody(await Promise.all(page.imports.map(view)), next))
      }),

    get: <const N extends string>(operation: ReturnType<typeof importGet<N>>) =>
      serve(operation, async ({ caller, path }) => {
        const record = await ports.imports.get(caller.orgId, path.importId)
        return record === undefined ? refuse('not_found') : answer(200, await view(record))
      }),
  }
}
