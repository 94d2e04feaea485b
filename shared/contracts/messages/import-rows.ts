import * as z from 'zod'

/** One chunk of an import's rows: where they are in the file, and none of their text. */
export const chunkMessage = z.object({
  orgId: z.string(),
  importId: z.string(),
  chunk: z.number(),
  /** Offsets in the file's bytes, the end exclusive. */
  startByte: z.number(),
  endByte: z.number(),
  /** The line on which the first row begins. */
  firstLine: z.number(),
  rows: z.number(),
})

export type ChunkRequest = Readonly<z.infer<typeof chunkMessage>>
