import * as z from 'zod'
import { arrivedObjects } from '../s3-events.ts'

const ref = { orgId: z.string(), syncId: z.string() }

/**
 * What the queue of syncs holds: S3's notifications of uploaded directories, a sync's next step, and the sweep's `due`: a
 * warning, or a lease that has expired.
 */
export const syncMessage = z.union([
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('advance'), ...ref }),
    z.object({ kind: z.literal('due'), ...ref }),
    z.object({ kind: z.literal('join'), ...ref, n: z.number() }),
    z.object({
      kind: z.literal('apply'),
      ...ref,
      page: z.number(),
      objectKey: z.string(),
      startByte: z.number(),
      endByte: z.number(),
    }),
    z.object({
      kind: z.literal('warn'),
      ...ref,
      from: z.object({ page: z.number(), users: z.number(), sample: z.array(z.string()) }).optional(),
    }),
  ]),
  z.unknown().transform((body) => ({ kind: 'arrived' as const, objects: arrivedObjects(body) })),
])

export type SyncMessage = z.output<typeof syncMessage>
