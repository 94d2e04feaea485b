import { once } from 'node:events'
import type { Server } from 'node:http'
import type { LocalState } from '../aws/state.ts'
import { ExpectedError } from '../cli/expected-error.ts'

const host = '127.0.0.1'

export class PortInUseError extends ExpectedError {
  override name = 'PortInUseError'
}

/** Listens on loopback; on any free port if `port` is 0. Resolves with the server's address. */
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

/** Closes the server, and cuts off clients that are still waiting. */
export async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

const isTaken = (error: unknown): boolean =>
  error instanceof PortInUseError ||
  (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')

/** Number of ports to try before any free one is taken. */
const nearbyPorts = 100
const lastPort = 65_535

/** Starts on the first free port from `from` on. Takes any free port if `from` is 0, or if no port nearby is free. */
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
 * Starts on the port of the last start, so that links in mails and presigned URLs keep working. If there was none or
 * it is taken, starts on the first free port from `from` on.
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
