/**
 * Whose requests a page of this machine's takes. Any site that somebody visits can have the browser send requests to loopback:
 * under a name of its own (DNS rebinding), or as its own origin (cross-site request forgery).
 */
import type { IncomingMessage } from 'node:http'

const isLoopbackName = (name: string): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(name)

/** Undefined for what is no address. */
function hostOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}

/** Meant for this machine, by a name that nobody else can give it. */
export function isOwnHost({ headers }: IncomingMessage): boolean {
  const host = hostOf(`http://${headers.host ?? ''}`)
  return host !== undefined && isLoopbackName(host.hostname)
}

/** Sent by a page of the very server that is asked, or by no page at all (a command says no origin). */
export function isOwnOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers
  if (request.headers['sec-fetch-site'] === 'cross-site') return false
  return isOwnHost(request) && (origin === undefined || origin === `http://${host}`)
}
