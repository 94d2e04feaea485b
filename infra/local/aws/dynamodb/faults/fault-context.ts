import type { JsonAnswer } from '../../gateway/json-call.ts'
import type { FaultInjector } from './fault-injector.ts'
import type { StaleIndexReads } from './stale-index-reads.ts'
import type { FaultOptions } from './options.ts'
import type { Tables } from './tables.ts'
import type { Transactions } from './transactions.ts'

/** Sends an operation to the DynamoDB behind the proxy. */
export type Forward = (operation: string, body: object) => Promise<JsonAnswer>

/** Answers a call. `plain` passes the call on unchanged. */
export type Handler = (body: Buffer, plain: () => Promise<JsonAnswer>) => Promise<JsonAnswer>

export interface FaultContext {
  readonly options: FaultOptions
  readonly faults: FaultInjector
  readonly forward: Forward
  readonly staleReads: StaleIndexReads
  readonly transactions: Transactions
  readonly tables: Tables
  readonly pause: (ms: number) => Promise<unknown>
}
