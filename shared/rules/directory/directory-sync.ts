import { DAY_MS, isoSecond, isoSecondUp } from '../../lib/time.ts'
import { deletionAt } from '../due/due-work.ts'
import { inactivate, mayBeSynced, reactivate } from './inactivation.ts'
import type { AccountRecord } from '../types.ts'
import type { StandingAccount } from '../claims/views.ts'

/** What an org's directory means for its users (Y3–Y6), as pure judgements. */

export type SyncMode = 'dry_run' | 'full'

/** In the order in which they are listed: first what a full sync does, and can't be undone for ever. */
export const syncOutcomes = ['inactivate', 'restore', 'add', 'untouched', 'match'] as const
export type SyncOutcome = (typeof syncOutcomes)[number]
export type UserOutcome = Exclude<SyncOutcome, 'add'>
/** Those that a full sync carries out. */
export type SyncAction = 'inactivate' | 'restore'

/**
 * What is done next: `upload` and `held` wait for the admin; `directory` reads the file, `users` the org, `compare` puts
 * them side by side; `apply` changes the users.
 */
export const syncPhases = [
  'upload',
  'directory',
  'users',
  'compare',
  'held',
  'apply',
  'completed',
  'failed',
] as const
export type SyncPhase = (typeof syncPhases)[number]

/** The contract's status of a phase. */
export function statusOf({
  phase,
}: {
  readonly phase: SyncPhase
}): 'waiting' | 'running' | 'completed' | 'failed' {
  switch (phase) {
    case 'upload':
    case 'held':
      return 'waiting'
    case 'directory':
    case 'users':
    case 'compare':
    case 'apply':
      return 'running'
    case 'completed':
    case 'failed':
      return phase
  }
}

/** Of a directory that is sent as a list. */
export const MAX_LISTED_ADDRESSES = 1_000
/** Y8, users: however small an org is, so many may leave it at once without an admin's word. */
export const MAX_UNHELD_INACTIVATIONS = 5
/** Days before the removal at which the admins are warned. */
export const WARNING_DAYS: readonly number[] = [10, 3, 1]
/** Users named in a mail to the admins; the rest is counted. */
export const MAX_NAMED_USERS = 20

/** How a user of the org stands when the directory is compared with it. */
export interface ComparedUser {
  /** Y6. */
  readonly touchable: boolean
  /** An earlier sync made it inactive, and no later one has found it. */
  readonly missedBefore: boolean
}

export const comparedUser = (record: AccountRecord, standing: StandingAccount): ComparedUser => ({
  touchable: mayBeSynced(record, standing),
  missedBefore: standing.account.inactive !== undefined,
})

/** Who was missed before and still is stays as it is: its 30 days aren't begun anew by every sync. */
export function outcomeFor({ touchable, missedBefore }: ComparedUser, inDirectory: boolean): UserOutcome {
  if (!touchable) return 'untouched'
  if (inDirectory) return missedBefore ? 'restore' : 'match'
  return missedBefore ? 'untouched' : 'inactivate'
}

/** Y8, the safety stop: an export that was cut off looks just like this. */
export const tooManyInactivations = (
  inactivations: number,
  touchable: number,
  maxInactivePercent: number,
): boolean => inactivations > MAX_UNHELD_INACTIVATIONS && inactivations * 100 > maxInactivePercent * touchable

export interface SyncedBy {
  readonly orgId: string
  readonly syncId: string
  readonly now: Date
}

/**
 * What carrying an outcome out comes to, judged by the record as it stands now: the next record, `done` where this very
 * sync did it before, or `changed` where it isn't right any more.
 */
export function carryOut(
  { record, standing }: { readonly record: AccountRecord; readonly standing: StandingAccount },
  action: SyncAction,
  { orgId, syncId, now }: SyncedBy,
): AccountRecord | 'done' | 'changed' {
  const { inactive, orgId: ofOrg } = standing.account
  if (ofOrg !== orgId || !mayBeSynced(record, standing)) return 'changed'
  const by = `sync:${syncId}` as const
  switch (action) {
    case 'inactivate':
      if (inactive !== undefined) return inactive.syncId === syncId ? 'done' : 'changed'
      return inactivate(record, standing, syncId, { now, by })
    case 'restore': {
      if (inactive !== undefined) return reactivate(record, standing, { now, by })
      const { change } = record
      return change?.what === 'user.restored' && change.by === by ? 'done' : 'changed'
    }
  }
}

/** The first instant at which anybody whom a sync makes inactive from `at` on is removed. */
export function firstDeletionAt(at: Date): string {
  return isoSecond(deletionAt({ since: isoSecondUp(at) }))
}

export interface Warning {
  readonly days: number
  readonly at: Date
}

const warningsBefore = (deletion: string): Warning[] =>
  WARNING_DAYS.map((days) => ({ days, at: new Date(new Date(deletion).getTime() - days * DAY_MS) }))

/** When the admins are to be warned next, after `now`; whole seconds. */
export function nextWarningAt(deletion: string, now: Date): string | undefined {
  const next = warningsBefore(deletion).find(({ at }) => at > now)
  return next && isoSecond(next.at)
}

/** The warning whose time has come; of several that were missed, the last; none once the removal has begun. */
export function dueWarning(deletion: string, now: Date): Warning | undefined {
  if (now >= new Date(deletion)) return undefined
  return warningsBefore(deletion).findLast(({ at }) => at <= now)
}
