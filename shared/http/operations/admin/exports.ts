import * as z from 'zod'
import { operation } from '../../operation.ts'
import { createdExport, exportView } from '../../schemas/claimable-user.ts'
import { idInPath } from '../../schemas/common.ts'

const createExport = operation('createExport', {
  summary: 'Export every claimable user as a CSV',
  description: 'Importing the file unchanged claims every user in it, each with the type shown (I8).',
  responses: { 202: createdExport },
  errors: ['organization_not_found'],
})

const getExport = operation('getExport', {
  summary: 'Get an export and its progress',
  path: z.object({ exportId: idInPath }),
  responses: { 200: exportView },
  errors: ['not_found'],
})

const createClaimsExport = operation('createClaimsExport', {
  summary: "Export all of the organization's claims as a CSV",
  description: 'With type, status, dates and lost content, newest first.',
  responses: { 202: createdExport },
  errors: ['organization_not_found'],
})

const getClaimsExport = operation('getClaimsExport', {
  summary: 'Get an export of claims and its progress',
  path: z.object({ exportId: idInPath }),
  responses: { 200: exportView },
  errors: ['not_found'],
})

export const exportOperations = {
  createExport,
  getExport,
  createClaimsExport,
  getClaimsExport,
}
