import { BusyError, type BusyTimes, InputError } from './errors.ts'
import { unavailableBy } from './unavailable.ts'

/**
 * Why a message's try came to nothing. `unreadable`: no try will ever do better. `busy`: something it needs is throttled, down
 * or too slow, and another try will do, once that is over. `failed`: anything else, a bug for all we know.
 */
export type FailureKind = 'unreadable' | 'busy' | 'failed'

/** The code of a message that nobody can read. */
export const MALFORMED_MESSAGE = 'malformed_message'

/** The code of a mail that SES won't take at any time: an address it can't read, or content it refuses. */
export const MAIL_REFUSED = 'mail_refused'

const NEVER: ReadonlySet<string> = new Set([MALFORMED_MESSAGE, MAIL_REFUSED])

export function failureKindOf(error: unknown): FailureKind {
  if (error instanceof InputError && NEVER.has(error.code)) return 'unreadable'
  if (unavailableBy(error) !== undefined) return 'busy'
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof BusyError) return 'busy'
  return 'failed'
}

/** How long a busy failure needs before another try, as far as anybody knows. */
export function waitsOf(error: unknown): BusyTimes {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof BusyError) return at.times
  return {}
}
