import type { PublishedEvent } from '../../contracts/bus-events.ts'
import type { MailRequest } from '../../contracts/mail-requests.ts'
import type { ScheduledMinute } from '../../contracts/scheduled-work.ts'
import type { Correlated } from '../../lib/correlation.ts'
import type { ReturnedMail } from '../../rules/mail/returned-mails.ts'
import type { AuditEntry } from '../../storage/stores/audit.ts'
import type { SyncRequest } from '../directory/sync-ports.ts'
import type { ExportRef } from '../exports/write-export.ts'
import type { ImportRef } from '../imports/read-import.ts'
import type { LicenseAssignment } from './license-events.ts'

export type DeletionRequest =
  | { readonly root: string }
  | { readonly orgId: string }
  /** The id of an account that no longer exists: deletes its content. */
  | { readonly contentOf: string }

export interface MigrationRequest {
  readonly root: string
  readonly claimId: string
}

/**
 * Everything that committed changes of the table cause elsewhere. Each effect is idempotent or has a stable id, since
 * the stream delivers a change at least once.
 */
export interface Effects {
  readonly audit: AuditEntry[]
  readonly events: PublishedEvent[]
  /** C5: each becomes an event too, once the org's settings are known. */
  readonly assignments: LicenseAssignment[]
  /** `causedAt` is the instant of the change, ISO 8601: a mail that leaves much later counts as late. */
  readonly mails: (Correlated<MailRequest> & { readonly causedAt: string })[]
  /** N4: mails that bounced, for the next morning's digest to the org's admins. */
  readonly returned: ReturnedMail[]
  /** Minutes in which work falls due. */
  readonly schedules: ScheduledMinute[]
  readonly reports: ImportRef[]
  readonly migrations: Correlated<MigrationRequest>[]
  readonly deletions: DeletionRequest[]
  readonly exports: ExportRef[]
  readonly syncs: SyncRequest[]
  /** P1: confirmed previews, whose rows are claimed now. */
  readonly imports: ImportRef[]
}

export const noEffects = (): Effects => ({
  audit: [],
  events: [],
  assignments: [],
  mails: [],
  returned: [],
  schedules: [],
  reports: [],
  migrations: [],
  deletions: [],
  exports: [],
  syncs: [],
  imports: [],
})
