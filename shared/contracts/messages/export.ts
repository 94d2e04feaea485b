import * as z from 'zod'

const ref = { orgId: z.string(), exportId: z.string() }

/** An export to be written; `due`: the sweep found one whose lease has expired. */
export const exportMessage = z.object({ kind: z.literal('due').optional(), ...ref })

export type ExportRequest = Readonly<z.infer<typeof exportMessage>>
export type ExportRef = Omit<ExportRequest, 'kind'>
