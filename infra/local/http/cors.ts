/** Which pages of other origins a browser lets read an answer, as API Gateway and S3 say it. */
import type { IncomingMessage } from 'node:http'

export interface CorsRule {
  readonly origins: readonly string[]
  readonly methods: readonly string[]
  /** Of requests, in small letters; `*` is any. */
  readonly headers: readonly string[]
  /** Of answers, beside those that every page may see. */
  readonly exposed: readonly string[]
  readonly maxAgeSeconds: number | undefined
}

const isAny = (allowed: readonly string[], wanted: string): boolean =>
  allowed.includes('*') || allowed.includes(wanted)

const asked = (request: IncomingMessage, name: string): string => String(request.headers[name] ?? '')

/** What a browser asks before it sends what a page alone couldn't. */
export const isPreflight = (request: IncomingMessage): boolean =>
  request.method === 'OPTIONS' &&
  'origin' in request.headers &&
  'access-control-request-method' in request.headers

/** The headers for a preflight's answer; undefined where no rule allows what it asks for. */
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

/** The headers for the answer itself; none where the page may not see it. */
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
