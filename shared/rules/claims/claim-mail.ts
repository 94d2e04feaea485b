import { isoSecond } from '../../lib/time.ts'
import type { ClaimMail, MailLease, MailSlot, OpenClaim } from '../types.ts'
import { slotState } from './mail-slots.ts'

/**
 * C6: each mail about an open claim is sent once. What is known of that stands with the claim, apart from what changes the
 * claim: a mail's writes never lose to a sign-in, a decision or a revocation, nor those to a mail's.
 */
export type WantedMail =
  | { readonly kind: 'claimed' }
  /** N1: its day (7, 11 or 13). */
  | { readonly kind: 'reminder'; readonly day: number }
  /** M4: when an admin asked for it, ISO 8601. */
  | { readonly kind: 'resent'; readonly at: string }

/** Of a claim that was just made. */
export const NO_MAIL_YET: ClaimMail = { revision: 1, slots: {}, links: [] }

/**
 * Links of one claim whose hashes stand with it: five mails of a delayed claim, and some sent again or twice. With them
 * the record is under 1 KB. What is over that has an item of its own (`tokenStore`).
 */
export const MAX_LINKS = 8

/** With the mail's state changed, which is what the next write of it is conditional on. */
export function withMail(claim: OpenClaim, patch: Partial<ClaimMail>): OpenClaim {
  return { ...claim, mail: { ...claim.mail, ...patch, revision: claim.mail.revision + 1 } }
}

/** `overtaken`: a later one has been asked for, and is sent instead (N1, M4). */
export function slotOf(
  { mail: { slots }, resentAt }: OpenClaim,
  wanted: WantedMail,
): MailSlot | 'overtaken' | undefined {
  switch (wanted.kind) {
    case 'claimed':
      return slots.claimed
    case 'reminder': {
      const { reminder } = slots
      if (reminder !== undefined && reminder.day > wanted.day) return 'overtaken'
      return reminder?.day === wanted.day ? reminder.slot : undefined
    }
    case 'resent':
      return resentAt === wanted.at ? slots.resent : 'overtaken'
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
  /** `again`: somebody had the lease and died; the mail may have gone out already. */
  | { readonly state: 'taken'; readonly claim: OpenClaim; readonly again: boolean }
  | { readonly state: 'sent' | 'overtaken' }
  /** Somebody is at it, and may fail: whoever asks must ask again. */
  | { readonly state: 'wait' }

/** @param link the hash of the mailed link's secret; `undefined`: the link has an item of its own */
export function takeMail(
  claim: OpenClaim,
  wanted: WantedMail,
  by: string,
  link: Uint8Array | undefined,
  now: Date,
): TakeMailOutcome {
  const slot = slotOf(claim, wanted)
  if (slot === 'overtaken') return { state: 'overtaken' }
  const seen = slotState(slot, by, now)
  if (seen.state !== 'free') return seen
  const lease: MailLease = { by, at: now.toISOString() }
  // A link of whoever had it before may be in somebody's inbox, and works as long as this one.
  const links = link === undefined ? claim.mail.links : [...claim.mail.links, link]
  const taken = withMail(claim, { slots: withSlot(claim, wanted, lease), links })
  return { state: 'taken', claim: taken, again: seen.again }
}

/** It certainly didn't go out: whoever comes next may send it at once. `undefined`: somebody else has the lease. */
export function releaseMail(
  claim: OpenClaim,
  wanted: WantedMail,
  by: string,
  link: Uint8Array | undefined,
): OpenClaim | undefined {
  const slot = slotOf(claim, wanted)
  if (slot === undefined || typeof slot === 'string' || slot.by !== by) return undefined
  const links = claim.mail.links.filter((each) => link === undefined || !sameBytes(each, link))
  return withMail(claim, { slots: withSlot(claim, wanted, undefined), links })
}

/** M5: a mail about the claim has left. `undefined`: that is known. */
function told(claim: OpenClaim, now: Date): OpenClaim | undefined {
  if (claim.notification !== 'pending') return undefined
  return { ...claim, notification: 'sent', notifiedAt: claim.notifiedAt ?? isoSecond(now) }
}

/** It has gone out, whoever has the lease by now; M5: the claim's user has been told. `undefined`: that is known. */
export function mailSent(claim: OpenClaim, wanted: WantedMail, now: Date): OpenClaim | undefined {
  const slot = slotOf(claim, wanted)
  const next = told(claim, now)
  if (slot === 'sent' || slot === 'overtaken') return next && withMail(next, {})
  return withMail(next ?? claim, { slots: withSlot(claim, wanted, 'sent') })
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, n) => byte === b[n])
