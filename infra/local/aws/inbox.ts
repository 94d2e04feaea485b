import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { sendJson } from '../problem.ts'
import { listPage, mailPage } from './inbox-pages.ts'
import type { Mail, Outbox } from './outbox.ts'

const PAGE_MAILS = 50

export interface Inbox {
  /** `http://127.0.0.1:PORT` */
  endpoint: string
  stop(): Promise<void>
}

const described = ({ to, from, subject, text, html, sentAt, ...more }: Mail) => ({
  to,
  from,
  subject,
  text,
  html,
  sentAt,
  ...more,
})

/** Mails go out together up to so much text: one by one, each was a write to the socket of its own. */
const PIECE_CHARS = 256 * 1024

/** `{ "messages": [ … ] }`, the newest last; written as it is read, since there may be 100,000 of them. */
function* messagesJson(outbox: Outbox, to: string | undefined): Generator<string> {
  let piece = '{"messages":['
  let separator = ''
  for (const mail of outbox.each(to)) {
    piece += separator + JSON.stringify(described(mail))
    separator = ','
    if (piece.length < PIECE_CHARS) continue
    yield piece
    piece = ''
  }
  yield `${piece}]}`
}

function sendPage(response: ServerResponse, status: number, page: (nonce: string) => string): void {
  const nonce = randomBytes(16).toString('base64')
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    // No script, nothing from elsewhere: whatever a mail contains, the page only shows it.
    'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  })
  response.end(page(nonce))
}

/** A mail's own HTML, as an untrusted document: no script, no form, nothing loaded; links open in a tab of their own. */
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
  const before = parameter(url.searchParams, 'before')
  if (url.pathname === '/messages') {
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    return pipeline(Readable.from(messagesJson(outbox, to)), response)
  }
  if (url.pathname === '/messages/count') return sendJson(response, 200, { count: outbox.count(to) })
  const filters = { ...(to === undefined ? {} : { to }), ...(before === undefined ? {} : { before }) }
  if (url.pathname === '/') {
    const entries = outbox.page({ limit: PAGE_MAILS + 1, ...filters })
    const next = entries.length > PAGE_MAILS ? entries[PAGE_MAILS - 1]?.position : undefined
    const listing = { entries: entries.slice(0, PAGE_MAILS), total: outbox.count(to), to, next }
    return sendPage(response, 200, (nonce) => listPage(listing, nonce))
  }
  const [, position = '', isHtml] = /^\/messages\/(\d+)(\/html)?$/.exec(url.pathname) ?? []
  const mail = position === '' ? undefined : outbox.get(position)
  if (mail === undefined)
    return sendPage(response, 404, (nonce) => listPage({ entries: [], total: 0, to, next: undefined }, nonce))
  if (isHtml !== undefined) return sendMailHtml(response, mail.html)
  sendPage(response, 200, (nonce) => mailPage(mail, position, nonce))
}

/** The mails that the local SES took, as JSON (`GET /messages[?to=ADDRESS]`; how many: `GET /messages/count[?to=ADDRESS]`) and to read in a browser (`GET /`). */
export async function startInbox({
  ses,
  port = 0,
}: {
  ses: { outbox: Outbox }
  port?: number
}): Promise<Inbox> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end()
      return
    }
    serve(ses.outbox, new URL(request.url ?? '/', 'http://inbox'), response).catch(() => response.destroy())
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the inbox has no port')
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
