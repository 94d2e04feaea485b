import * as z from 'zod'

/** The position of a walk over an index's shards, as encoded in a cursor. */
export const walkPosition = z
  .object({ partition: z.int().min(0), after: z.record(z.string(), z.string()).optional() })
  .transform(({ partition, after }) => ({ partition, ...(after === undefined ? {} : { after }) }))
