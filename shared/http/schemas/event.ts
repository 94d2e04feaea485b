import * as z from 'zod'
import { deciders, exportStatuses, importKinds } from '../../rules/enumerations.ts'
import type { ChangeKind } from '../../rules/types.ts'
import { accountStatus, claimStatus, claimType, decisionKind, instant } from './common.ts'
import { domainStatus } from './domain.ts'
import { importStatus } from './import.ts'
import { organizationKind } from './organization.ts'
import { syncMode, syncStatus } from './sync.ts'

/**
 * What happened, by the type of the event. Every kind of change needs a line here to compile; one event isn't caused
 * by a change.
 */
export const eventSummaries: Readonly<Record<ChangeKind | 'licenses.assigned', string>> = {
  'licenses.assigned': "A claim's new account got its licences; says whether to invite the user (N3).",
  'claim.created': 'An account was claimed.',
  'claim.signed_in': 'The user signed in for the first time; the claim can no longer be revoked (S2).',
  'claim.confirmation_requested': 'The user chose a new address, which has yet to be confirmed (U2).',
  'claim.decided': 'The user decided, or the 14 days were over (U5, M1).',
  'claim.migrating': 'The content is being moved or deleted.',
  'claim.completed': 'The claim is completed.',
  'claim.revoked': 'The claim was revoked (R1).',
  'claim.resent': 'An admin had the mail sent again (M4).',
  'claim.mail_failed': 'A mail about the claim bounced or was reported as spam (N4).',
  'claim.mail_allowed': 'The suppression of the address was lifted (N4).',
  'user.created': 'An account was created.',
  'user.updated': 'An account was changed.',
  'user.inactivated': 'A sync made a user inactive (Y4).',
  'user.restored': 'A user who was inactive is active again (Y5).',
  'user.removing': 'The deletion of an account began.',
  'user.purged': 'An account was deleted with everything kept for it (Y7).',
  'organization.created': 'An organization was created.',
  'organization.updated': 'An organization, or a setting of it, was changed.',
  'organization.deletion_requested': 'The deletion of an organization was requested (O1).',
  'organization.restored': 'The deletion of an organization was taken back (O1).',
  'organization.removing': 'The deletion of an organization began.',
  'organization.purged': 'An organization was deleted with everything kept for it (O1).',
  'domain.added': 'A domain was added.',
  'domain.verified': 'A domain was verified (D1).',
  'domain.claimed': 'A domain was claimed for one organization alone (D2).',
  'domain.released': 'A claimed domain was released (D3).',
  'domain.removed': 'A domain was removed.',
  'import.created': 'An import was created, or a file was uploaded.',
  'import.started': 'An import began to read its file.',
  'import.previewed': 'A preview is done; it shows what the import would do (P1).',
  'import.confirmed': 'An import that was previewed was confirmed (P1).',
  'import.cancelled': 'An import was cancelled: no further row is handled (I12).',
  'import.completed': 'An import is done; its report is available.',
  'import.failed': 'A file was refused as a whole, and nobody was claimed (I2).',
  'export.created': 'An export was requested.',
  'export.completed': 'An export is completed and its file available.',
  'export.failed': 'An export failed.',
  'sync.created': 'A sync was requested.',
  'sync.started': 'A sync began.',
  'sync.held': 'A sync is held until an admin confirms it (Y8).',
  'sync.confirmed': 'A sync that was held was confirmed.',
  'sync.warned': 'Admins were warned of users who will be deleted.',
  'sync.completed': 'A sync is completed.',
  'sync.failed': 'A sync failed; nobody was changed.',
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
  decision: z.object({ kind: decisionKind, by: z.enum(deciders) }).optional(),
}

/** What an event contains of the changed record: its ids and states now, no personal data (A2). */
const states = {
  claim: { ...user, ...claim },
  // Also for the new account of an open claim, which comes with the claim's state.
  user: { ...user, ...z.object(claim).partial().shape },
  organization: {
    kind: organizationKind.optional(),
    region: z.string().optional(),
    sso: z.boolean().optional(),
    directorySync: z.boolean().optional(),
  },
  domain: {
    domain: z.string(),
    status: domainStatus.optional().meta({ description: 'Absent once it is deleted.' }),
  },
  import: {
    importId: z.string(),
    importKind: z.enum(importKinds),
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
    invite: z.boolean().meta({
      description:
        'Whether the invitation is to be sent: neither the organization nor the request for the claim switched it off (N3).',
    }),
  },
  export: { exportId: z.string(), status: z.enum(exportStatuses), rows: count },
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

type EventSubject = keyof typeof states

const details = (subject: EventSubject) =>
  z.looseObject({
    id: z
      .string()
      .meta({ description: 'Stable, so that repeats can be dropped: events are delivered at least once.' }),
    at: instant,
    orgId: z.string().meta({ description: 'The organization whose audit trail has the change.' }),
    subject: z.string().meta({ description: 'As in the audit trail: an id, never an address.' }),
    by: z.string().optional().meta({ description: 'Who: `admin:…`, `user:…`, `schedule:…` and so on.' }),
    ...states[subject],
  })

/** Details by the first part of the event's type. Members may be added. */
export const eventDetails = {
  claim: details('claim'),
  user: details('user'),
  organization: details('organization'),
  domain: details('domain'),
  import: details('import'),
  licenses: details('licenses'),
  export: details('export'),
  sync: details('sync'),
} as const satisfies Record<EventSubject, z.ZodType>

const isEventSubject = (text: string): text is EventSubject => Object.hasOwn(eventDetails, text)

/**
 * Looks up the schema of an event.
 * @throws Error for an unknown type
 */
export function detailSchemaOf(type: string): z.ZodType {
  const [subject = ''] = type.split('.')
  if (!isEventSubject(subject) || !Object.hasOwn(eventSummaries, type))
    throw new Error(`${type} is no type of an event`)
  return eventDetails[subject]
}
