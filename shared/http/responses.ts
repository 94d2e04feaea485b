import type { InputIssue } from '../lib/errors.ts'
import { problemDocument, problems, type Refusal } from './problems/problem.ts'

/** A function's answer to API Gateway, payload format 2.0. */
export interface HttpResponse {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body?: string
  /** Set for binary bodies. */
  readonly isBase64Encoded?: boolean
}

export const JSON_TYPE = 'application/json; charset=utf-8'
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** `Retry-After` of what is busy or unavailable, in seconds. */
const RETRY_AFTER_SECONDS = 2

export function jsonResponse(statusCode: number, body: unknown): HttpResponse {
  return body === undefined
    ? { statusCode, headers: {} }
    : { statusCode, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify(body) }
}

export function problemResponse(
  refusal: Refusal,
  requestId: string,
  errors: readonly InputIssue[] = [],
): HttpResponse {
  const { status } = problems[refusal.problem]
  const retryAfterSeconds = refusal.retryAfterSeconds ?? (status === 503 ? RETRY_AFTER_SECONDS : undefined)
  return {
    statusCode: status,
    headers: {
      'content-type': PROBLEM_TYPE,
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
      // RFC 9110 requires a 401 to say how to authenticate.
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
    body: JSON.stringify(problemDocument(refusal, requestId, errors)),
  }
}
