import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { close, listen } from '../../http/listen.ts'
import { sendJson } from '../../http/problem.ts'
import type { Mail, Outbox } from './outbox.ts'

export interface Inbox {
  /** `http://127.0.0.1:PORT` */
  endpoint: string
  stop(): Promise<void>
}

const mailView = ({ to, from, subject, text, html, sentAt, ...more }: Mail) => ({
  to,
  from,
  subject,
  text,
  html,
  sentAt,
  ...more,
})

/** Mails are written in chunks of about this size. One at a time, each would be a write to the socket. */
const CHUNK_CHARS = 256 * 1024

/** `{ "messages": [ … ] }`, the newest last. It is generated while it is sent, since there may be 100,000 mails. */
function* messagesJson(outbox: Outbox, to: string | undefined): Generator<string> {
  let chunk = '{"messages":['
  let separator = ''
  for (const mail of outbox.each(to)) {
    chunk += separator + JSON.stringify(mailView(mail))
    separator = ','
    if (chunk.length < CHUNK_CHARS) continue
    yield chunk
    chunk = ''
  }
  yield `${chunk}]}`
}

/**
 * Serves a mail's HTML as an untrusted document: without scripts, forms and external content. Links open in a new
 * tab.
 */
function sendMailHtml(response: ServerResponse, html: string): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups allow-popups-to-escape-sandbox",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  })
  response.end(`<!doctype html><base target="_blank">${html}`)
}

const parameter = (query: URLSearchParams, name: string): string | undefined =>
  query.get(name)?.trim() || undefined

async function serve(outbox: Outbox, url: URL, response: ServerResponse): Promise<void> {
  const to = parameter(url.searchParams, 'to')
  if (url.pathname === '/messages') {
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    return pipeline(Readable.from(messagesJson(outbox, to)), response)
  }
  if (url.pathname === '/messages/count') return sendJson(response, 200, { count: outbox.count(to) })
  const mail = outbox.get(/^\/messages\/(\d+)\/html$/.exec(url.pathname)?.[1] ?? '')
  if (mail === undefined) response.writeHead(404).end()
  else sendMailHtml(response, mail.html)
}

/** Answers requests for other paths; false if it has no answer. */
export type InboxCompanion = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

/**
 * Serves the mails that the local SES accepted as JSON (`GET /messages[?to=ADDRESS]`, and their number by `GET
 * /messages/count[?to=ADDRESS]`), and the HTML of each. `companion` serves the pages for people.
 */
export async function startInbox({
  ses,
  port = 0,
  companion = async () => false,
}: {
  ses: { outbox: Outbox }
  port?: number
  companion?: InboxCompanion
}): Promise<Inbox> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://inbox')
    if (!url.pathname.startsWith('/messages') && (await companion(request, response))) return
    if (request.method === 'GET' || request.method === 'HEAD') await serve(ses.outbox, url, response)
    else response.writeHead(405, { allow: 'GET, HEAD' }).end()
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  const endpoint = await listen(server, port)
  return { endpoint, stop: () => close(server) }
}
