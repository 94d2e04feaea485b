import { DAY_MS, MINUTE_MS, SECOND_MS } from '../lib/time.ts'

/** M1, R: the user's time to decide, and the window of revocation: 14 × 24 h. */
export const DECISION_WINDOW_MS = 14 * DAY_MS
/** M5: how long before the migration its user has been mailed, at the least: 7 × 24 h. */
export const TOLD_AHEAD_MS = 7 * DAY_MS
/** N1: days after a delayed claim's creation on which its undecided user is reminded. */
export const REMINDER_DAYS: readonly number[] = [7, 11, 13]
/** M4: between two mails that an admin has sent again. */
export const RESEND_INTERVAL_MS = DAY_MS
/** N4: when an org's admins are told of mails that came back, by the clocks of its time zone: before work begins. */
export const DIGEST_HOUR = 8
/** N4: people that one mail names; the rest is counted. */
export const MAX_NAMED_RETURNED = 20
/** N4: claims looked at for one mail, to leave out those that have been mended since: one batch of reads. */
export const MAX_LOOKED_AT_RETURNED = 100
/** N4: counted exactly up to so many, in some twenty reads. */
export const MAX_COUNTED_RETURNED = 1_000
/** U2: how long a new address has to be confirmed, and so how long a migration waits for that. */
export const CONFIRMATION_LIFETIME_MS = DAY_MS
/** U2: confirmations of one claim in `CONFIRMATION_LIFETIME_MS`: enough for slips, too few to flood a mailbox. */
export const MAX_CONFIRMATIONS = 5
/** U2: the same address asked for again within so long is one wish: a second click, or an answer that got lost. */
export const SAME_CONFIRMATION_MS = MINUTE_MS
/** U7: for how long a link shows what was chosen, after the claim's end. */
export const LINK_SHOWS_MS = 30 * DAY_MS
/** Y4: from inactive to removed. */
export const INACTIVE_DAYS = 30
/** D1: how long a domain's verification token is good for. */
export const DOMAIN_TOKEN_LIFETIME_MS = 7 * DAY_MS
/** C1: accounts in one request, by id from the list: as many as are listed. */
export const MAX_SELECTED_USERS = 250
/** C1: accounts in one request, typed in by hand. */
export const MAX_TYPED_USERS = 25
/** Of one account or claim. Keeps the record near 1 KiB, the size of a write unit. */
export const MAX_LICENSES = 20
export const MAX_LICENSE_LENGTH = 64
export const MAX_NAME_LENGTH = 256
/** C3: what an original account's address ends in while a claim on it is open. */
export const ORIGINAL_SUFFIX = '.convert-user.local'
/** I11: how long a presigned form takes its upload, from when it was asked for: 15 minutes. */
export const UPLOAD_FORM_MS = 15 * MINUTE_MS
/** Y7, O1: a removal under way that nobody finished for this long is taken up again by the sweep. */
export const DELETION_LEASE_MS = 15 * MINUTE_MS
/** O1: in which an org's deletion can be taken back: 24 h. */
export const DELETION_HOLD_MS = DAY_MS
/** M3: a migration under way that nobody finished for this long is taken up again by the sweep. */
export const MIGRATION_LEASE_MS = 15 * MINUTE_MS
/**
 * C6: longer than a worker that sends mails lives (a minute), so that no two are at one mail; shorter than its queue's
 * visibility time-out (two), so that a message whose worker died, and a dead letter that is put back, find the lease over.
 */
export const MAIL_LEASE_MS = 75 * SECOND_MS
