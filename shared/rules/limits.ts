import { DAY_MS, MINUTE_MS, SECOND_MS } from '../lib/time.ts'

/** M1, R: the user's time to decide and the window of revocation: 14 × 24 h. */
export const DECISION_WINDOW_MS = 14 * DAY_MS
/** M5: the least time between the first mail and the migration: 7 × 24 h. */
export const NOTICE_PERIOD_MS = 7 * DAY_MS
/** N1: days after a delayed claim's creation on which an undecided user is reminded. */
export const REMINDER_DAYS: readonly number[] = [7, 11, 13]
/** M4: the least time between two mails that an admin has sent again. */
export const RESEND_INTERVAL_MS = DAY_MS
/**
 * N4: hour of the day, in the org's time zone, at which its admins are mailed about bounced mails: before work begins.
 */
export const DIGEST_HOUR = 8
/** N4: people named in one mail; the rest are counted. */
export const MAX_NAMED_RETURNED = 20
/** N4: claims read for one digest, to leave out those whose address works again: one batch of reads. */
export const MAX_CHECKED_RETURNED = 100
/** N4: people are counted exactly up to this number, in some twenty reads. */
export const MAX_COUNTED_RETURNED = 1_000
/** U2: how long a new address can be confirmed, and how long a migration is held for it. */
export const CONFIRMATION_LIFETIME_MS = DAY_MS
/** U2: confirmations of a claim in `CONFIRMATION_LIFETIME_MS`: enough for typos, too few to flood a mailbox. */
export const MAX_CONFIRMATIONS = 5
/**
 * U2: within this time, a repeated request for the same address is the same request: a double click or a lost answer.
 */
export const SAME_CONFIRMATION_MS = MINUTE_MS
/** U7: how long after the claim's end its link shows the decision. */
export const LINK_SHOWS_MS = 30 * DAY_MS
/** Y4: days from inactive to deleted. */
export const INACTIVE_DAYS = 30
/** D1: lifetime of a domain's verification token. */
export const DOMAIN_TOKEN_LIFETIME_MS = 7 * DAY_MS
/** C1: accounts of one request by id: as many as the list has. */
export const MAX_SELECTED_USERS = 250
/** C1: accounts of one request by address, typed in by hand. */
export const MAX_TYPED_USERS = 25
/** Of an account or claim. Keeps the record near 1 KiB, a write unit. */
export const MAX_LICENSES = 20
export const MAX_LICENSE_LENGTH = 64
export const MAX_NAME_LENGTH = 256
/** C3: the suffix of an original account's address while a claim on it is open. */
export const ORIGINAL_SUFFIX = '.convert-user.local'
/** I11: how long a presigned form accepts its upload: 15 minutes. */
export const UPLOAD_FORM_MS = 15 * MINUTE_MS
/** Y7, O1: a deletion that made no progress for this long is resumed by the sweep. */
export const DELETION_LEASE_MS = 15 * MINUTE_MS
/** O1: how long an org's deletion can be taken back: 24 h. */
export const DELETION_HOLD_MS = DAY_MS
/** M3: a migration that made no progress for this long is resumed by the sweep. */
export const MIGRATION_LEASE_MS = 15 * MINUTE_MS
/**
 * C6: longer than a mail worker runs (a minute), so that two never send one mail; shorter than its queue's visibility
 * time-out (two minutes), so that the next delivery after a crash, and a dead letter sent again, find the lease
 * expired.
 */
export const MAIL_LEASE_MS = 75 * SECOND_MS
