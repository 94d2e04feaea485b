/** The source of the current time. Passed in everywhere, so that tests and the local service can move it. */
export type Clock = () => Date

export const SECOND_MS = 1_000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** An ISO 8601 instant in UTC, whole seconds, as `2026-11-22T12:00:00Z`. */
export function isoSecond(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`
}

/** As `isoSecond`, rounded up, so that a period counted from it is never too short. */
export function isoSecondUp(at: Date): string {
  return isoSecond(new Date(Math.ceil(at.getTime() / SECOND_MS) * SECOND_MS))
}

export function epochSeconds(at: Date): number {
  return Math.floor(at.getTime() / SECOND_MS)
}
