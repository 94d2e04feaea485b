import * as z from 'zod'

/** One chunk of an import's rows: where they are in the file, and none of their text. */
export const chunkMessage = z.object({
  orgId: z.string(),
  importId: z.string(),
  chunk: z.number(),
  startByte: z.number(),
  endByte: z.number(),
  firstLine: z.number(),
  rows: z.number(),
})
