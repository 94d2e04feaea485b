import { randomUUID } from 'node:crypto'
import type { HttpEvent } from '../../shared/http/http.ts'
import type { WiredRoute } from '../../shared/http/routes.ts'
import { wiredRoutes } from '../../shared/http/routes.ts'

export interface TestRequest {
  readonly method: string
  /** Path and query: `/v1/claims?limit=2`. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Claims of the token that the gateway has verified; absent: no token. */
  readonly claims?: Readonly<Record<string, string>>
}

function matchPath(template: string, path: string): Record<string, string> | undefined {
  const names = template.split('/')
  const values = path.split('/')
  const isGreedy = template.endsWith('+}')
  if (isGreedy ? names.length > values.length : names.length !== values.length) return undefined
  const parameters: Record<string, string> = {}
  for (const [n, name] of names.entries()) {
    if (name.endsWith('+}')) {
      parameters[name.slice(1, -2)] = values.slice(n).map(decodeURIComponent).join('/')
      return parameters
    }
    const value = decodeURIComponent(values[n] ?? '')
    if (name.startsWith('{')) parameters[name.slice(1, -1)] = value
    else if (name !== value) return undefined
  }
  return parameters
}

/** The route that API Gateway would take: literal segments before parameters. `undefined`: `$default`. */
function routeOf(
  method: string,
  path: string,
): { route: WiredRoute; parameters: Record<string, string> } | undefined {
  const candidates = wiredRoutes.flatMap((route) => {
    const parameters = route.method === method ? matchPath(route.path, path) : undefined
    return parameters === undefined ? [] : [{ route, parameters }]
  })
  return candidates.sort((a, b) => Object.keys(a.parameters).length - Object.keys(b.parameters).length)[0]
}

/** The event that API Gateway makes of a request, payload format 2.0. */
export function httpEvent(request: TestRequest): { event: HttpEvent; route: WiredRoute | undefined } {
  const [path = '', query = ''] = request.url.split('?')
  const found = routeOf(request.method, path)
  const routeKey = found === undefined ? '$default' : `${found.route.method} ${found.route.path}`
  const headers = Object.fromEntries(
    Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const parameters = [...new URLSearchParams(query)]
  const event: HttpEvent = {
    version: '2.0',
    routeKey,
    rawPath: decodeURIComponent(path),
    rawQueryString: query,
    headers,
    ...(parameters.length === 0 ? {} : { queryStringParameters: Object.fromEntries(parameters) }),
    ...(found === undefined || Object.keys(found.parameters).length === 0
      ? {}
      : { pathParameters: found.parameters }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.example',
      domainPrefix: 'api',
      http: {
        method: request.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'test',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: '22/Nov/2026:12:00:00 +0000',
      timeEpoch: 0,
      ...(request.claims === undefined
        ? {}
        : { authorizer: { jwt: { claims: request.claims, scopes: null } } }),
    },
    ...(request.body === undefined ? {} : { body: request.body }),
    isBase64Encoded: false,
  }
  return { event, route: found?.route }
}
