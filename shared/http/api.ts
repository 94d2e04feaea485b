import middy, { type MiddyfiedHandler } from '@middy/core'
import type { Log } from '../lib/log.ts'
import type { Clock } from '../lib/time.ts'
import { readJson } from './body.ts'
import { callerFor } from './caller.ts'
import { type HttpEvent, requestIdOf } from './http.ts'
import { type IdempotencyPorts, answerOnce, readIdempotencyKey } from './middleware/idempotency.ts'
import { headersAndOutcome, problemsOnError } from './middleware/problems-and-headers.ts'
import type { Answer, AnyOperation } from './operation.ts'
import { refuse } from './problems/problem.ts'
import { headersOf, versionsOf } from './record-headers.ts'
import { type HttpResponse, jsonResponse, problemResponse } from './responses.ts'
import type { Method, Route, Scope } from './routes.ts'
import type { Served } from './serve.ts'

interface ApiRoute extends Route {
  readonly scope: Scope
}

export interface ApiDeps {
  readonly idempotency: IdempotencyPorts
  readonly log: Log
  readonly now: Clock
}

export type HttpHandler = MiddyfiedHandler<HttpEvent, HttpResponse>

/** Middy runs `onError` hooks in reverse order: a failure becomes an answer before the answer is completed. */
export function httpHandler(log: Log, answer: (event: HttpEvent) => Promise<HttpResponse>): HttpHandler {
  return middy<HttpEvent, HttpResponse>()
    .use(headersAndOutcome(log))
    .use(problemsOnError(log))
    .handler(answer)
}

/**
 * The handler of a function that serves `routes`; API Gateway calls it once per request. A POST repeated with the
 * same Idempotency-Key gets the first answer again. Other requests are carried out again, which is safe: they are
 * idempotent.
 */
export function createApi<R extends ApiRoute>(
  routes: readonly R[],
  served: { readonly [N in R['operation']]: Served<N> },
  deps: ApiDeps,
): HttpHandler {
  const table = new Map(
    routes.map((route): [string, { route: ApiRoute; served: Served }] => {
      const operation: R['operation'] = route.operation
      return [`${route.method} ${route.path}`, { route, served: served[operation] }]
    }),
  )
  return httpHandler(deps.log, async (event) => {
    const requestId = requestIdOf(event)
    const found = table.get(event.routeKey)
    if (found === undefined) return problemResponse(refuse('not_found'), requestId)
    const { route } = found
    const caller = callerFor(event.requestContext.authorizer, route)
    if ('problem' in caller) return problemResponse(caller, requestId)

    const idempotencyKey = takesKey(route.method)
      ? readIdempotencyKey(event.headers['idempotency-key'])
      : undefined
    const prepared = found.served.prepare(
      {
        path: event.pathParameters ?? {},
        query: event.queryStringParameters ?? {},
        body: bodyOf(event, route.method),
      },
      route.method,
    )
    const now = deps.now()
    const versions = versionsOf(event.headers['if-match'])
    const answer = async (firstAt: Date): Promise<HttpResponse> =>
      toResponse(
        await prepared.run({ caller, requestId, idempotencyKey, now, firstAt, versions }),
        requestId,
        found.served.operation,
      )
    if (idempotencyKey === undefined) return answer(now)
    const { orgId } = caller
    const response = await answerOnce(
      deps.idempotency,
      {
        orgId,
        operation: route.operation,
        key: idempotencyKey,
        input: versions === undefined ? prepared.input : [prepared.input, versions],
        now,
      },
      answer,
    )
    return 'problem' in response ? problemResponse(response, requestId) : response
  })
}

/** RFC 9110, 9.3.1: the body of a GET has no meaning, so it is ignored. */
const bodyOf = (event: HttpEvent, method: Method): unknown =>
  method === 'GET' ? undefined : readJson(event, event.headers['content-type'])

const takesKey = (method: Method): boolean => method === 'POST'

function toResponse(answer: Answer, requestId: string, operation: AnyOperation): HttpResponse {
  if ('problem' in answer) return problemResponse(answer, requestId)
  const response = jsonResponse(answer.status, answer.body)
  return { ...response, headers: { ...response.headers, ...headersOf(answer, operation) } }
}
