import { once } from 'node:events'
import type { Server } from 'node:http'

const host = '127.0.0.1'

export class PortInUseError extends Error {
  override name = 'PortInUseError'
}

/** Listens on loopback, on a free port where 0 is given. Resolves with the server's address. */
export async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new PortInUseError(`Port ${port} is in use. Give another with --port, or none for a free one.`)
    }
    throw error
  }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return `http://${host}:${address.port}`
}

export async function close(server: Server): Promise<void> {
  server.close()
  server.closeAllConnections()
  if (server.listening) await once(server, 'close')
}
