import { reportFileName } from '../csv/report-name.ts'
import type { ImportRecord } from '../storage/items/import-item.ts'
import type { ImportStore } from '../storage/stores/imports.ts'
import { listPage, textPosition } from './list-page.ts'
import { answer } from './operation.ts'
import type { importGet, importList } from './operations/import-reads.ts'
import { refuse } from './problems/problem.ts'
import { serve } from './serve.ts'
import { viewImport } from './views.ts'

interface Ports {
  readonly imports: Pick<ImportStore, 'get' | 'list'>
  readonly presign: { readonly download: (key: string, as: { fileName: string }) => Promise<string> }
}

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
        const { limit, cursor } = query
        const page = await listPage({ binding, cursor, position: textPosition }, (before) =>
          ports.imports.list(orgId, limit, before),
        )
        return answer(200, { ...page, items: await Promise.all(page.items.map(view)) })
      }),

    get: <const N extends string>(operation: ReturnType<typeof importGet<N>>) =>
      serve(operation, async ({ caller, path }) => {
        const record = await ports.imports.get(caller.orgId, path.importId)
        return record === undefined ? refuse('not_found') : answer(200, await view(record))
      }),
  }
}
