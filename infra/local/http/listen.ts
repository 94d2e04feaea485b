import { once } from 'node:events'
import type { Server } from 'node:http'
import type { LocalState } from '../aws/state.ts'
import { ExpectedError } from '../cli/expected-error.ts'

const host = '127.0.0.1'

export class PortInUseError extends ExpectedError {
  override name = 'PortInUseError'
}

/** Listens on loopback, on a free port where 0 is given. Resolves with the server's address. */
export async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new PortInUseError(
        `Port ${port} is in use. Give another with --port, or leave it out: the next free one is taken then.`,
      )
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

const isTaken = (error: unknown): boolean =>
  error instanceof PortInUseError ||
  (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')

/** Ports looked at before any free one will do. */
const nearbyPorts = 100
const lastPort = 65_535

/** The first free port from `from` on, as `start` finds it; any free one where `from` is 0, or none is free nearby. */
export async function onNextFreePort<T>(from: number, start: (port: number) => Promise<T>): Promise<T> {
  if (from === 0) return start(0)
  for (let port = from; port < from + nearbyPorts && port <= lastPort; port++) {
    try {
      return await start(port)
    } catch (error) {
      if (!isTaken(error)) throw error
    }
  }
  return start(0)
}

/**
 * The last start's, so that links in mails and presigned addresses go on working; where it is taken, or there was none,
 * the first free one from `from` on.
 */
export async function onUsualPort<T>(
  state: LocalState,
  name: string,
  from: number,
  start: (port: number) => Promise<T>,
  addressOf: (started: T) => string,
): Promise<T> {
  const saved = state.get(`ports/${name}`)
  const started = await startOn(typeof saved === 'number' ? saved : undefined, from, start)
  state.set(`ports/${name}`, portOf(addressOf(started)))
  return started
}

async function startOn<T>(
  saved: number | undefined,
  from: number,
  start: (port: number) => Promise<T>,
): Promise<T> {
  if (saved === undefined) return onNextFreePort(from, start)
  try {
    return await start(saved)
  } catch (error) {
    if (!isTaken(error)) throw error
    return onNextFreePort(from, start)
  }
}

export const portOf = (address: string): number => Number(new URL(address).port)
