import type { MiddlewareObj, Request } from '@middy/core'
import { faultOf, InputError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { unavailableBy } from '../../lib/unavailable.ts'
import { correlationOfRequest } from '../correlation.ts'
import { type HttpEvent, requestIdOf } from '../http.ts'
import { isProblemCode, refuse } from '../problems/problem.ts'
import { type HttpResponse, problemResponse } from '../responses.ts'

type HttpMiddleware = MiddlewareObj<HttpEvent, HttpResponse>

/**
 * Bad input becomes the problem of its code; what is over by itself, 503 with the time after which it is worth another try;
 * everything else 500, of which only the log tells more.
 */
export function problemsOnError(log: Log): HttpMiddleware {
  return {
    onError(request: Request<HttpEvent, HttpResponse>) {
      const { error, event } = request
      const requestId = requestIdOf(event)
      if (error instanceof InputError && isProblemCode(error.code)) {
        request.response = problemResponse(refuse(error.code), requestId, error.issues)
        return
      }
      const unavailable = unavailableBy(error)
      if (unavailable !== undefined) {
        log.warn('http.unavailable', {
          requestId,
          route: event.routeKey,
          code: unavailable,
          ...faultOf(error),
        })
        request.response = problemResponse(refuse(unavailable), requestId)
        return
      }
      log.error('http.failed', { requestId, route: event.routeKey, ...faultOf(error) })
      request.response = problemResponse(refuse('internal_error'), requestId)
    },
  }
}

/** Two years: what lists of sites that are never asked without TLS call for. Subdomains aren't this service's to bind. */
const HSTS = 'max-age=63072000'

/**
 * On every answer. `no-store`: they are about people, and about now. HSTS: a mailed link that somebody wrote without the
 * s is never followed in the clear; over plain HTTP, as on one machine, browsers take no notice of it.
 */
const commonHeaders = {
  'strict-transport-security': HSTS,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
}

/** Adds what all answers bear, and logs one line for each: ids only. */
export function headersAndOutcome(log: Log): HttpMiddleware {
  const finish = (request: Request<HttpEvent, HttpResponse>): void => {
    const { event, response } = request
    if (!response) return
    const requestId = requestIdOf(event)
    const headers = { ...commonHeaders, 'x-request-id': requestId, ...response.headers }
    request.response = { ...response, headers }
    const correlationId = correlationOfRequest(requestId, event.headers['idempotency-key'])
    log.info('http.answered', {
      requestId,
      correlationId,
      route: event.routeKey,
      status: response.statusCode,
    })
  }
  return { before: ({ context }) => log.enter(context), after: finish, onError: finish }
}
