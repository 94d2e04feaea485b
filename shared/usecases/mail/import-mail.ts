import type { Organization } from '../../rules/types.ts'
import { ignoredColumnsOf } from '../../csv/ignored-columns.ts'
import { reportFileName } from '../../csv/report-name.ts'
import type { Mail } from '../../mail/model.ts'
import type { ImportStore } from '../../storage/stores/imports.ts'

export interface ImportMailPorts {
  readonly imports: Pick<ImportStore, 'get'>
  readonly reportLink: (
    reportKey: string,
    fileName: string,
  ) => Promise<{ readonly url: string; readonly endsAt: string }>
}

/**
 * Composes the mail about an import from current data; `undefined` if there is nothing to report any more.
 */
export async function composeOfImport(
  ports: ImportMailPorts,
  org: Organization,
  importId: string,
): Promise<Mail | undefined> {
  const record = await ports.imports.get(org.orgId, importId)
  if (record === undefined) return undefined
  const { rowsRead, accepted: claimed, refused, unchanged, error } = record
  const link =
    record.reportKey === undefined
      ? undefined
      : await ports.reportLink(record.reportKey, reportFileName(record.fileName))
  return {
    kind: 'import_finished',
    organizationName: org.name,
    firstName: '',
    fileName: record.fileName,
    outcome:
      error === undefined
        ? {
            status: 'completed',
            cancelled: record.cancelledAt !== undefined,
            rowsRead,
            claimed,
            refused,
            unchanged,
            ignoredColumns: ignoredColumnsOf[record.kind](record.header ?? []),
            contentLoss: record.contentLoss ?? {},
            ...(link === undefined ? {} : { reportUrl: link.url, reportUrlEndsAt: link.endsAt }),
          }
        : { status: 'failed', error },
  }
}
