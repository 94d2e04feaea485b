import { DAY_MS, isoSecond } from '../../lib/time.ts'
import { aheadOfEndMs, type Due } from './due-minutes.ts'
import { INACTIVE_DAYS, REMINDER_DAYS } from '../limits.ts'
import { isUndeliverable } from '../claims/notification.ts'
import { awaitsDecision, migrationAt } from '../claims/migration-hold.ts'
import type { AccountRecord, Inactivity, OpenClaim } from '../types.ts'
import { endsAt } from '../claims/transition.ts'

/** The next thing that falls due for a record; `undefined`: nothing ever. The one place that says when. */
export function dueOf({ account, claim, deletion }: AccountRecord): Due | undefined {
  if (deletion !== undefined) return { kind: 'removal', at: deletion.resumeAt }
  if (claim === undefined) return deletionDue(account.inactive)
  const at = dueAt(claim)
  if (at !== undefined) return { kind: 'claim', at }
  // Y6: an original under its suffix is never removed; the new account of a direct claim may be.
  return claim.type === 'direct' && claim.status === 'open'
    ? deletionDue(claim.newAccount.inactive)
    : undefined
}

/**
 * When the due index must bring the claim up: at its migration, or the end of the migration's lease. Its reminders follow
 * from that (`due-minutes.ts`) and move nothing. A claim whose end has come while its user was untold is held out of the
 * index (M5): the mark that a mail has left brings it back.
 */
export function dueAt(claim: OpenClaim): string | undefined {
  if (claim.status === 'migrating') return claim.resumeAt
  if (!awaitsDecision(claim)) return undefined
  const at = migrationAt(claim) ?? (claim.held ? undefined : endsAt(claim))
  return at && isoSecond(at)
}

/** Whether the automatic migration may begin: M1, M2, M5. */
export function dueForMigration(claim: OpenClaim, now: Date): boolean {
  if (claim.status === 'migrating') return true
  const at = migrationAt(claim)
  return awaitsDecision(claim) && at !== undefined && now >= at
}

/** Before reminders followed from the end, a claim stood in the due index by its next one: whether that is such a place. */
export const isByReminder = ({ createdAt }: OpenClaim, dueAt: string): boolean =>
  REMINDER_DAYS.some((day) => Date.parse(createdAt) + day * DAY_MS === Date.parse(dueAt))

/** M5: its end has come and its user is untold, so it is to be held out of the due index. */
export function dueForHolding(claim: OpenClaim, now: Date): boolean {
  return awaitsDecision(claim) && !claim.held && migrationAt(claim) === undefined && now >= endsAt(claim)
}

/**
 * N1: the day whose reminder is to be sent now; of several that were held or missed, the last. None after a bounce (N4), and
 * none once the claim's time is over: what follows then is the migration. Nor one that was due when the first mail left (M5):
 * that mail said all of it.
 */
export function dueReminder(claim: OpenClaim, now: Date): number | undefined {
  if (!awaitsDecision(claim) || isUndeliverable(claim) || dueForMigration(claim, now)) return undefined
  const end = (migrationAt(claim) ?? endsAt(claim)).getTime()
  const toldAt = claim.notifiedAt === undefined ? 0 : Date.parse(claim.notifiedAt)
  return REMINDER_DAYS.findLast((day) => {
    const at = end - aheadOfEndMs(day)
    // `remindedDay`: of claims from before reminders followed from the end.
    return at <= now.getTime() && at > toldAt && day > (claim.remindedDay ?? 0)
  })
}

/** Y4: when an inactive account is removed. */
export function deletionAt({ since }: Pick<Inactivity, 'since'>): Date {
  return new Date(new Date(since).getTime() + INACTIVE_DAYS * DAY_MS)
}

function deletionDue(inactive: Inactivity | undefined): Due | undefined {
  return inactive && { kind: 'removal', at: isoSecond(deletionAt(inactive)) }
}
