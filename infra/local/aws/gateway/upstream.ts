import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
  type ServerResponse,
} from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { ServiceResponse } from '../emulated-service.ts'

/**
 * Headers that belong to one connection and aren't forwarded (RFC 9110, 7.6.1). `date` isn't either, since the
 * gateway sets it by the service's clock.
 */
const NOT_PASSED_ON = new Set(['connection', 'keep-alive', 'transfer-encoding', 'proxy-connection', 'date'])

/** A service that calls are forwarded to, over connections that stay open. */
export interface Upstream {
  request(options: RequestOptions): ClientRequest
  host: string
  close(): void
}

export function openUpstream(endpoint: string): Upstream {
  const url = new URL(endpoint)
  const secure = url.protocol === 'https:'
  const agent = secure ? undefined : new Agent({ keepAlive: true })
  const start = secure ? httpsRequest : httpRequest
  const base = {
    host: url.hostname,
    port: url.port === '' ? undefined : Number(url.port),
    ...(agent === undefined ? {} : { agent }),
  }
  return {
    request: (options) => start({ ...base, ...options }),
    host: url.host,
    close: () => agent?.destroy(),
  }
}

/** The headers of a message that may be forwarded, as names and values in turn. */
export function passedHeaders(message: IncomingMessage, except?: string): string[] {
  const raw = message.rawHeaders
  const passed: string[] = []
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? ''
    const lowerCase = name.toLowerCase()
    if (lowerCase !== except && !NOT_PASSED_ON.has(lowerCase)) passed.push(name, raw[i + 1] ?? '')
  }
  return passed
}

export async function readAll(message: IncomingMessage): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  message.on('data', (chunk: Buffer) => chunks.push(chunk))
  message.on('end', () =>
    resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
  )
  message.on('error', reject)
  message.on('aborted', () => reject(new Error('the caller went away')))
  return promise
}

/** Sends a complete request. Resolves with the answer when its head has arrived. */
export async function call(
  upstream: Upstream,
  options: RequestOptions,
  body: Buffer | undefined,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  upstream.request(options).on('response', resolve).on('error', reject).end(body)
  return promise
}

export function send(response: ServerResponse, date: string, answer: ServiceResponse, withBody = true): void {
  const body = Buffer.from(answer.body)
  response.writeHead(answer.status, { ...answer.headers, date, 'content-length': body.length })
  response.end(withBody ? body : undefined)
}
