import { BusyError, type BusyTimes, InputError } from './errors.ts'
import { unavailableBy } from './unavailable.ts'

/**
 * Why a delivery failed. `unreadable`: no retry can succeed. `busy`: something it needs is throttled, down or too slow,
 * and a retry will succeed once that is over. `failed`: anything else, presumably a bug.
 */
export type FailureKind = 'unreadable' | 'busy' | 'failed'

/** The `InputError` code of a message that can't be parsed. */
export const MALFORMED_MESSAGE = 'malformed_message'

/** The `InputError` code of a mail that SES refuses for good: an address it can't parse, or content it rejects. */
export const MAIL_REFUSED = 'mail_refused'

const NEVER: ReadonlySet<string> = new Set([MALFORMED_MESSAGE, MAIL_REFUSED])

export function failureKindOf(error: unknown): FailureKind {
  if (error instanceof InputError && NEVER.has(error.code)) return 'unreadable'
  if (unavailableBy(error) !== undefined) return 'busy'
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof BusyError) return 'busy'
  return 'failed'
}

/** How long a busy failure is known to last; empty if unknown. */
export function busyTimesOf(error: unknown): BusyTimes {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof BusyError) return at.times
  return {}
}
