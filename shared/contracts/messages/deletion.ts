import * as z from 'zod'

/** What is to be deleted: an account with its record, an organization, or the content of an account that is gone. */
export const deletionMessage = z.union([
  z.strictObject({ recordId: z.string() }),
  z.strictObject({ orgId: z.string() }),
  /** The account's user id. */
  z.strictObject({ contentOf: z.string() }),
])

export type DeletionRequest = Readonly<z.infer<typeof deletionMessage>>
