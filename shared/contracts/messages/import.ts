import * as z from 'zod'
import { arrivedObjects } from '../s3-events.ts'

const ref = { orgId: z.string(), importId: z.string() }

/** What the queue of uploads holds: S3's notifications, a file to be read on, and the sweep's look at an expired lease. */
export const importMessage = z.union([
  z.object({ kind: z.literal('continue'), ...ref }),
  z.object({ kind: z.literal('due'), ...ref }),
  z.unknown().transform((body) => ({ kind: 'arrived' as const, objects: arrivedObjects(body) })),
])
