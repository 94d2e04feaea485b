import * as z from 'zod'

/** An import all of whose rows have been handled. */
export const reportMessage = z.object({ orgId: z.string(), importId: z.string() })

export type ReportRequest = Readonly<z.infer<typeof reportMessage>>
