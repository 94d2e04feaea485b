import { once } from 'node:events'
import type { Server } from 'node:http'
import type { LocalState } from './aws/state.ts'

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

/** Cuts off whoever is still being answered. */
export async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

/** The last start's, so that links in mails and presigned addresses go on working; any other where it is taken. */
export async function onUsualPort<T>(
  state: LocalState,
  name: string,
  start: (port: number) => Promise<T>,
  addressOf: (started: T) => string,
): Promise<T> {
  const saved = state.get(`ports/${name}`)
  let started: T
  try {
    started = await start(typeof saved === 'number' ? saved : 0)
  } catch (error) {
    const isTaken =
      error instanceof PortInUseError ||
      (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
    if (!isTaken || saved === undefined) throw error
    started = await start(0)
  }
  state.set(`ports/${name}`, Number(new URL(addressOf(started)).port))
  return started
}
