/** Forms, pages, redirects and JSON, as the issuer reads and sends them. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from '../http/read-body.ts'
import type { Refusal } from './authorization.ts'

/** More than the sign-in form and token requests ever have. */
const MAX_FORM_BYTES = 64 * 1024

/** Reads the whole body. Undefined if it isn't a form, or is larger than any form of ours. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const body = await readBody(request, MAX_FORM_BYTES)
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
  return isForm && body !== undefined ? new URLSearchParams(body.toString()) : undefined
}

export function sendPage(
  response: ServerResponse,
  status: number,
  page: (nonce: string) => string,
  formTargets: readonly string[] = [],
): void {
  const nonce = randomBytes(16).toString('base64')
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    // Browsers apply form-action also to the redirect that answers the form.
    'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; form-action ${["'self'", ...formTargets].join(' ')}; base-uri 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    // With no-referrer, browsers would send `null` as the form's origin.
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
  })
  response.end(page(nonce))
}

export const redirect = (
  response: ServerResponse,
  location: string,
  headers: Record<string, string> = {},
): void => void response.writeHead(303, { location, 'cache-control': 'no-store', ...headers }).end()

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  response.writeHead(status, headers).end(JSON.stringify(body))
}

export const sendRefusal = (response: ServerResponse, { error, description }: Refusal): void =>
  sendJson(response, error === 'invalid_client' ? 401 : 400, { error, error_description: description })
