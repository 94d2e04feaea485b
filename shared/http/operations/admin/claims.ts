import * as z from 'zod'
import { operation } from '../../operation.ts'
import { claim, claimRequest, claimResults, previewResults } from '../../schemas/claim.ts'
import {
  addressSearch,
  claimStatus,
  claimType,
  flag,
  idInPath,
  instantInput,
  notification,
  pageOf,
  paging,
} from '../../schemas/common.ts'
import { FILTERED_LIST } from './filtered-list.ts'

const createClaims = operation('createClaims', {
  summary: 'Claim users',
  description:
    'Returns a result per user: claimed, refused with every reason that applies, or unchanged if the organization has claimed the account already. A refusal does not stop the others (C8).',
  body: claimRequest,
  ownTexts: ['users'],
  responses: { 200: claimResults },
  errors: ['acknowledgement_required', 'organization_not_found'],
})

const previewClaims = operation('previewClaims', {
  summary: 'Preview what claiming users would do',
  description: 'Takes the same body as createClaims and applies the same rules, but changes nothing.',
  body: claimRequest,
  ownTexts: ['users'],
  responses: { 200: previewResults },
  errors: ['organization_not_found'],
})

const listClaims = operation('listClaims', {
  summary: 'List claims that the organization made, newest first',
  description: FILTERED_LIST,
  query: z.strictObject({
    ...paging,
    status: claimStatus.optional(),
    type: claimType.optional(),
    revocable: flag.optional(),
    notification: notification.optional(),
    importId: idInPath.optional().meta({
      description: 'Only claims that this import made (C10).',
      examples: ['01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7'],
    }),
    endsBefore: instantInput.optional().meta({
      description: 'Only claims whose `endsAt` is earlier than this, open or not.',
      examples: ['2026-11-22T12:00:00Z'],
    }),
    email: addressSearch,
  }),
  responses: { 200: pageOf(claim) },
  errors: ['invalid_cursor'],
})

const getClaim = operation('getClaim', {
  summary: 'Get a claim that the organization made',
  path: z.object({ claimId: idInPath }),
  responses: { 200: claim },
  errors: ['not_found'],
})

const revokeClaim = operation('revokeClaim', {
  summary: 'Revoke a claim whose user has not signed in or decided',
  description:
    'Gives the original account its address back, with everything it had, and removes the new account. Possible within 14 × 24 h of the claim, and as long as the organization has not claimed the domain of the address for itself.',
  path: z.object({ claimId: idInPath }),
  responses: { 200: claim },
  errors: [
    'not_found',
    'signed_in',
    'decided',
    'window_passed',
    'domain_claimed',
    'ended',
    'busy',
    'precondition_failed',
  ],
})

const notifyUser = operation('notifyUser', {
  summary: "Send the claim's mail to its user again",
  description:
    'Possible until the user has decided, and once in 24 h (M4): the Retry-After of a 429 says how many seconds are left. Not possible if mail to the address bounced or was reported as spam (N4).',
  path: z.object({ claimId: idInPath }),
  responses: { 200: claim },
  errors: [
    'not_found',
    'decided',
    'ended',
    'mail_bounced',
    'notified_recently',
    'busy',
    'precondition_failed',
  ],
})

export const claimOperations = {
  createClaims,
  previewClaims,
  listClaims,
  getClaim,
  revokeClaim,
  notifyUser,
}
