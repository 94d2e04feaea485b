import * as z from 'zod'
import { SYNC_OUTCOME_DAYS } from '../../contracts/retention.ts'
import { isAddress } from '../../rules/accounts/address.ts'
import { MAX_LISTED_ADDRESSES, syncOutcomes } from '../../rules/directory/directory-sync.ts'
import { addressInput, fileError, instant, pageOf, unmailableMessage } from './common.ts'
import { upload } from './import.ts'
import { syncModes, syncStatuses } from '../../rules/enumerations.ts'

export const syncMode = z.enum(syncModes).meta({
  description: 'A dry run compares and changes nothing (Y3); a full sync makes users inactive (Y4).',
})

export const syncOutcome = z.enum(syncOutcomes)

export const syncInput = z
  .strictObject({
    mode: syncMode,
    emails: z
      .array(addressInput.refine(isAddress, { error: unmailableMessage }))
      .min(1)
      .max(MAX_LISTED_ADDRESSES)
      .optional()
      .meta({
        description: `The complete directory, if it has at most ${MAX_LISTED_ADDRESSES} addresses; without it, upload a CSV.`,
      }),
  })
  .meta({ examples: [{ mode: 'dry_run', emails: ['ada@noordzee.example', 'Sanne@noordzee.example'] }] })

export const syncStatus = z.enum(syncStatuses)

export const syncCounts = z
  .object({
    added: z.int(),
    matched: z.int(),
    inactivated: z.int(),
    restored: z.int(),
    untouched: z.int(),
    refused: z.int().meta({ description: 'Rows of the file whose address could not be read.' }),
    withoutAddress: z.int().meta({
      description:
        'Rows of the file without an address, such as those of service accounts; they are ignored (Y8).',
    }),
  })
  .meta({ description: 'Outcome of the comparison.' })

export const syncProgress = z.object({ rowsRead: z.int(), usersRead: z.int() })
export const refusedRow = z.object({ line: z.int().min(1), code: z.string() })
export const syncApplied = z.object({ inactivated: z.int(), restored: z.int() })

export const syncHeld = z.object({
  reason: z.literal('too_many_inactivations'),
  inactivations: z.int(),
  users: z.int().meta({ description: 'Users of the organization that a sync may change.' }),
})

export const syncSummary = z
  .object({
    syncId: z.string(),
    mode: syncMode,
    status: syncStatus.meta({
      description: '`waiting`: for the upload or, if `held` is present, for a confirmation.',
    }),
    createdAt: instant,
    startedAt: instant.optional(),
    completedAt: instant.optional(),
    percent: z.int().min(0).max(100),
    progress: syncProgress,
    counts: syncCounts,
    refusedRows: z
      .array(refusedRow)
      .optional()
      .meta({ description: 'The first rows whose address could not be read.' }),
    applied: syncApplied.optional().meta({
      description:
        'The users that a full sync has changed. Users that changed in the meantime are left alone.',
    }),
    removedFrom: instant.optional().meta({
      description:
        'When the first of the users that were made inactive will be deleted, unless a later sync finds them.',
    }),
    held: syncHeld.optional().meta({
      description: 'Present if the sync would make so many users inactive that it has to be confirmed first.',
    }),
    error: fileError
      .optional()
      .meta({ description: 'Why the directory was refused as a whole; nobody was changed.' }),
  })
  .meta({
    examples: [
      {
        syncId: '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7',
        mode: 'full',
        status: 'completed',
        createdAt: '2026-11-22T12:00:00.000Z',
        startedAt: '2026-11-22T12:00:20.500Z',
        completedAt: '2026-11-22T12:00:21.250Z',
        percent: 100,
        progress: { rowsRead: 1203, usersRead: 1199 },
        counts: {
          added: 9,
          matched: 1190,
          inactivated: 4,
          restored: 2,
          untouched: 3,
          refused: 0,
          withoutAddress: 1,
        },
        applied: { inactivated: 4, restored: 2 },
        removedFrom: '2026-12-22T12:00:21Z',
      },
    ],
  })

export const syncEntry = z.object({
  email: z.string().meta({ description: "The user's current address; empty once the user is deleted." }),
  userId: z.string().optional(),
  outcome: syncOutcome,
  claimed: z.boolean().meta({ description: 'Whether the user came by a claim.' }),
  caseDiffers: z.boolean().meta({
    description: 'The address differs from the account only in upper and lower case; the two match.',
  }),
})

const syncExample = {
  syncId: '01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7',
  mode: 'dry_run',
  status: 'completed',
  createdAt: '2026-11-22T12:00:00.000Z',
  startedAt: '2026-11-22T12:00:00.000Z',
  completedAt: '2026-11-22T12:00:01.250Z',
  percent: 100,
  progress: { rowsRead: 2, usersRead: 2 },
  counts: { added: 1, matched: 1, inactivated: 1, restored: 0, untouched: 0, refused: 0, withoutAddress: 0 },
  entries: [
    {
      email: 'joris@noordzee.example',
      userId: 'acc00041~01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7',
      outcome: 'inactivate',
      claimed: true,
      caseDiffers: false,
    },
    { email: 'ada@noordzee.example', outcome: 'add', claimed: false, caseDiffers: false },
    {
      email: 'sanne@noordzee.example',
      userId: 'acc00042',
      outcome: 'match',
      claimed: false,
      caseDiffers: true,
    },
  ],
}

export const sync = z
  .object({
    ...syncSummary.shape,
    entries: z.array(syncEntry).meta({
      description: `A page of the comparison, kept for ${SYNC_OUTCOME_DAYS} days; users made inactive come first.`,
    }),
    nextCursor: z.string().optional().meta({ description: 'Absent on the last page.' }),
  })
  .meta({ examples: [syncExample] })

export const createdSync = z
  .object({ ...sync.shape, upload: upload.optional() })
  .meta({ examples: [syncExample] })

export const syncPage = pageOf(syncSummary)
