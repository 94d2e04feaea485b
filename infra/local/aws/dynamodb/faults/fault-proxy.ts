/**
 * A proxy that makes a local DynamoDB fail as the real one does. The faults are drawn from a seed, at given rates.
 *
 * A transaction holds its items while it is under way: single writes of them get TransactionConflictException, other
 * transactions, reading ones too, are cancelled with TransactionConflict, and batches return them as unprocessed.
 * GetItem, BatchGetItem and queries see the items as they were before. Some transactions are held open longer, and
 * some items are held by another writer's transaction that exists only in the proxy. Calls are throttled, fail, or
 * lose their answer after they took effect; batches are done in part. Index reads lag: see `stale-index-reads.ts`. A
 * ClientRequestToken works as documented: a transaction that was carried out is never reported as in conflict.
 *
 * Differences from AWS: another writer's transaction may hold any item, even one that no transaction writes here.
 * Throttling is drawn and doesn't depend on capacity. Of PartiQL, only batches of writing statements meet faults,
 * each statement by itself.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDynoxideStatements } from '../dynoxide-statements.ts'
import { type JsonAnswer, type JsonCall, serveJsonCall } from '../../gateway/json-call.ts'
import { TABLE_OWNER } from '../../names.ts'
import { createPostClient } from '../../gateway/post-client.ts'
import { parsed } from './answers.ts'
import { createBatches } from './batches.ts'
import type { Item } from './calls.ts'
import { createFaultInjector, type FaultCounts } from './fault-injector.ts'
import { createStaleIndexReads } from './stale-index-reads.ts'
import type { FaultOptions } from './options.ts'
import { createReads } from './reads.ts'
import { createStatements } from './statements.ts'
import { createTables } from './tables.ts'
import { createTransactions } from './transactions.ts'
import { createWrites } from './writes.ts'

/** Faults concern this one of DynamoDB's two services. Calls of its streams are passed on. */
const API = 'DynamoDB_20120810.'
const STATEMENTS = 'BatchExecuteStatement'
const CAUGHT_UP_POLL_MS = 5

export interface FaultProxy {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string
  readonly options: FaultOptions
  /** The faults injected so far, by kind. */
  counts(): FaultCounts
  /** Lets another writer's transaction hold the item, until the returned function is called. */
  hold(table: string, key: Item): Promise<() => void>
  /** Resolves when index reads show everything that was written before. */
  caughtUp(): Promise<void>
  stop(): Promise<void>
}

export async function startFaultProxy(o: {
  /** The address of the DynamoDB behind the proxy. */
  upstream: string
  /** Whether that is the embedded one, which doesn't take PartiQL statements as AWS documents them. */
  isDynoxide: boolean
  options: FaultOptions
  /** The service's clock. A jump ends every lag. */
  now?: () => Date
  /** Resolves when a transaction that is held open may continue. */
  pause?: (ms: number) => Promise<unknown>
}): Promise<FaultProxy> {
  const { options } = o
  const client = createPostClient(o.upstream)
  const ask = (target: string, contentType: string, body: Buffer): Promise<JsonAnswer> =>
    client.post({ 'content-type': contentType, 'x-amz-target': target, ...TABLE_OWNER }, body)
  const send = (operation: string, body: object): Promise<JsonAnswer> =>
    ask(`${API}${operation}`, 'application/x-amz-json-1.0', Buffer.from(JSON.stringify(body)))
  const asDynoxide = createDynoxideStatements(send)
  const forward = (operation: string, body: object): Promise<JsonAnswer> =>
    o.isDynoxide && operation === STATEMENTS ? asDynoxide(body) : send(operation, body)

  const faults = createFaultInjector(options)
  const virtualMs = o.now === undefined ? () => performance.now() : () => o.now?.().getTime() ?? 0
  const staleReads = createStaleIndexReads({
    lagMs: options.lagMs,
    realMs: () => performance.now(),
    virtualMs,
  })
  const transactions = createTransactions(() => performance.now())
  const tables = createTables({ forward, staleReads, options })
  const pause = o.pause ?? sleep
  const parts = { options, faults, forward, staleReads, transactions, tables, pause }
  const handlers = {
    ...createWrites(parts),
    ...createBatches(parts),
    ...createStatements(parts),
    ...createReads(parts),
  }
  const handlerOf = new Map(Object.entries(handlers))

  async function serve({ target, contentType, body }: JsonCall): Promise<JsonAnswer> {
    const operation = target.startsWith(API) ? target.slice(API.length) : ''
    if (operation.endsWith('Table')) tables.forget()
    const plain = () =>
      o.isDynoxide && operation === STATEMENTS ? asDynoxide(parsed(body)) : ask(target, contentType, body)
    return handlerOf.get(operation)?.(body, plain) ?? plain()
  }

  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) => {
    serveJsonCall(request, response, serve).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the fault proxy has no port')
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    options,
    counts: faults.counts,
    async hold(table, attributes) {
      const ids = await tables.idsOf([{ table, attributes, writes: true }])
      if (ids === undefined) throw new Error(`there is no table ${table}`)
      const end = transactions.begin(ids, undefined)
      return () => end('cancelled')
    },
    async caughtUp() {
      while (!staleReads.isCaughtUp()) await sleep(CAUGHT_UP_POLL_MS)
    },
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      client.close()
    },
  }
}
