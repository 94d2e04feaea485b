import { type HttpHandler, httpHandler } from '../../shared/http/api.ts'
import { asyncApiDocument } from '../../shared/http/documents/asyncapi.ts'
import { docsAssets } from '../../shared/http/documents/docs-assets.ts'
import { type RequestHeaders, serveDocument } from '../../shared/http/documents/serve-document.ts'
import { explanations } from '../../shared/http/problems/explanations.ts'
import { prefersPage } from '../../shared/http/format.ts'
import { type HttpEvent, requestIdOf } from '../../shared/http/http.ts'
import { openApiDocument } from '../../shared/http/documents/openapi.ts'
import { refuse } from '../../shared/http/problems/problem.ts'
import { type HttpResponse, JSON_TYPE, problemResponse } from '../../shared/http/responses.ts'
import {
  type DocumentOperation,
  documentRoutes,
  type WiredRoute,
  wiredRoutes,
} from '../../shared/http/routes.ts'
import type { Log } from '../../shared/lib/log.ts'
import { explanationPage, explanationsPage } from '../../shared/decision-page/explanation-page.ts'
import { pageCsp } from '../../shared/decision-page/page.ts'
import { docsCsp, docsPage, docsScheme, docsStart, docsStyle } from './docs-page.ts'

const API_VERSION = '1.0.0'

/** Compiles a template such as `/v1/claims/{claimId}` to a test of paths. */
function matcherOf(template: string): (path: string) => boolean {
  const segments = template.split('/')
  return (path) => {
    const given = path.split('/')
    const isGreedy = template.endsWith('+}')
    return (
      (isGreedy ? given.length >= segments.length : given.length === segments.length) &&
      segments.every((segment, n) => (segment.startsWith('{') ? given[n] !== '' : segment === given[n]))
    )
  }
}

/** Looks up the methods of a path; empty if no route has it. */
function methodsOf(all: readonly WiredRoute[]): (path: string) => string[] {
  const known = all.map(({ method, path }) => ({ method, path, matches: matcherOf(path) }))
  return (path) => {
    const matching = known.filter(({ matches }) => matches(path))
    // An exact path wins: `/v1/claims/preview` also matches `/v1/claims/{claimId}`.
    const exact = matching.filter((route) => route.path === path)
    return [...new Set((exact.length > 0 ? exact : matching).map(({ method }) => method))]
  }
}

/** Reads a file of `docsAssets`. */
export type ReadAsset = (name: string) => Buffer

const SCRIPT = 'text/javascript; charset=utf-8'

type Serve = (request: RequestHeaders) => HttpResponse

const json = (value: unknown): Serve => serveDocument({ contentType: JSON_TYPE, body: JSON.stringify(value) })

const page = (html: string, csp = pageCsp): Serve =>
  serveDocument({
    contentType: 'text/html; charset=utf-8',
    body: html,
    headers: { 'content-security-policy': csp, 'referrer-policy': 'no-referrer' },
  })

/** The files of `/docs`, read on demand: few requests need them, so a cold start shouldn't wait for them. */
const docsFiles = (readAsset: ReadAsset): Map<string, Serve> =>
  new Map([
    ...Object.entries(docsAssets).map(([name, contentType]): [string, Serve] => [
      name,
      lazily(() => serveDocument({ contentType, body: readAsset(name) })),
    ]),
    ['scheme.js', serveDocument({ contentType: SCRIPT, body: docsScheme })],
    ['start.js', serveDocument({ contentType: SCRIPT, body: docsStart })],
    ['page.css', serveDocument({ contentType: 'text/css; charset=utf-8', body: docsStyle })],
  ])

/** Serves a value as JSON or as a page, whichever the caller accepts. */
function inTwoForms(value: unknown, html: string): Serve {
  const [asJson, asPage] = [json(value), page(html)]
  return (request) => (prefersPage(request.accept) ? asPage(request) : asJson(request))
}

/** Builds a document on first use: most instances serve only one. */
function lazily(make: () => Serve): Serve {
  let made: Serve | undefined
  return (request) => {
    made ??= make()
    return made(request)
  }
}

/**
 * Called by API Gateway for the documents that describe the service, and for every request that matches no route
 * (`$default`). Changes nothing.
 */
export function createHandler(log: Log, readAsset: ReadAsset): HttpHandler {
  const files = docsFiles(readAsset)
  const methods = methodsOf(wiredRoutes)
  const all = [...explanations.values()]
  const explained = new Map(
    all.map((each) => [each.code, lazily(() => inTwoForms(each, explanationPage(each)))]),
  )
  const served: Readonly<Record<DocumentOperation, (event: HttpEvent) => Serve | undefined>> = {
    getOpenApi: always(lazily(() => json(openApiDocument(API_VERSION)))),
    getAsyncApi: always(lazily(() => json(asyncApiDocument(API_VERSION)))),
    showDocs: always(page(docsPage, docsCsp)),
    getDocsFile: ({ pathParameters }) => files.get(pathParameters?.file ?? ''),
    listProblems: always(lazily(() => inTwoForms({ items: all }, explanationsPage(all)))),
    explainProblem: ({ pathParameters }) => explained.get(pathParameters?.code ?? ''),
  }
  const byRoute = new Map(
    documentRoutes.map(({ method, path, operation }) => [`${method} ${path}`, served[operation]]),
  )
  return httpHandler(log, async (event) => {
    const find = byRoute.get(event.routeKey)
    if (find === undefined) return noRoute(event, methods(event.rawPath))
    return find(event)?.(event.headers) ?? problemResponse(refuse('not_found'), requestIdOf(event))
  })
}

const always = (serve: Serve) => (): Serve => serve

function noRoute(event: HttpEvent, methods: readonly string[]): HttpResponse {
  const requestId = requestIdOf(event)
  if (methods.length === 0) return problemResponse(refuse('not_found'), requestId)
  const response = problemResponse(refuse('method_not_allowed'), requestId)
  return { ...response, headers: { ...response.headers, allow: methods.join(', ') } }
}
