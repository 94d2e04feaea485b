import { isoSecond } from '../../lib/time.ts'
import { type ChangedBy, withClaim } from '../claims/transition.ts'
import { RESEND_INTERVAL_MS } from '../limits.ts'
import type { AccountRecord, Claim, ClaimCore, Notification, OpenClaim } from '../types.ts'
import { withMail } from './claim-mail.ts'

/** N4: the notification states of a claim after a bounce or a complaint. */
export type MailFailure = Extract<Notification, 'bounced' | 'complained'>

/** N4: whether a mail about the claim bounced or was complained about, so that none is sent while it is open. */
export function isUndeliverable({ notification }: Pick<ClaimCore, 'notification'>): boolean {
  return notification === 'bounced' || notification === 'complained'
}

export type NotNotifiable = 'ended' | 'decided' | 'mail_bounced' | 'notified_recently'

/** M4: from when an admin may have the mail sent again. `undefined`: no admin has yet; the first mail doesn't count. */
export function nextResendAt({ resentAt }: Pick<ClaimCore, 'resentAt'>): Date | undefined {
  return resentAt === undefined ? undefined : new Date(new Date(resentAt).getTime() + RESEND_INTERVAL_MS)
}

/**
 * M4, N4: why the claim's mail can't be sent again. `undefined`: it can be.
 * @param beingDeleted whether the new account is being deleted, and the claim ends with it
 */
export function notNotifiableBecause(
  claim: Claim,
  now: Date,
  beingDeleted: boolean,
): NotNotifiable | undefined {
  if (claim.status === 'completed' || claim.status === 'revoked' || beingDeleted) return 'ended'
  if (claim.decision !== undefined) return 'decided'
  if (isUndeliverable(claim)) return 'mail_bounced'
  return now < (nextResendAt(claim) ?? now) ? 'notified_recently' : undefined
}

/** M4: an admin has the claim's mail sent again. The mail follows from the change, by the stream. */
export function resend(
  record: AccountRecord,
  claim: OpenClaim,
  changedBy: ChangedBy,
): { record: AccountRecord; claim: OpenClaim } {
  const resentAt = changedBy.now.toISOString()
  const { resent: _sentBefore, ...slots } = claim.mail.slots
  const next = withClaim(record, withMail(claim, { slots }), 'claim.resent', changedBy, { resentAt })
  return { record: next, claim: next.claim }
}

/**
 * N4: records that a mail about the claim bounced or was complained about. No reminder is sent from then on
 * (`dueReminder`). The user counts as mailed (M5): nothing better can be done, and the claim must come to an end.
 * @returns `undefined` if a failure is recorded already: the first report counts
 */
export function mailFailed(
  record: AccountRecord,
  claim: OpenClaim,
  notification: MailFailure,
  changedBy: ChangedBy,
): AccountRecord | undefined {
  if (isUndeliverable(claim)) return undefined
  const notifiedAt = claim.notifiedAt ?? isoSecond(changedBy.now)
  return withClaim(record, withMail(claim, {}), 'claim.mail_failed', changedBy, { notification, notifiedAt })
}

/**
 * N4: records that the address works again, as somebody has said. Nothing is sent automatically, but an admin may
 * have the mail sent again at once. The user still counts as mailed (M5).
 * @returns `undefined` if no failure was recorded
 */
export function allowMail(
  record: AccountRecord,
  claim: OpenClaim,
  changedBy: ChangedBy,
): AccountRecord | undefined {
  if (!isUndeliverable(claim)) return undefined
  const { resentAt: _resentAt, ...rest } = claim
  const { resent: _resent, ...slots } = claim.mail.slots
  const open = withMail(rest, { slots })
  return withClaim(record, open, 'claim.mail_allowed', changedBy, { notification: 'pending' })
}
