import type { DueMinute } from '../rules/due/due-minutes.ts'
import type { ClaimMailRequest, QueuedMail } from './mail-requests.ts'
import type { MigrationRequest } from './messages/migration.ts'

/** The message that a scan would send to a worker if it found one claim and no other. */
export type LoneWork = { readonly claimId: string } & (
  | { readonly worker: 'migrate'; readonly message: MigrationRequest }
  | { readonly worker: 'mail'; readonly message: QueuedMail<ClaimMailRequest> }
)

/** A minute in which something falls due; `alone`: what is to be done if nothing else does. */
export interface ScheduledMinute extends DueMinute {
  readonly alone?: LoneWork | undefined
}
