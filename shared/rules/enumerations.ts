/**
 * The values of all enumerations, each list once: types, schemas and the API's description follow from it. In
 * the order in which the description lists them.
 */

export const organizationKinds = ['consumer', 'enterprise'] as const
export const domainStatuses = ['pending', 'verified', 'claimed'] as const
export const accountStatuses = ['active', 'not_verified', 'verified', 'inactive'] as const

/** User statuses as shown. A delayed claim's new account is `delayed_claim` until the claim is completed (C2). */
export const userStatuses = [...accountStatuses, 'delayed_claim'] as const
/** Statuses that an admin may set. */
export const settableStatuses = ['active', 'inactive'] as const

export const claimTypes = ['direct', 'delayed'] as const
export const openStatuses = ['open', 'migrating'] as const
export const endedStatuses = ['completed', 'revoked'] as const
export const claimStatuses = [...openStatuses, ...endedStatuses] as const
export const decisionKinds = ['change_email', 'transfer_content', 'delete_original'] as const
export const deciders = ['user', 'schedule'] as const
export const notifications = ['pending', 'sent', 'bounced', 'complained'] as const
/** P1: the mails that a user gets if nobody decides or revokes, by the claim's type. */
export const mailsOfClaim = {
  direct: ['claimed_direct'],
  delayed: ['claimed_delayed', 'reminder', 'migration_completed'],
} as const satisfies Readonly<Record<(typeof claimTypes)[number], readonly string[]>>
/** N1: kinds of mails about an open claim, an ended one, and a decision (U7). */
export const openClaimMailKinds = ['claimed', 'reminder', 'resent'] as const
export type OpenClaimMailKind = (typeof openClaimMailKinds)[number]
export const endedClaimMailKinds = ['migrated', 'revoked'] as const
export type EndedClaimMailKind = (typeof endedClaimMailKinds)[number]
export const decisionMailKinds = ['decided', 'confirmed'] as const
export type DecisionMailKind = (typeof decisionMailKinds)[number]
export const holdReasons = ['mail_not_sent', 'confirmation_pending'] as const
export const irrevocabilities = ['signed_in', 'decided', 'window_passed', 'domain_claimed', 'ended'] as const

export const actorKinds = ['admin', 's3', 'import', 'sync', 'schedule', 'platform', 'user', 'mail'] as const

/** `claims`: an admin's CSV. `accounts`: the platform's bulk load. */
export const importKinds = ['claims', 'accounts'] as const
export type ImportKind = (typeof importKinds)[number]
export const importStatuses = ['waiting', 'reading', 'running', 'previewed', 'completed', 'failed'] as const
/** How a file's text is stored. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const
export type Encoding = (typeof encodings)[number]
/** Results of claiming a user, and of previewing that (P1). */
export const claimResultKinds = ['claimed', 'refused', 'unchanged'] as const
export const previewResultKinds = ['claimable', 'refused'] as const
/**
 * Results of a row: `claimed` (for the bulk load: loaded), `unchanged`, or `refused` with its codes; in a preview
 * (P1) `claimable` instead of `claimed`.
 */
export const rowResults = ['claimed', 'claimable', 'refused', 'unchanged'] as const
export type RowResult = (typeof rowResults)[number]
export const exportStatuses = ['running', 'completed', 'failed'] as const

export const syncModes = ['dry_run', 'full'] as const
export type SyncMode = (typeof syncModes)[number]
export const syncStatuses = ['waiting', 'running', 'completed', 'failed'] as const
export type SyncStatus = (typeof syncStatuses)[number]

/** Entries of the due index: of claims, and of deletions and other jobs, which have workers of their own. */
export const dueEntryKinds = ['claim', 'job'] as const
export type DueEntryKind = (typeof dueEntryKinds)[number]
