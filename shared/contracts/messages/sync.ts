import * as z from 'zod'
import { arrivedObjects } from '../s3-events.ts'

const ref = { orgId: z.string(), syncId: z.string() }

/** A step of a sync. Each can be repeated. */
const syncRequest = z.discriminatedUnion('kind', [
  /** Advances the sync as far as possible. */
  z.object({ kind: z.literal('advance'), ...ref }),
  /** The sweep found a sync whose lease has expired, or that has a warning to give. */
  z.object({ kind: z.literal('due'), ...ref }),
  /** Compares the `n`th range of buckets. */
  z.object({ kind: z.literal('compare'), ...ref, n: z.number() }),
  /** Changes one batch of users: lines of an object, by their bytes, the end exclusive. */
  z.object({
    kind: z.literal('apply'),
    ...ref,
    page: z.number(),
    objectKey: z.string(),
    startByte: z.number(),
    endByte: z.number(),
  }),
  /** Gives a warning, if one is due; `from`: where an invocation that ran out of time continues, and its counts. */
  z.object({
    kind: z.literal('warn'),
    ...ref,
    from: z
      .object({ page: z.number(), users: z.number(), sample: z.array(z.string()).readonly() })
      .readonly()
      .optional(),
  }),
])

/** What the queue of syncs holds: requests of this service, and S3's notifications of uploaded directories. */
export const syncMessage = z.union([
  syncRequest,
  z.unknown().transform((body) => ({ kind: 'arrived' as const, objects: arrivedObjects(body) })),
])

export type SyncRequest = Readonly<z.infer<typeof syncRequest>>
export type SyncRef = Pick<SyncRequest, 'orgId' | 'syncId'>
export type CompareRequest = Extract<SyncRequest, { readonly kind: 'compare' }>
export type ApplyRequest = Extract<SyncRequest, { readonly kind: 'apply' }>
export type WarnRequest = Extract<SyncRequest, { readonly kind: 'warn' }>
