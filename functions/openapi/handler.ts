import { type HttpHandler, httpHandler } from '../../shared/api/api.ts'
import { type HttpEvent, requestIdOf } from '../../shared/api/http.ts'
import { openApiDocument } from '../../shared/api/openapi.ts'
import { refuse } from '../../shared/api/problem.ts'
import { type HttpResponse, JSON_TYPE, problemResponse } from '../../shared/api/responses.ts'
import { openApiRoutes, type Route, routes } from '../../shared/api/routes.ts'
import type { Log } from '../../shared/kit/log.ts'

const API_VERSION = '1.0.0'

/** `/v1/claims/{claimId}` → whether a path is one of these. */
function matcherOf(template: string): (path: string) => boolean {
  const segments = template.split('/')
  return (path) => {
    const given = path.split('/')
    return (
      given.length === segments.length &&
      segments.every((segment, n) => (segment.startsWith('{') ? given[n] !== '' : segment === given[n]))
    )
  }
}

/** Which methods a path takes; none: it is no route's. */
function methodsOf(all: readonly Route[]): (path: string) => string[] {
  const known = all.map(({ method, path }) => ({ method, matches: matcherOf(path) }))
  return (path) => [...new Set(known.filter(({ matches }) => matches(path)).map(({ method }) => method))]
}

/**
 * Triggered by API Gateway for `GET /openapi.json`, and for every request that is no route's (`$default`), once each.
 * Changes nothing.
 */
export function createHandler(log: Log): HttpHandler {
  const document = JSON.stringify(openApiDocument(API_VERSION))
  const methods = methodsOf(routes)
  const served = new Set<string>(openApiRoutes.map(({ method, path }) => `${method} ${path}`))
  return httpHandler(log, async (event) =>
    served.has(event.routeKey)
      ? { statusCode: 200, headers: { 'content-type': JSON_TYPE }, body: document }
      : noRoute(event, methods(event.rawPath)),
  )
}

function noRoute(event: HttpEvent, methods: readonly string[]): HttpResponse {
  const requestId = requestIdOf(event)
  if (methods.length === 0) return problemResponse(refuse('not_found'), requestId)
  const response = problemResponse(refuse('method_not_allowed'), requestId)
  return { ...response, headers: { ...response.headers, allow: methods.join(', ') } }
}
