import * as z from 'zod'
import { type DueMinute, dueKinds } from '../../rules/due/due-minutes.ts'
import { dueEntryKinds } from '../../rules/enumerations.ts'

/** Why due work is looked for: a minute's schedule, the sweep, or the rest of a look that ran out of time. */
export const dueMessage = z.union([
  z
    .object({
      kind: z.literal('due'),
      of: z.enum(dueKinds),
      minute: z.string(),
      shard: z.string().optional(),
    })
    .transform(({ kind: _, ...minute }): { readonly kind: 'minute'; readonly minute: DueMinute } => ({
      kind: 'minute',
      minute,
    })),
  // Sent by schedules made before there was one per minute.
  z
    .object({ kind: z.literal('due'), at: z.string() })
    .transform(({ at }) => ({ kind: 'second' as const, at })),
  z.object({ kind: z.literal('sweep') }),
  z.object({
    kind: z.literal('rest'),
    rest: z.object({
      kind: z.enum(dueEntryKinds),
      from: z.string().optional(),
      to: z.string(),
      day: z.number().optional(),
      shard: z.string(),
      startKey: z.record(z.string(), z.unknown()),
    }),
  }),
])
