import * as z from 'zod'
import { operation } from '../../operation.ts'
import { pageOf, paging } from '../../schemas/common.ts'
import { outgoingClaim } from '../../schemas/outgoing-claim.ts'

const listOutgoingClaims = operation('listOutgoingClaims', {
  summary: 'List accounts that are being claimed from the organization, newest claim first',
  description: 'Says by whom and until when, and nothing else (A3).',
  query: z.strictObject(paging),
  responses: { 200: pageOf(outgoingClaim) },
  errors: ['invalid_cursor'],
})

export const outgoingClaimOperations = {
  listOutgoingClaims,
}
