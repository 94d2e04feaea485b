import * as z from 'zod'
import { type DueMinute, dueKinds } from '../../rules/due/due-minutes.ts'
import { dueEntryKinds } from '../../rules/enumerations.ts'

/** Where an unfinished scan of one shard continues. */
const continuation = z.object({
  kind: z.enum(dueEntryKinds),
  from: z.string().optional(),
  to: z.string(),
  day: z.number().optional(),
  shard: z.string(),
  startKey: z.record(z.string(), z.unknown()),
})

/** A request to scan the due index: by a minute's schedule, by the sweep, or for the rest of an unfinished scan. */
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
  z.object({ kind: z.literal('sweep') }),
  z.object({ kind: z.literal('rest'), rest: continuation }),
])

/** As it is sent. */
export type DueMessage = Readonly<z.input<typeof dueMessage>>
/** As it is read. */
export type DueRequest = Readonly<z.output<typeof dueMessage>>
export type DueContinuation = Readonly<z.infer<typeof continuation>>
