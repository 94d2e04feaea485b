import * as z from 'zod'
import { arrivedObjects } from '../s3-events.ts'

const ref = { orgId: z.string(), importId: z.string() }

/** A file to be read further, and the sweep's check of an import whose lease has expired. */
const importRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('continue'), ...ref }),
  z.object({ kind: z.literal('due'), ...ref }),
])

/** What the queue of uploads holds: requests of this service, and S3's notifications. */
export const importMessage = z.union([
  importRequest,
  z.unknown().transform((body) => ({ kind: 'arrived' as const, objects: arrivedObjects(body) })),
])

export type ImportRequest = Readonly<z.infer<typeof importRequest>>
export type ImportRef = Omit<ImportRequest, 'kind'>

export const continueImport = ({ orgId, importId }: ImportRef): ImportRequest => ({
  kind: 'continue',
  orgId,
  importId,
})
