/** Cross-origin rules, as API Gateway and S3 apply them. */
import type { IncomingMessage } from 'node:http'

export interface CorsRule {
  readonly origins: readonly string[]
  readonly methods: readonly string[]
  /** Request headers in lower case; `*` is any. */
  readonly headers: readonly string[]
  /** Response headers that pages may read, besides those that are always readable. */
  readonly exposed: readonly string[]
  readonly maxAgeSeconds: number | undefined
}

const isAny = (allowed: readonly string[], wanted: string): boolean =>
  allowed.includes('*') || allowed.includes(wanted)

const asked = (request: IncomingMessage, name: string): string => String(request.headers[name] ?? '')

/**
 * Whether a request is a preflight: the question that a browser sends before a cross-origin request that isn't
 * simple.
 */
export const isPreflight = (request: IncomingMessage): boolean =>
  request.method === 'OPTIONS' &&
  'origin' in request.headers &&
  'access-control-request-method' in request.headers

/** The headers of a preflight's answer; undefined if no rule allows the request. */
export function preflightHeaders(
  rules: readonly CorsRule[],
  request: IncomingMessage,
): Record<string, string> | undefined {
  const origin = asked(request, 'origin')
  const method = asked(request, 'access-control-request-method')
  const headers = asked(request, 'access-control-request-headers')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
  const rule = rules.find(
    (each) =>
      isAny(each.origins, origin) &&
      isAny(each.methods, method) &&
      headers.every((name) => isAny(each.headers, name)),
  )
  if (rule === undefined) return undefined
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': rule.methods.join(','),
    ...(headers.length > 0 && { 'access-control-allow-headers': headers.join(',') }),
    ...(rule.maxAgeSeconds !== undefined && { 'access-control-max-age': String(rule.maxAgeSeconds) }),
    vary: 'Origin',
  }
}

/** CORS headers of an answer; none if the page may not read it. */
export function corsHeaders(rules: readonly CorsRule[], request: IncomingMessage): Record<string, string> {
  const origin = asked(request, 'origin')
  const rule = rules.find(
    (each) => isAny(each.origins, origin) && isAny(each.methods, request.method ?? 'GET'),
  )
  if (origin === '' || rule === undefined) return {}
  return {
    'access-control-allow-origin': origin,
    ...(rule.exposed.length > 0 && { 'access-control-expose-headers': rule.exposed.join(',') }),
  }
}
