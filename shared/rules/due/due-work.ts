import { DAY_MS, isoSecond } from '../../lib/time.ts'
import { dueForMigration } from '../claims/migration.ts'
import { awaitsDecision, migrationAt } from '../claims/migration-hold.ts'
import { endsAt } from '../claims/transition.ts'
import { INACTIVE_DAYS, REMINDER_DAYS } from '../limits.ts'
import { isUndeliverable } from '../mail/notification.ts'
import type { AccountRecord, Inactivity, OpenClaim } from '../types.ts'
import { type Due, reminderLeadMs } from './due-minutes.ts'

/**
 * When a record next falls due, and for which kind of work; `undefined`: never. All due times are decided
 * here.
 */
export function dueOf({ account, claim, deletion }: AccountRecord): Due | undefined {
  if (deletion !== undefined) return { kind: 'job', at: deletion.resumeAt }
  if (claim === undefined) return deletionDue(account.inactive)
  const at = dueAt(claim)
  if (at !== undefined) return { kind: 'claim', at }
  // Y6: an original under its suffix is never deleted by a sync; the new account of a direct claim may be.
  return claim.type === 'direct' && claim.status === 'open'
    ? deletionDue(claim.newAccount.inactive)
    : undefined
}

/**
 * When a claim falls due: at its migration, or when the migration's lease ends. Reminders use the same entry
 * (`due-minutes.ts`) and don't move it. A claim whose time is over before its user was notified leaves the
 * index (M5); recording that a mail has left brings it back.
 */
export function dueAt(claim: OpenClaim): string | undefined {
  if (claim.status === 'migrating') return claim.resumeAt
  if (!awaitsDecision(claim)) return undefined
  const at = migrationAt(claim) ?? (claim.held ? undefined : endsAt(claim))
  return at && isoSecond(at)
}

/**
 * N1: the day whose reminder is due; the last one if several were held or missed. `undefined` after a bounce (N4),
 * once the migration is due, and for a day that had passed when the first mail left (M5), since that mail said the
 * same.
 */
export function dueReminder(claim: OpenClaim, now: Date): number | undefined {
  if (!awaitsDecision(claim) || isUndeliverable(claim) || dueForMigration(claim, now)) return undefined
  const end = (migrationAt(claim) ?? endsAt(claim)).getTime()
  const notifiedAtMs = claim.notifiedAt === undefined ? 0 : Date.parse(claim.notifiedAt)
  return REMINDER_DAYS.findLast((day) => {
    const at = end - reminderLeadMs(day)
    return at <= now.getTime() && at > notifiedAtMs
  })
}

/** Y4: when an inactive account is deleted. */
export function deletionAt({ since }: Pick<Inactivity, 'since'>): Date {
  return new Date(new Date(since).getTime() + INACTIVE_DAYS * DAY_MS)
}

function deletionDue(inactive: Inactivity | undefined): Due | undefined {
  return inactive && { kind: 'job', at: isoSecond(deletionAt(inactive)) }
}
