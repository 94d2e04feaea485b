import { DAY_MS, isoSecond } from '../kit/time.ts'
import { INACTIVE_DAYS, REMINDER_DAYS } from './limits.ts'
import { isUndeliverable } from './notification.ts'
import { awaitsDecision, migrationAt } from './telling.ts'
import type { AccountRecord, Inactivity, OpenClaim } from './types.ts'

/** What stands in the due index for a record, and who takes it up: the claim's worker, or the one that removes. */
export interface Due {
  readonly kind: 'claim' | 'removal'
  /** Whole seconds. */
  readonly at: string
}

/** The next thing that falls due for a record; `undefined`: nothing ever. The one place that says when. */
export function dueOf({ account, claim, removal }: AccountRecord): Due | undefined {
  if (removal !== undefined) return { kind: 'removal', at: removal.resumeAt }
  if (claim === undefined) return removalDue(account.inactive)
  const at = dueAt(claim)
  if (at !== undefined) return { kind: 'claim', at }
  // Y6: an original under its suffix is never removed; the new account of a direct claim may be.
  return claim.type === 'direct' && claim.status === 'open'
    ? removalDue(claim.newAccount.inactive)
    : undefined
}

/**
 * When the due index must bring the claim up: its next reminder, its migration, or the end of the migration's lease. Never,
 * after the last reminder, while its user is untold (M5): the mark that a mail has left brings it into the index.
 */
export function dueAt(claim: OpenClaim): string | undefined {
  if (claim.status === 'migrating') return claim.resumeAt
  if (!awaitsDecision(claim)) return undefined
  const at = nextReminder(claim)?.at ?? migrationAt(claim)
  return at && isoSecond(at)
}

/** Whether the automatic migration may begin: M1, M2, M5. */
export function dueForMigration(claim: OpenClaim, now: Date): boolean {
  if (claim.status === 'migrating') return true
  const at = migrationAt(claim)
  return awaitsDecision(claim) && at !== undefined && now >= at
}

/**
 * N1: the day whose reminder is to be sent now; of several that were missed, the last. None after a bounce (N4), and
 * none once the claim's time is over: what follows then is the migration.
 */
export function dueReminder(claim: OpenClaim, now: Date): number | undefined {
  if (dueForMigration(claim, now)) return undefined
  return remindersAhead(claim).findLast(({ at }) => at <= now)?.day
}

function remindersAhead(claim: OpenClaim): { day: number; at: Date }[] {
  if (!awaitsDecision(claim)) return []
  if (isUndeliverable(claim)) return []
  const createdAt = new Date(claim.createdAt).getTime()
  return REMINDER_DAYS.filter((day) => day > (claim.remindedDay ?? 0)).map((day) => ({
    day,
    at: new Date(createdAt + day * DAY_MS),
  }))
}

const nextReminder = (claim: OpenClaim) => remindersAhead(claim)[0]

/** Y4: when an inactive account is removed. */
export function removalAt({ since }: Pick<Inactivity, 'since'>): Date {
  return new Date(new Date(since).getTime() + INACTIVE_DAYS * DAY_MS)
}

function removalDue(inactive: Inactivity | undefined): Due | undefined {
  return inactive && { kind: 'removal', at: isoSecond(removalAt(inactive)) }
}
