import * as z from 'zod'
import { FILE_RETENTION_DAYS } from '../../../contracts/retention.ts'
import { operation } from '../../operation.ts'
import { idInPath, pageOf, paging } from '../../schemas/common.ts'
import {
  createdImport,
  importConfirmation,
  importInput,
  importRow,
  importView,
  rowCode,
  rowResult,
} from '../../schemas/import.ts'
import { importGet, importList } from '../import-reads.ts'

const createImport = operation('createImport', {
  summary: 'Request an upload form for a CSV of users to claim',
  description:
    'The upload itself acknowledges that claims are permanent (T6), except for a preview, which claims nobody before confirmImport.',
  body: importInput,
  responses: { 201: createdImport },
  errors: ['organization_not_found'],
})

const listImports = importList('listImports', {
  summary: "List the organization's imports, newest first",
})

const getImport = importGet('getImport', { summary: 'Get an import and its progress' })

const listImportRows = operation('listImportRows', {
  summary: "List an import's rows with their results, in the file's order",
  description: `Rows that have not been handled yet are not listed. Available as long as the file is kept: ${FILE_RETENTION_DAYS} days from its upload.`,
  path: z.object({ importId: idInPath }),
  query: z.strictObject({ ...paging, result: rowResult.optional(), code: rowCode.optional() }),
  responses: { 200: pageOf(importRow) },
  errors: ['not_found', 'invalid_cursor', 'file_gone'],
})

const confirmImport = operation('confirmImport', {
  summary: 'Confirm a previewed import and claim its users',
  description: 'Imports the same bytes and checks each row again (P1). Confirming it again changes nothing.',
  path: z.object({ importId: idInPath }),
  body: importConfirmation,
  responses: { 202: importView },
  errors: [
    'not_found',
    'acknowledgement_required',
    'not_previewed',
    'file_replaced',
    'organization_not_found',
    'busy',
  ],
})

const cancelImport = operation('cancelImport', {
  summary: 'Stop an import',
  description:
    'Handles no further rows: the remaining ones are reported as `cancelled`, and claimed users stay claimed (I12). The import then completes with its report; one that waits for its upload or for confirmImport is over at once. Cancelling it again changes nothing.',
  path: z.object({ importId: idInPath }),
  responses: { 202: importView },
  errors: ['not_found', 'import_over', 'busy'],
})

export const importOperations = {
  createImport,
  listImports,
  getImport,
  listImportRows,
  confirmImport,
  cancelImport,
}
