/** A sync, as far as Y2 looks at it. */
export interface SyncRun {
  readonly mode: 'dry_run' | 'full'
  readonly phase: string
  /** ISO 8601; absent: it has not begun. */
  readonly startedAt?: string | undefined
}

/**
 * Y2: whether switching directory synchronisation on takes a dry run first: one that began after the newest claim, and has
 * completed. An org that made no claim needs none.
 * @param newestClaimMs when the org's newest claim was made, in milliseconds: `createdAt` has whole seconds, and a dry run in
 *   that same second may be before or after it. `undefined`: there is none
 * @param syncs the org's syncs, at least those that began since
 */
export function dryRunRequired(newestClaimMs: number | undefined, syncs: readonly SyncRun[]): boolean {
  if (newestClaimMs === undefined) return false
  return !syncs.some(
    ({ mode, phase, startedAt }) =>
      mode === 'dry_run' &&
      phase === 'completed' &&
      startedAt !== undefined &&
      Date.parse(startedAt) > newestClaimMs,
  )
}
