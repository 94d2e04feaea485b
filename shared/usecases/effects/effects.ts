import type { PublishedEvent } from '../../contracts/bus-events.ts'
import type { QueuedMail } from '../../contracts/mail-requests.ts'
import type { DeletionRequest } from '../../contracts/messages/deletion.ts'
import type { ExportRequest } from '../../contracts/messages/export.ts'
import type { ImportRef } from '../../contracts/messages/import.ts'
import type { DecidedMigrationRequest } from '../../contracts/messages/migration.ts'
import type { SyncRequest } from '../../contracts/messages/sync.ts'
import type { ScheduledMinute } from '../../contracts/scheduled-work.ts'
import type { Correlated } from '../../lib/correlation.ts'
import type { ReturnedMail } from '../../rules/mail/returned-mails.ts'
import type { AuditEntry } from '../../storage/stores/audit.ts'
import type { LicenseAssignment } from './license-events.ts'

/**
 * Everything that committed changes of the table cause elsewhere. Each effect is idempotent or has a stable id, since
 * the stream delivers a change at least once.
 */
export interface Effects {
  readonly audit: AuditEntry[]
  readonly events: PublishedEvent[]
  /** C5: each becomes an event too, once the org's settings are known. */
  readonly assignments: LicenseAssignment[]
  readonly mails: QueuedMail[]
  /** N4: mails that bounced, for the next morning's digest to the org's admins. */
  readonly returned: ReturnedMail[]
  /** Minutes in which work falls due. */
  readonly schedules: ScheduledMinute[]
  readonly migrations: Correlated<DecidedMigrationRequest>[]
  readonly deletions: DeletionRequest[]
  readonly exports: ExportRequest[]
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
  migrations: [],
  deletions: [],
  exports: [],
  syncs: [],
  imports: [],
})
