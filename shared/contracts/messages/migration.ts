import * as z from 'zod'

const ref = z.object({ root: z.string(), dueAt: z.string().optional() })

/** Due claims come many to a message; a claim that its user has decided about comes alone. */
export const migrationMessage = z.union([
  z.object({ claims: z.array(ref).min(1) }),
  ref.transform((claim) => ({ claims: [claim] })),
])
