import type { SyncMode } from '../enumerations.ts'

/** What Y2 needs to know of a sync. */
export interface SyncTimes {
  readonly mode: SyncMode
  readonly phase: string
  /** ISO 8601; absent: it hasn't begun. */
  readonly startedAt?: string | undefined
}

/**
 * Y2: whether switching directory synchronisation on requires a dry run: one that began after the newest claim and has
 * completed. An org without claims needs none.
 * @param newestClaimMs when the org's newest claim was made, in milliseconds, since `createdAt` has whole seconds and a
 * dry run in that second may come before or after it; `undefined`: there is no claim
 * @param syncs the org's syncs, at least those that began since
 */
export function dryRunRequired(newestClaimMs: number | undefined, syncs: readonly SyncTimes[]): boolean {
  if (newestClaimMs === undefined) return false
  return !syncs.some(
    ({ mode, phase, startedAt }) =>
      mode === 'dry_run' &&
      phase === 'completed' &&
      // Without a time, nothing is later.
      new Date(startedAt ?? Number.NaN).getTime() > newestClaimMs,
  )
}
