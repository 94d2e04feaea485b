import * as z from 'zod'
import type { ChangeKind } from '../../rules/types.ts'
import { accountStatus, claimStatus, claimType, decisionKind, instant } from './common.ts'
import { importStatus } from './import.ts'
import { syncMode, syncStatus } from './sync.ts'

/** What happened, by the event's type: a kind of change without its line doesn't compile. One event is of no change. */
export const eventSummaries: Readonly<Record<ChangeKind | 'licenses.assigned', string>> = {
  'licenses.assigned': "A claim's new account has its licences; whether the user is to be invited (N3).",
  'claim.created': 'An account was claimed.',
  'claim.signed_in': 'The user signed in for the first time; the claim can no longer be revoked (S2).',
  'claim.confirmation_requested': 'The user chose a new address, which is to be confirmed (U2).',
  'claim.decided': 'The user decided, or the 14 days were over (U5, M1).',
  'claim.migrating': 'The content began to move, or to be deleted.',
  'claim.completed': 'The claim came to its end.',
  'claim.revoked': 'The claim was taken back (R1).',
  'claim.reminded': 'The user was reminded (N1).',
  'claim.resent': 'An admin had the mail sent again (M4).',
  'claim.mail_failed': 'A mail about the claim bounced, or was complained of (N4).',
  'claim.mail_allowed': 'Somebody said that the address takes mail again (N4).',
  'user.created': 'An account was created.',
  'user.updated': 'An account was changed.',
  'user.inactivated': 'A sync made a user inactive (Y4).',
  'user.restored': 'A user who was inactive is active again (Y5).',
  'user.removing': 'The removal of an account began.',
  'user.purged': 'An account is gone, with everything kept for it (Y7).',
  'organization.created': 'An organization was created.',
  'organization.updated': 'An organization, or a setting of it, was changed.',
  'organization.deletion_requested': 'The deletion of an organization was asked for (O1).',
  'organization.restored': 'The deletion of an organization was taken back (O1).',
  'organization.removing': 'The removal of an organization began.',
  'organization.purged': 'An organization is gone, with everything kept for it (O1).',
  'domain.added': 'A domain was added.',
  'domain.verified': 'A domain was verified (D1).',
  'domain.claimed': 'A domain was claimed for one organization alone (D2).',
  'domain.released': 'A claimed domain was released (D3).',
  'domain.removed': 'A domain was removed.',
  'import.created': 'An import was created, or a file was uploaded.',
  'import.started': 'An import began to read its file.',
  'import.previewed': 'A preview is done: what the import would do can be seen (P1).',
  'import.confirmed': 'An import that was previewed was confirmed (P1).',
  'import.cancelled': 'An import was cancelled: no further row is handled (I12).',
  'import.completed': 'An import is done; its report can be had.',
  'import.failed': 'A file was refused as a whole, and nothing of it was claimed (I2).',
  'export.created': 'An export was asked for.',
  'export.completed': 'An export is done; its file can be had.',
  'export.failed': 'An export came to nothing.',
  'sync.created': 'A sync was asked for.',
  'sync.started': 'A sync began to compare.',
  'sync.held': "A sync is held for an admin's word (Y8).",
  'sync.confirmed': 'A sync that was held was confirmed.',
  'sync.warned': 'Admins were told whom a sync will have removed.',
  'sync.completed': 'A sync is done.',
  'sync.failed': 'A sync came to nothing; nobody was changed.',
}

const count = z.int().min(0)

const user = {
  userId: z.string().optional(),
  userStatus: accountStatus.optional(),
  userOrgId: z.string().optional(),
}

const claim = {
  claimId: z.string(),
  claimType,
  claimStatus,
  claimingOrgId: z.string(),
  sourceOrgId: z.string(),
  originalUserId: z.string(),
  newUserId: z.string(),
  importId: z.string().optional(),
  version: count,
  decision: z.object({ kind: decisionKind, by: z.enum(['user', 'schedule']) }).optional(),
}

/** What an event tells of the thing that changed: ids and states as they are now, no personal data (A2). */
const states = {
  claim: { ...user, ...claim },
  // Also of the new account of an open claim, whose state comes with it.
  user: { ...user, ...z.object(claim).partial().shape },
  organization: {
    kind: z.enum(['consumer', 'enterprise']).optional(),
    region: z.string().optional(),
    sso: z.boolean().optional(),
    directorySync: z.boolean().optional(),
  },
  domain: {
    domain: z.string(),
    status: z
      .enum(['pending', 'verified', 'claimed'])
      .optional()
      .meta({ description: 'Absent once it is removed.' }),
  },
  import: {
    importId: z.string(),
    importKind: z.enum(['claims', 'accounts']),
    status: importStatus,
    rowsRead: count,
    claimed: count,
    refused: count,
    unchanged: count,
    errorCode: z.string().optional(),
  },
  licenses: {
    claimId: z.string(),
    userId: z.string(),
    licenses: z.array(z.string()),
    invite: z.boolean().meta({ description: 'The organization wants the invitation to go out.' }),
  },
  export: { exportId: z.string(), status: z.enum(['running', 'completed', 'failed']), rows: count },
  sync: {
    syncId: z.string(),
    mode: syncMode,
    status: syncStatus,
    added: count.optional(),
    matched: count.optional(),
    inactivated: count.optional(),
    restored: count.optional(),
    untouched: count.optional(),
    errorCode: z.string().optional(),
  },
} as const

type Thing = keyof typeof states

const details = (thing: Thing) =>
  z.looseObject({
    id: z
      .string()
      .meta({ description: 'Stable: whoever has seen it may drop the repeat. Events come at least once.' }),
    at: instant,
    orgId: z.string().meta({ description: 'In whose audit trail the change is.' }),
    subject: z.string().meta({ description: 'As in the audit trail: an id, never an address.' }),
    by: z.string().optional().meta({ description: 'Who: `admin:…`, `user:…`, `schedule:…` and so on.' }),
    ...states[thing],
  })

/** By the first part of the event's type. More members may come. */
export const eventDetails = {
  claim: details('claim'),
  user: details('user'),
  organization: details('organization'),
  domain: details('domain'),
  import: details('import'),
  licenses: details('licenses'),
  export: details('export'),
  sync: details('sync'),
} as const satisfies Record<Thing, z.ZodType>

const isThing = (text: string): text is Thing => Object.hasOwn(eventDetails, text)

/** @throws Error for a type that is none of an event */
export function detailSchemaOf(type: string): z.ZodType {
  const [thing = ''] = type.split('.')
  if (!isThing(thing) || !Object.hasOwn(eventSummaries, type))
    throw new Error(`${type} is no type of an event`)
  return eventDetails[thing]
}
