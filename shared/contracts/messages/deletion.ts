import * as z from 'zod'

/** What is to be deleted: an account with its record, an organization, or the content of an account that is gone. */
export const deletionMessage = z.union([
  z.strictObject({ root: z.string() }),
  z.strictObject({ orgId: z.string() }),
  z.strictObject({ contentOf: z.string() }),
])
