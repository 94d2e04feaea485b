/**
 * Checks who sends requests to this machine's own pages. Any website can make the browser send requests to loopback,
 * under a name of its own (DNS rebinding) or from its own origin (cross-site request forgery).
 */
import type { IncomingMessage } from 'node:http'

const isLoopbackName = (name: string): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(name)

/** Undefined for what is no address. */
function hostOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}

/** Whether the request uses a name of this machine, which no website can have. */
export function isOwnHost({ headers }: IncomingMessage): boolean {
  const host = hostOf(`http://${headers.host ?? ''}`)
  return host !== undefined && isLoopbackName(host.hostname)
}

/** Whether the request comes from a page of this server, or from a command, which sends no origin. */
export function isOwnOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers
  if (request.headers['sec-fetch-site'] === 'cross-site') return false
  return isOwnHost(request) && (origin === undefined || origin === `http://${host}`)
}
