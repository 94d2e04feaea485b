import * as z from 'zod'

/** Where a walk over an index's shards stands, as a cursor holds it. */
export const walkPosition = z
  .object({ partition: z.int().min(0), after: z.record(z.string(), z.string()).optional() })
  .transform(({ partition, after }) => ({ partition, ...(after === undefined ? {} : { after }) }))
