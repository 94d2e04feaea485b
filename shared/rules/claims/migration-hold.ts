import { DAY_MS } from '../../lib/time.ts'
import { TOLD_AHEAD_MS } from '../limits.ts'
import type { Claim, HeldBecause, OpenClaim } from '../types.ts'
import { endsAt } from './transition.ts'

/** Delayed, and neither the user nor the schedule has decided: M1 is ahead. */
export const awaitsDecision = (claim: Claim): boolean =>
  claim.status === 'open' && claim.type === 'delayed' && claim.decision === undefined

type Telling = Pick<Claim, 'createdAt' | 'notification' | 'notifiedAt'> & Pick<OpenClaim, 'heldUntil'>

/**
 * M5: when a mail about the claim first left, or was tried and came back; `undefined`: none has. Records from before this
 * was kept say only that one did, and were told in time.
 */
function toldAt({ createdAt, notification, notifiedAt }: Telling): Date | undefined {
  if (notifiedAt !== undefined) return new Date(notifiedAt)
  return notification === 'pending' ? undefined : new Date(createdAt)
}

/** Told at `told`, from when on a claim may be migrated: M1, or M5 where that is later. */
function toldInTime(claim: Telling, told: Date): Date {
  return new Date(Math.max(endsAt(claim).getTime(), told.getTime() + TOLD_AHEAD_MS))
}

/** As `toldInTime`, or U2 where that is later still. */
function earliest(claim: Telling, told: Date): Migration {
  const inTime = toldInTime(claim, told)
  const held = claim.heldUntil === undefined ? undefined : new Date(claim.heldUntil)
  if (held !== undefined && held > inTime) return { at: held, heldBecause: 'confirmation_pending' }
  return inTime > endsAt(claim) ? { at: inTime, heldBecause: 'mail_not_sent' } : { at: inTime }
}

/** M5, U2: nobody is migrated untold. `undefined`: not before a mail about the claim has left. */
export function migrationAt(claim: Telling): Date | undefined {
  const told = toldAt(claim)
  return told && earliest(claim, told).at
}

/** M5: the mail left late, and the migration has moved with it. */
export function isMovedByTelling(claim: Claim): boolean {
  const told = toldAt(claim)
  return awaitsDecision(claim) && told !== undefined && toldInTime(claim, told) > endsAt(claim)
}

/** The migration as whoever asks at `now` is told of it. */
export interface Migration {
  /** Where no mail has left yet, the earliest: seven days after one that leaves at this moment. */
  readonly at: Date
  readonly heldBecause?: HeldBecause
}

/** M1, M5, U2; `undefined`: none is ahead. */
export const migrationSeen = (claim: Claim, now: Date): Migration | undefined =>
  awaitsDecision(claim) ? earliest(claim, toldAt(claim) ?? now) : undefined

/** Delayed: when account and content are moved, as far as is known. Direct: the end of the window of revocation. */
export const endSeen = (claim: Claim, now: Date): Date => migrationSeen(claim, now)?.at ?? endsAt(claim)

/** M4: rounded up, so that "1 day left" is never less than what is left. */
export function daysLeft(claim: Claim, now: Date): number {
  return Math.max(0, Math.ceil((endSeen(claim, now).getTime() - now.getTime()) / DAY_MS))
}
