import * as z from 'zod'

/** The record whose claim may be due. */
const ref = { recordId: z.string() }
const refObject = z.object(ref)

export type MigrationRef = Readonly<z.infer<typeof refObject>>

/**
 * Claims to migrate: many due ones in a message, or one that its user has decided about. `claimId` is for people who
 * read the message.
 */
export const migrationMessage = z.union([
  z.object({ claims: z.array(refObject).min(1).readonly() }),
  z
    .object({ ...ref, claimId: z.string().optional() })
    .transform(({ claimId: _claimId, ...claim }) => ({ claims: [claim] })),
])

export type MigrationRequest = Readonly<z.input<typeof migrationMessage>>
/** The claim that a user has decided about. */
export type DecidedMigrationRequest = Exclude<MigrationRequest, { readonly claims: unknown }>
