import * as z from 'zod'
import { operation } from '../../operation.ts'
import { addressSearch, flag, idInPath, pageOf, paging, userStatus } from '../../schemas/common.ts'
import { user, userPatch } from '../../schemas/user.ts'
import { FILTERED_LIST } from './filtered-list.ts'

const listUsers = operation('listUsers', {
  summary: "List the organization's users, in no particular order",
  description: FILTERED_LIST,
  query: z.strictObject({
    ...paging,
    status: userStatus.optional(),
    revocable: flag.optional(),
    email: addressSearch,
  }),
  responses: { 200: pageOf(user) },
  errors: ['invalid_cursor'],
})

const getUser = operation('getUser', {
  summary: 'Get a user of the organization',
  path: z.object({ userId: idInPath }),
  responses: { 200: user },
  errors: ['not_found'],
})

const updateUser = operation('updateUser', {
  summary: 'Change a user of the organization',
  description:
    'Refused for accounts that are being claimed: the new account of a delayed claim (C2) and any original (C3).',
  path: z.object({ userId: idInPath }),
  body: userPatch,
  responses: { 200: user },
  errors: [
    'invalid_address',
    'unmailable_address',
    'not_found',
    'account_claimed',
    'delayed_claim',
    'domain_not_verified',
    'domain_claimed_by_other',
    'email_taken',
    'busy',
    'precondition_failed',
  ],
})

const deleteUser = operation('deleteUser', {
  summary: 'Delete a user of the organization, with all their content',
  description:
    'Refused for accounts that are being claimed, like changes. If the account came by a direct claim that is still open, the claim ends with it, and the original gets its address back.',
  path: z.object({ userId: idInPath }),
  responses: { 204: null },
  errors: ['not_found', 'account_claimed', 'delayed_claim', 'busy', 'precondition_failed'],
})

export const userOperations = {
  listUsers,
  getUser,
  updateUser,
  deleteUser,
}
