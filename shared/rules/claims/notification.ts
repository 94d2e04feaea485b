import { RESEND_INTERVAL_MS } from '../limits.ts'
import type { Claim, ClaimCore, Notification } from '../types.ts'

/** N4: what a bounce or a complaint makes of a claim's notification. */
export type MailFailure = Extract<Notification, 'bounced' | 'complained'>

/** N4: nothing more is sent about the claim while it is open. */
export function isUndeliverable({ notification }: Pick<ClaimCore, 'notification'>): boolean {
  return notification === 'bounced' || notification === 'complained'
}

export type NotNotifiable = 'ended' | 'decided' | 'mail_bounced' | 'notified_recently'

/** M4: from when an admin may have the mail sent again; `undefined`: none has had it sent yet. The first mail doesn't count. */
export function nextResendAt({ resentAt }: Pick<ClaimCore, 'resentAt'>): Date | undefined {
  return resentAt === undefined ? undefined : new Date(new Date(resentAt).getTime() + RESEND_INTERVAL_MS)
}

/**
 * M4, N4: why the claim's mail isn't sent again; `undefined`: it is.
 * @param removing the new account is on its way out, and the claim ends with it
 */
export function notNotifiableBecause(claim: Claim, now: Date, removing: boolean): NotNotifiable | undefined {
  if (claim.status === 'completed' || claim.status === 'revoked' || removing) return 'ended'
  if (claim.decision !== undefined) return 'decided'
  if (isUndeliverable(claim)) return 'mail_bounced'
  const next = nextResendAt(claim)
  return next !== undefined && now < next ? 'notified_recently' : undefined
}
