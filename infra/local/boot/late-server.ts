import { createServer, type RequestListener, type Server } from 'node:http'

/** A server that takes its port before it is known how it serves. */
export interface LateServer {
  readonly server: Server
  /** Sets who serves all requests from now on. Until then, they are answered 503. */
  serveBy(listener: RequestListener): void
}

export function createLateServer(): LateServer {
  const late = createLateListener()
  return { server: createServer(late.listener), serveBy: late.serveBy }
}

/** A listener that answers 503 until `serveBy` has set the one that serves. */
export function createLateListener(): {
  listener: RequestListener
  serveBy(listener: RequestListener): void
} {
  let current: RequestListener = (_, response) => response.writeHead(503).end()
  return {
    listener: (request, response) => current(request, response),
    serveBy(listener) {
      current = listener
    },
  }
}
