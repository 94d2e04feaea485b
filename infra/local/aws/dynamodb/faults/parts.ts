import type { JsonAnswer } from '../../gateway/json-call.ts'
import type { Fates } from './fates.ts'
import type { LateView } from './late-view.ts'
import type { FaultOptions } from './options.ts'
import type { Tables } from './tables.ts'
import type { Transactions } from './transactions.ts'

/** Asks the DynamoDB behind. */
export type Forward = (operation: string, body: object) => Promise<JsonAnswer>

/** Answers a call; `plain` has it answered as it came. */
export type Handler = (body: Buffer, plain: () => Promise<JsonAnswer>) => Promise<JsonAnswer>

export interface Parts {
  readonly options: FaultOptions
  readonly fates: Fates
  readonly forward: Forward
  readonly late: LateView
  readonly transactions: Transactions
  readonly tables: Tables
  readonly pause: (ms: number) => Promise<unknown>
}
