import type { ServerResponse } from 'node:http'
import { titleOf, typeOf } from '../../../shared/http/problems/problem.ts'

/** The messages of API Gateway's own errors. */
const messages = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const

export interface Problem {
  readonly status: keyof typeof messages
  /** Stable, for programs. */
  readonly code: string
  readonly detail: string
  readonly requestId?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends an RFC 9457 problem, like all errors of the service. `message` is all that API Gateway would have answered. */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  const { headers = {}, status, ...members } = problem
  const { code } = members
  const message = messages[status]
  const body = JSON.stringify({ type: typeOf(code), title: titleOf(code), message, status, ...members })
  response.writeHead(status, { ...headers, 'content-type': 'application/problem+json' }).end(body)
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
