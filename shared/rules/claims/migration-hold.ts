import { DAY_MS } from '../../lib/time.ts'
import { NOTICE_PERIOD_MS } from '../limits.ts'
import type { Claim, HeldBecause, OpenClaim } from '../types.ts'
import { endsAt } from './transition.ts'

/** Whether the claim is delayed and undecided, so that the automatic migration (M1) is ahead. */
export const awaitsDecision = (claim: Claim): boolean =>
  claim.status === 'open' && claim.type === 'delayed' && claim.decision === undefined

type NotifiedClaim = Pick<Claim, 'createdAt' | 'notifiedAt'> & Pick<OpenClaim, 'heldUntil'>

/** M5: when the first mail about the claim left or bounced; `undefined`: none has. */
const notifiedSince = ({ notifiedAt }: Pick<Claim, 'notifiedAt'>): Date | undefined =>
  notifiedAt === undefined ? undefined : new Date(notifiedAt)

/** When a claim may be migrated whose user was notified at `notified`: at its end (M1), or later by M5. */
function earliestAfterNotice(claim: NotifiedClaim, notified: Date): Date {
  return new Date(Math.max(endsAt(claim).getTime(), notified.getTime() + NOTICE_PERIOD_MS))
}

/** Like `earliestAfterNotice`, or later if a confirmation holds the migration (U2). */
function earliest(claim: NotifiedClaim, notified: Date): Migration {
  const inTime = earliestAfterNotice(claim, notified)
  // Without a time, nothing is later.
  const held = new Date(claim.heldUntil ?? Number.NaN)
  if (held > inTime) return { at: held, heldBecause: 'confirmation_pending' }
  return inTime > endsAt(claim) ? { at: inTime, heldBecause: 'mail_not_sent' } : { at: inTime }
}

/** M5, U2: when the claim is migrated. `undefined`: not before a mail about it has left. */
export function migrationAt(claim: NotifiedClaim): Date | undefined {
  const notified = notifiedSince(claim)
  return notified && earliest(claim, notified).at
}

/** M5: whether the migration was postponed because the first mail left late. */
export function isPostponedByLateMail(claim: Claim): boolean {
  const notified = notifiedSince(claim)
  return (
    awaitsDecision(claim) && notified !== undefined && earliestAfterNotice(claim, notified) > endsAt(claim)
  )
}

/** The planned migration, as shown at some instant. */
export interface Migration {
  /** If no mail has left yet: the earliest possible, as if one left now. */
  readonly at: Date
  readonly heldBecause?: HeldBecause
}

/** M1, M5, U2: the planned migration as shown at `now`; `undefined`: none is ahead. */
export const shownMigration = (claim: Claim, now: Date): Migration | undefined =>
  awaitsDecision(claim) ? earliest(claim, notifiedSince(claim) ?? now) : undefined

/** The end that the user is shown. Delayed: the planned migration. Direct: the end of the window of revocation. */
export const shownEnd = (claim: Claim, now: Date): Date => shownMigration(claim, now)?.at ?? endsAt(claim)

/** M4: days left, rounded up, so that the rest is never less than shown. */
export function daysLeft(claim: Claim, now: Date): number {
  return Math.max(0, Math.ceil((shownEnd(claim, now).getTime() - now.getTime()) / DAY_MS))
}
