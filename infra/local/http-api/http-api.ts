/**
 * API Gateway's HTTP API: it routes, authorizes and integrates as the template says. Its own errors are problem
 * documents, as the service's contract has them; a real HTTP API has its own format.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Authorizer } from './jwt-authorizer.ts'
import { corsHeaders, isPreflight, preflightHeaders } from '../http/cors.ts'
import type { InvocationOutcome } from '../functions/functions.ts'
import { decodePath, toEvent, toResponse } from './proxy-event.ts'
import { type HttpApiDefinition, createRouter } from './routes.ts'
import { type Problem, sendProblem } from '../http/problem.ts'
import { readBody } from '../http/read-body.ts'

/** API Gateway's limit. */
const maximumBodyBytes = 10 * 1024 * 1024

export interface HttpApiOptions {
  readonly api: HttpApiDefinition
  readonly authorize: Authorizer
  readonly invoke: (functionArn: string, event: unknown) => Promise<InvocationOutcome>
  readonly now: () => Date
  readonly log: (line: string) => void
}

const tooLate = Symbol('too late')

const internalError: Problem = {
  status: 500,
  code: 'internal_error',
  detail: 'Something went wrong on our side. Nothing is lost: try again.',
}

export function createHttpApi(options: HttpApiOptions): RequestListener {
  const { api, now } = options
  const route = createRouter(api.routes)

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
  ): Promise<void> {
    // API Gateway answers preflights itself, for any path, and adds CORS headers to all other answers.
    if (api.cors.length > 0 && isPreflight(request)) {
      request.resume()
      response.writeHead(204, preflightHeaders(api.cors, request) ?? {}).end()
      return
    }
    for (const [name, value] of Object.entries(corsHeaders(api.cors, request)))
      response.setHeader(name, value)
    const fail = (problem: Problem) => sendProblem(response, { ...problem, requestId })
    const [rawPath = '/', ...query] = (request.url ?? '/').split('?')
    const path = decodePath(rawPath)
    const body = await readBody(request, maximumBodyBytes)
    if (body === undefined) {
      return fail({ status: 413, code: 'body_too_large', detail: 'A body has 10 MB at most.' })
    }
    if (path === undefined) {
      return fail({ status: 400, code: 'invalid_request', detail: 'The path is not validly encoded.' })
    }
    const match = route(request.method ?? 'GET', path)
    if (match === undefined) return fail({ status: 404, code: 'not_found', detail: 'There is nothing here.' })
    const startedAt = performance.now()
    // Logs the route like the stage's access log, and not the path: a decision's path contains the token that
    // decides.
    response.on('finish', () => {
      const tookMs = Math.round(performance.now() - startedAt)
      options.log(`${match.route.key} ${response.statusCode} ${tookMs} ms ${requestId}`)
    })
    const authorization = await options.authorize(match.route, request.headers.authorization)
    if (!authorization.allowed) return fail(authorization.problem)
    const event = toEvent({
      request,
      body,
      path,
      rawQuery: query.join('?'),
      match,
      requestId,
      apiId: api.id,
      now: now(),
      ...(match.route.jwt !== undefined && { claims: authorization.claims }),
    })
    const limit = new AbortController()
    const outcome = await Promise.race([
      options.invoke(match.route.functionArn, event),
      sleep(match.route.timeoutMs, tooLate, { signal: limit.signal }),
    ])
    if (outcome === tooLate) {
      const detail = 'The service did not answer in time. Whether it did what was asked is not known.'
      return fail({ status: 503, code: 'service_unavailable', detail })
    }
    limit.abort()
    const made = outcome.ok ? toResponse(outcome.payload) : undefined
    if (made === undefined) return fail(internalError)
    const hasBody = made.status !== 204 && made.status !== 304
    const length = hasBody ? { 'content-length': made.body.length } : {}
    response.writeHead(made.status, { ...made.headers, ...length }).end(hasBody ? made.body : undefined)
  }

  return (request, response) => {
    const requestId = randomUUID()
    response.setHeader('date', now().toUTCString())
    response.setHeader('apigw-requestid', requestId)
    answer(request, response, requestId).catch((error: unknown) => {
      // The client went away during its request, or this code has a bug.
      options.log(`${requestId}: ${error instanceof Error ? error.stack : String(error)}`)
      if (!response.headersSent) sendProblem(response, { ...internalError, requestId })
    })
  }
}
