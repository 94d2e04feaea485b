/** Converts requests and results for Lambda, in payload format 2.0. */
import type { IncomingMessage } from 'node:http'
import * as z from 'zod'
import { LOCAL_ACCOUNT_ID } from '../aws/names.ts'
import type { RouteMatch } from './routes.ts'

/** Types whose bodies are passed as text. All others are base64-encoded, including forms and bodies without a type. */
const textTypes = /^(text\/.*|application\/(json|xml|javascript))$/

/** Headers that API Gateway drops, or passes in another way. */
const droppedRequestHeaders = new Set(['connection', 'cookie', 'keep-alive', 'transfer-encoding', 'upgrade'])
const droppedResponseHeaders = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
])

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `22/Nov/2026:12:46:31 +0000` */
function logTime(date: Date): string {
  const [day, time] = date.toISOString().split('T')
  const [year, month, dayOfMonth] = (day ?? '').split('-')
  return `${dayOfMonth}/${months[Number(month) - 1]}/${year}:${time?.slice(0, 8)} +0000`
}

/** Decodes a path as API Gateway does, and drops what follows a decoded `?`. Undefined if it isn't valid. */
export function decodePath(rawPath: string): string | undefined {
  try {
    return decodeURIComponent(rawPath).split('?')[0]
  } catch {
    return undefined
  }
}

export interface RequestFacts {
  readonly request: IncomingMessage
  readonly body: Buffer
  readonly path: string
  readonly rawQuery: string
  readonly match: RouteMatch
  readonly requestId: string
  readonly apiId: string
  readonly now: Date
  readonly claims?: Readonly<Record<string, string>>
}

function joinedParameters(rawQuery: string): Record<string, string> {
  const parameters: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    const before = parameters[name]
    parameters[name] = before === undefined ? value : `${before},${value}`
  }
  return parameters
}

export function toEvent(facts: RequestFacts): Record<string, unknown> {
  const { request, body, path, rawQuery, match, requestId, apiId, now, claims } = facts
  const { route, pathParameters } = match
  const sourceIp = request.socket.remoteAddress ?? '127.0.0.1'
  const headers: Record<string, string> = {}
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (!droppedRequestHeaders.has(name)) headers[name] = (values ?? []).join(',')
  }
  if (body.length > 0) headers['content-length'] = String(body.length)
  headers['x-forwarded-for'] = [headers['x-forwarded-for'], sourceIp].filter(Boolean).join(', ')
  headers['x-forwarded-proto'] = 'http'
  headers['x-forwarded-port'] = String(request.socket.localPort ?? '')
  const cookies = (request.headersDistinct.cookie ?? [])
    .flatMap((header) => header.split(/;\s*/))
    .filter(Boolean)
  const mediaType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const isText = textTypes.test(mediaType)
  const host = headers.host ?? ''
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: path,
    rawQueryString: rawQuery,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(rawQuery !== '' && { queryStringParameters: joinedParameters(rawQuery) }),
    requestContext: {
      accountId: LOCAL_ACCOUNT_ID,
      apiId,
      ...(claims !== undefined && {
        authorizer: { jwt: { claims, scopes: route.scopes.length > 0 ? route.scopes : null } },
      }),
      domainName: host,
      domainPrefix: host.split('.')[0],
      http: {
        method: request.method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: route.key,
      stage: '$default',
      time: logTime(now),
      timeEpoch: now.getTime(),
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  }
}

export interface ProxyResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Buffer
}

const result = z.looseObject({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
})

/**
 * Converts a handler's result (JSON): a response if it has a `statusCode`, otherwise the body of a 200. Undefined if
 * API Gateway couldn't make a response of it and would answer 500.
 */
export function toResponse(payload: string): ProxyResponse | undefined {
  const value: unknown = JSON.parse(payload)
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    const body = Buffer.from(typeof value === 'string' ? value : payload)
    return { status: 200, headers: { 'content-type': 'application/json' }, body }
  }
  const parsed = result.safeParse(value)
  if (!parsed.success) return undefined
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data
  const responseHeaders = Object.entries(headers ?? {})
    .map(([name, text]): [string, string] => [name.toLowerCase(), String(text)])
    .filter(([name]) => !droppedResponseHeaders.has(name))
  return {
    status: statusCode,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...Object.fromEntries(responseHeaders),
      ...(cookies != null && cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  }
}
