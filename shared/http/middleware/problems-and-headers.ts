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
 * Turns exceptions into problems: bad input into the problem of its code, a transient failure into 503 with
 * `Retry-After`, and anything else into 500, whose cause only the log has.
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

/** HSTS for two years, as browsers' preload lists require. Without subdomains, which may belong to others. */
const HSTS = 'max-age=63072000'

/**
 * Headers of every answer. `no-store`, since answers are personal and soon outdated. HSTS, so that a mailed link that
 * somebody typed as http:// is never followed unencrypted; browsers ignore that header over plain HTTP, as on the
 * local service.
 */
const commonHeaders = {
  'strict-transport-security': HSTS,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
}

/** Adds the headers of every answer, and logs one line per request, with ids only. */
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
