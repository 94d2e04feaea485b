import type { ServerResponse } from 'node:http'

/** RFC 9110's phrases beside those that API Gateway answers with. */
const phrases = {
  400: { title: 'Bad Request', message: 'Bad Request' },
  401: { title: 'Unauthorized', message: 'Unauthorized' },
  403: { title: 'Forbidden', message: 'Forbidden' },
  404: { title: 'Not Found', message: 'Not Found' },
  405: { title: 'Method Not Allowed', message: 'Method Not Allowed' },
  413: { title: 'Content Too Large', message: 'Request Entity Too Large' },
  500: { title: 'Internal Server Error', message: 'Internal Server Error' },
  503: { title: 'Service Unavailable', message: 'Service Unavailable' },
} as const

export interface Problem {
  readonly status: keyof typeof phrases
  /** Stable, for programs. */
  readonly code: string
  readonly detail: string
  readonly requestId?: string
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * RFC 9457, as every error of the service. `message` is all that API Gateway itself would have answered, for
 * those who know it.
 */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  const { headers = {}, status, ...members } = problem
  const body = JSON.stringify({ type: 'about:blank', ...phrases[status], status, ...members })
  response.writeHead(status, { ...headers, 'content-type': 'application/problem+json' }).end(body)
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
