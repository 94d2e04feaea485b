import { DAY_MS } from '../lib/time.ts'

/**
 * How long the service keeps what it stores, beside the rules' own periods (`shared/rules/limits.ts`). The bucket's
 * lifecycle and the table's TTL attributes follow from these. Ended claims and the audit trail have no period: they
 * are kept until their person or org is deleted, and the audit trail's ids longer (Y7, O1).
 */

/**
 * Days until the bucket's objects expire, and the table's items about them. Fewer than the 30 days after which a
 * missing user is deleted (Y7), since S3 expires objects at the following midnight and no file may outlive the person
 * it names. Every object is a copy, of a file that an admin has or of data in the table, and is kept only as long as
 * somebody may want to correct a report and import it again.
 */
export const FILE_RETENTION_DAYS = 28
export const FILE_RETENTION_MS = FILE_RETENTION_DAYS * DAY_MS

/** Days in which a sync's outcome is shown. One fewer than its files are kept, so that none is read as it expires. */
export const SYNC_OUTCOME_DAYS = FILE_RETENTION_DAYS - 1
export const SYNC_OUTCOME_MS = SYNC_OUTCOME_DAYS * DAY_MS

/** Days until an incomplete multipart upload is aborted. Its parts are paid for, but no listing shows them. */
export const UNFINISHED_UPLOAD_DAYS = 1

/** C6: how long the first answer to an Idempotency-Key is repeated: longer than any client retries. */
export const IDEMPOTENCY_RETENTION_MS = DAY_MS

/** How long it is known that a mail was sent: no repeat of its message can come later. */
export const MAIL_RETENTION_MS = 30 * DAY_MS

/**
 * How long a sign-in's link works. A direct claim waits for its user's decision without an end; the next sign-in
 * replaces a link that is older.
 */
export const LINK_RETENTION_MS = 366 * DAY_MS

/** How long a sync's parts are kept: well over the 30 days in which admins are warned about users it made inactive. */
export const SYNC_PART_RETENTION_MS = 60 * DAY_MS

/**
 * Days until a queue drops a message, SQS's maximum, for work and dead letters alike: mails may wait that long for SES,
 * and dead letters for somebody to look.
 */
export const QUEUE_RETENTION_DAYS = 14
