import * as z from 'zod'

/** An export to be written; `due`: the sweep's look at one whose lease has expired. */
export const exportMessage = z.object({
  kind: z.literal('due').optional(),
  orgId: z.string(),
  exportId: z.string(),
})
