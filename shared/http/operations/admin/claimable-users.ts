import * as z from 'zod'
import { operation } from '../../operation.ts'
import { claimableUsers } from '../../schemas/claimable-user.ts'
import { optionalPageSize, paging } from '../../schemas/common.ts'

const listClaimableUsers = operation('listClaimableUsers', {
  summary: 'List users that the organization can claim',
  description:
    'Users with accounts in other organizations, on domains that this one has verified (E), each as it would be claimed by default. Lists at most 250, and counts them among up to 10,000 accounts; if there are more, `truncated` is true, and an export has all of them (C1). With `limit` it is a paged list, and a request reads 1,000 records at most: a page with a `nextCursor` may be short or empty; continue from the cursor.',
  query: z.strictObject({ limit: optionalPageSize, cursor: paging.cursor }),
  responses: { 200: claimableUsers },
  errors: ['organization_not_found', 'invalid_cursor'],
})

export const claimableUserOperations = {
  listClaimableUsers,
}
