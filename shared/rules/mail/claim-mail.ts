import { isoSecond } from '../../lib/time.ts'
import type { ClaimMail, MailLease, MailSlot, OpenClaim } from '../types.ts'
import { slotState } from './mail-slots.ts'

/**
 * C6: makes sure that each mail about an open claim is sent once. Its state is stored with the claim but has a revision
 * of its own, so writes of mails never collide with a sign-in, decision or revocation.
 */
export type WantedMail =
  | { readonly kind: 'claimed' }
  /** N1: the reminder's day (7, 11 or 13). */
  | { readonly kind: 'reminder'; readonly day: number }
  /** M4: when an admin asked for it, ISO 8601. */
  | { readonly kind: 'resent'; readonly at: string }

/** The mail state of a new claim. */
export const NO_MAIL_YET: ClaimMail = { revision: 1, slots: {}, links: [] }

/**
 * Link hashes stored with a claim: enough for a delayed claim's five mails and some repeats, and few enough to keep the
 * record under 1 KB. Further links get items of their own (`tokenStore`).
 */
export const MAX_LINKS = 8

/** Changes the mail state and its revision, on which the next write is conditional. */
export function withMail(claim: OpenClaim, patch: Partial<ClaimMail>): OpenClaim {
  return { ...claim, mail: { ...claim.mail, ...patch, revision: claim.mail.revision + 1 } }
}

/** Whether a later mail was requested, and is sent instead (N1, M4). */
export function isOvertaken({ mail: { slots }, resentAt }: OpenClaim, wanted: WantedMail): boolean {
  switch (wanted.kind) {
    case 'claimed':
      return false
    case 'reminder':
      return slots.reminder !== undefined && slots.reminder.day > wanted.day
    case 'resent':
      return resentAt !== wanted.at
  }
}

/** The state of a mail. None is kept of a mail that a later one has overtaken. */
export function slotOf(claim: OpenClaim, wanted: WantedMail): MailSlot | undefined {
  const { slots } = claim.mail
  if (isOvertaken(claim, wanted)) return undefined
  switch (wanted.kind) {
    case 'claimed':
      return slots.claimed
    case 'reminder':
      return slots.reminder?.day === wanted.day ? slots.reminder.slot : undefined
    case 'resent':
      return slots.resent
  }
}

function withSlot(claim: OpenClaim, wanted: WantedMail, slot: MailSlot | undefined): ClaimMail['slots'] {
  const { slots } = claim.mail
  switch (wanted.kind) {
    case 'claimed':
      return { ...slots, claimed: slot }
    case 'reminder':
      return { ...slots, reminder: { day: wanted.day, ...(slot === undefined ? {} : { slot }) } }
    case 'resent':
      return { ...slots, resent: slot }
  }
}

export type TakeMailOutcome =
  /** `again`: a worker that held the lease died, so the mail may have been sent already. */
  | { readonly outcome: 'taken'; readonly claim: OpenClaim; readonly again: boolean }
  | { readonly outcome: 'sent' | 'overtaken' }
  /** Another worker holds the lease and may yet fail: try again later. */
  | { readonly outcome: 'wait' }

/**
 * Takes the lease to send a mail.
 * @param by the attempt's id
 * @param link hash of the mailed link's secret; `undefined`: the link has an item of its own
 */
export function takeMail(
  claim: OpenClaim,
  wanted: WantedMail,
  by: string,
  link: Uint8Array | undefined,
  now: Date,
): TakeMailOutcome {
  if (isOvertaken(claim, wanted)) return { outcome: 'overtaken' }
  const seen = slotState(slotOf(claim, wanted), by, now)
  if (seen.outcome !== 'free') return seen
  const lease: MailLease = { by, at: now.toISOString() }
  // A link from an earlier attempt may have been mailed, and must work as well.
  const links = link === undefined ? claim.mail.links : [...claim.mail.links, link]
  const taken = withMail(claim, { slots: withSlot(claim, wanted, lease), links })
  return { outcome: 'taken', claim: taken, again: seen.again }
}

/**
 * Releases the lease of a mail that certainly wasn't sent, so that another attempt can send it at once.
 * @returns `undefined` if somebody else holds the lease
 */
export function releaseMail(
  claim: OpenClaim,
  wanted: WantedMail,
  by: string,
  link: Uint8Array | undefined,
): OpenClaim | undefined {
  const slot = slotOf(claim, wanted)
  if (typeof slot !== 'object' || slot.by !== by) return undefined
  const links = claim.mail.links.filter((each) => link === undefined || !sameBytes(each, link))
  return withMail(claim, { slots: withSlot(claim, wanted, undefined), links })
}

/** M5: records that a mail about the claim has left. `undefined`: recorded already. */
function withNotified(claim: OpenClaim, now: Date): OpenClaim | undefined {
  if (claim.notification !== 'pending') return undefined
  return { ...claim, notification: 'sent', notifiedAt: claim.notifiedAt ?? isoSecond(now) }
}

/**
 * Records that the mail was sent, whoever holds the lease by now, and that the user has been told (M5). `undefined`:
 * recorded already.
 */
export function mailSent(claim: OpenClaim, wanted: WantedMail, now: Date): OpenClaim | undefined {
  const next = withNotified(claim, now)
  if (isOvertaken(claim, wanted) || slotOf(claim, wanted) === 'sent') return next && withMail(next, {})
  return withMail(next ?? claim, { slots: withSlot(claim, wanted, 'sent') })
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, n) => byte === b[n])
