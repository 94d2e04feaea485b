import { DAY_MS, isoSecond, isoSecondUp } from '../../lib/time.ts'
import { deletionAt } from '../due/due-work.ts'
import { inactivate, mayBeSynced, reactivate } from './inactivation.ts'
import type { AccountRecord } from '../types.ts'
import type { AccountInRecord } from '../claims/views.ts'
import type { SyncStatus } from '../enumerations.ts'

/** Y3–Y8: what a directory synchronisation does to an org's users. */

/** In the order in which they are listed: first what a full sync does, and can't be undone after the 30 days. */
export const syncOutcomes = ['inactivate', 'restore', 'add', 'untouched', 'match'] as const
export type SyncOutcome = (typeof syncOutcomes)[number]
export type UserOutcome = Exclude<SyncOutcome, 'add'>
/** The outcomes that a full sync carries out. */
export type SyncAction = 'inactivate' | 'restore'

/**
 * A sync's next step. `upload` and `held` wait for the admin, `directory` reads the file, `users` reads the org's
 * users, `compare` compares the two, `apply` changes users.
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

/** The status that the contract shows for a phase. */
export function statusOf({ phase }: { readonly phase: SyncPhase }): SyncStatus {
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

/** Addresses of a directory that is sent as a list. */
export const MAX_LISTED_ADDRESSES = 1_000
/** Y8: users that may become inactive without an admin's confirmation, however small the org. */
export const MAX_UNHELD_INACTIVATIONS = 5
/** Days before the deletion on which the admins are warned. */
export const WARNING_DAYS: readonly number[] = [10, 3, 1]
/** Users named in a mail to the admins; the rest are counted. */
export const MAX_NAMED_USERS = 20

/** What the comparison needs to know of a user. */
export interface ComparedUser {
  /** Y6: whether a sync may touch the user. */
  readonly touchable: boolean
  /** Whether an earlier sync made the user inactive, and none has found them since. */
  readonly missedBefore: boolean
}

export const comparedUser = (record: AccountRecord, inRecord: AccountInRecord): ComparedUser => ({
  touchable: mayBeSynced(record, inRecord),
  missedBefore: inRecord.account.inactive !== undefined,
})

/**
 * The outcome for a user. One who was missing before and still is stays as they are: their 30 days don't begin anew.
 */
export function outcomeFor({ touchable, missedBefore }: ComparedUser, inDirectory: boolean): UserOutcome {
  if (!touchable) return 'untouched'
  if (inDirectory) return missedBefore ? 'restore' : 'match'
  return missedBefore ? 'untouched' : 'inactivate'
}

/**
 * Y8: whether a sync would make suspiciously many users inactive, as it would if the directory's export was cut off.
 */
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

export type OutcomePlan =
  | { readonly outcome: 'write'; readonly record: AccountRecord }
  /** `done`: this sync did it before. `changed`: it no longer applies. */
  | { readonly outcome: 'done' | 'changed' }

const DONE: OutcomePlan = { outcome: 'done' }
const CHANGED: OutcomePlan = { outcome: 'changed' }

/** Plans an action of a full sync by the record as it is now. */
export function applyOutcome(
  { record, inRecord }: { readonly record: AccountRecord; readonly inRecord: AccountInRecord },
  action: SyncAction,
  { orgId, syncId, now }: SyncedBy,
): OutcomePlan {
  const { inactive, orgId: ofOrg } = inRecord.account
  if (ofOrg !== orgId || !mayBeSynced(record, inRecord)) return CHANGED
  const by = `sync:${syncId}` as const
  switch (action) {
    case 'inactivate':
      if (inactive !== undefined) return inactive.syncId === syncId ? DONE : CHANGED
      return { outcome: 'write', record: inactivate(record, inRecord, syncId, { now, by }) }
    case 'restore': {
      if (inactive !== undefined)
        return { outcome: 'write', record: reactivate(record, inRecord, { now, by }) }
      const { change } = record
      return change?.what === 'user.restored' && change.by === by ? DONE : CHANGED
    }
  }
}

/** When the first of the users whom a sync makes inactive from `at` on is deleted. */
export function firstDeletionAt(at: Date): string {
  return isoSecond(deletionAt({ since: isoSecondUp(at) }))
}

export interface Warning {
  readonly days: number
  readonly at: Date
}

const warningsBefore = (deletion: string): Warning[] =>
  WARNING_DAYS.map((days) => ({ days, at: new Date(new Date(deletion).getTime() - days * DAY_MS) }))

/** When the admins are warned next, after `now`; whole seconds. */
export function nextWarningAt(deletion: string, now: Date): string | undefined {
  const next = warningsBefore(deletion).find(({ at }) => at > now)
  return next && isoSecond(next.at)
}

/** The warning that is due: the last one if several were missed, none once the deletion has begun. */
export function dueWarning(deletion: string, now: Date): Warning | undefined {
  if (now >= new Date(deletion)) return undefined
  return warningsBefore(deletion).findLast(({ at }) => at <= now)
}
