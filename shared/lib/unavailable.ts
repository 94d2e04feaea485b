import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry'

/**
 * What is over by itself: others were faster time after time, or a service that this one stands on throttles, doesn't
 * answer in time, or fails. Whoever asked may ask again; everything else that is thrown is bad input or a fault of ours.
 */
export type UnavailableCode = 'busy' | 'service_unavailable'

/** Others were at the same thing, time after time. Nothing of this attempt was written. */
export class Busy extends Error {
  override readonly name = 'Busy'
}

/** A service took only a part of what it was given, or nothing, time after time. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
}

/** How AWS's services say that they are at fault themselves, whatever status they say it with. */
const faultsOfAws: ReadonlySet<string> = new Set([
  'InternalFailure',
  'InternalServerError',
  'ServiceUnavailable',
])

const hasErrorAsCause = (error: Error): error is Error & { cause?: Error } =>
  error.cause === undefined || error.cause instanceof Error

/** As the SDK sees it, which knows throttling by its many names, time-outs, and what befalls a connection. */
const saysTransient = (error: Error): boolean =>
  faultsOfAws.has(error.name) ||
  (hasErrorAsCause(error) && (isThrottlingError(error) || isTransientError(error) || isServerError(error)))

/** Why an error is over by itself, by the error or what caused it; `undefined`: it isn't. */
export function unavailableBy(error: unknown): UnavailableCode | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof Busy) return 'busy'
    if (at.name === 'TransactionConflictException') return 'busy'
    if (at instanceof Unavailable || saysTransient(at)) return 'service_unavailable'
  }
  return undefined
}
