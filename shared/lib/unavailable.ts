import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry'

/**
 * Temporary failures: other writers kept winning, or a service that this one depends on throttles, times out or fails.
 * The caller may try again. Anything else that is thrown is bad input or a bug.
 */
export type UnavailableCode = 'busy' | 'service_unavailable'

/** Other writers kept winning. Nothing of this attempt was written. */
export class Busy extends Error {
  override readonly name = 'Busy'
}

/** A service repeatedly accepted only a part of a batch, or nothing. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
}

/** Error names by which AWS services report their own faults, whatever the HTTP status. */
const faultsOfAws: ReadonlySet<string> = new Set([
  'InternalFailure',
  'InternalServerError',
  'ServiceUnavailable',
])

const hasErrorAsCause = (error: Error): error is Error & { cause?: Error } =>
  error.cause === undefined || error.cause instanceof Error

/** Whether the SDK counts it as transient: it knows the many names of throttling, time-outs and connection errors. */
const saysTransient = (error: Error): boolean =>
  faultsOfAws.has(error.name) ||
  (hasErrorAsCause(error) && (isThrottlingError(error) || isTransientError(error) || isServerError(error)))

/** Why an error, or one of its causes, is temporary; `undefined` if it isn't. */
export function unavailableBy(error: unknown): UnavailableCode | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof Busy) return 'busy'
    if (at.name === 'TransactionConflictException') return 'busy'
    if (at instanceof Unavailable || saysTransient(at)) return 'service_unavailable'
  }
  return undefined
}
