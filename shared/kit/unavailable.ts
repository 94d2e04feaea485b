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

/** How AWS's services say that they are throttled, or at fault themselves, whatever status they say it with. */
const transientErrors: ReadonlySet<string> = new Set([
  'InternalFailure',
  'InternalServerError',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestTimeout',
  'RequestTimeoutException',
  'ServiceUnavailable',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TimeoutError',
  'TooManyRequestsException',
  'TransactionInProgressException',
])

/** How Node.js names what befalls a connection. */
const networkErrors: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
])

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

function saysTransient(error: Error & { readonly code?: unknown; readonly $metadata?: unknown }): boolean {
  if (transientErrors.has(error.name)) return true
  if (typeof error.code === 'string' && networkErrors.has(error.code)) return true
  const status = isObject(error.$metadata) ? error.$metadata.httpStatusCode : undefined
  return typeof status === 'number' && (status >= 500 || status === 429)
}

/** Why an error is over by itself, by the error or what caused it; `undefined`: it isn't. */
export function unavailableBy(error: unknown): UnavailableCode | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof Busy) return 'busy'
    if (at.name === 'TransactionConflictException') return 'busy'
    if (at instanceof Unavailable || saysTransient(at)) return 'service_unavailable'
  }
  return undefined
}
