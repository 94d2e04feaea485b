import * as z from 'zod'
import { operation } from '../../operation.ts'
import { idInPath, paging } from '../../schemas/common.ts'
import { createdSync, sync, syncInput, syncOutcome, syncPage } from '../../schemas/sync.ts'

const createSync = operation('createSync', {
  summary: "Compare the organization's directory with its users",
  description:
    'With `emails` the sync begins at once, and the answer shows its progress after a few seconds. Without, the answer contains an upload form, and the sync begins when the CSV is uploaded. A full sync makes users who are not in the directory inactive; they are deleted 30 days later (Y4).',
  body: syncInput,
  responses: { 201: createdSync },
  errors: ['organization_not_found'],
})

const listSyncs = operation('listSyncs', {
  summary: "List the organization's syncs, newest first",
  query: z.strictObject({
    ...paging,
    held: z.literal('true').optional().meta({
      description: 'Only the sync that is held for confirmation and that no newer one has superseded (Y8).',
    }),
  }),
  responses: { 200: syncPage },
  errors: ['invalid_cursor'],
})

const getSync = operation('getSync', {
  summary: 'Get a sync, its progress and its outcome',
  path: z.object({ syncId: idInPath }),
  query: z.strictObject({ ...paging, outcome: syncOutcome.optional() }),
  responses: { 200: sync },
  errors: ['not_found', 'invalid_cursor'],
})

const confirmSync = operation('confirmSync', {
  summary: 'Confirm a full sync that is held',
  path: z.object({ syncId: idInPath }),
  responses: { 200: sync },
  errors: ['not_found', 'not_held', 'superseded'],
})

export const directoryOperations = { createSync, listSyncs, getSync, confirmSync }
