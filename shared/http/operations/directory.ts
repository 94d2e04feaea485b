import * as z from 'zod'
import { operation } from '../operation.ts'
import { idInPath, paging } from '../schemas/common.ts'
import { createdSync, sync, syncInput, syncOutcome, syncPage } from '../schemas/sync.ts'

const createSync = operation('createSync', {
  summary: "Compare the organization's directory with its users",
  description:
    'With `emails` it begins at once, and the answer shows how far it has got within some seconds; without, it begins when the CSV is uploaded. A full sync makes users inactive who are not in the directory, and they are removed 30 days later (Y4).',
  body: syncInput,
  responses: { 201: createdSync },
  errors: ['organization_not_found'],
})

const listSyncs = operation('listSyncs', {
  summary: "The organization's syncs, newest first",
  query: z.strictObject(paging),
  responses: { 200: syncPage },
  errors: ['invalid_cursor'],
})

const getSync = operation('getSync', {
  summary: 'A sync, how far it has got, and what it gave',
  path: z.object({ syncId: idInPath }),
  query: z.strictObject({ ...paging, outcome: syncOutcome.optional() }),
  responses: { 200: sync },
  errors: ['not_found', 'invalid_cursor'],
})

const confirmSync = operation('confirmSync', {
  summary: 'Carry out a full sync that was held',
  path: z.object({ syncId: idInPath }),
  responses: { 200: sync },
  errors: ['not_found', 'not_held', 'superseded'],
})

export const directoryOperations = { createSync, listSyncs, getSync, confirmSync }
