/**
 * Divides the account's concurrent executions among the sources of work, so that sign-ins, decisions and the admins'
 * API always have room. Without a maximum an SQS event source takes up to a thousand, and then everything is
 * throttled alike.
 */
import type { FunctionName } from './functions.ts'

/** The concurrency that each queue's function can make use of. */
const wanted = {
  import: 5,
  // Claims a row by a write; beyond this, the table's partitions are the limit.
  'import-rows': 20,
  report: 5,
  // Limited by SES's rate, 14 mails a second for an account that is new to production.
  mail: 2,
  due: 5,
  migrate: 10,
  export: 5,
  feedback: 5,
  sync: 10,
  deletion: 10,
} as const satisfies Partial<Record<FunctionName, number>>
export type QueueFed = keyof typeof wanted

/**
 * The smallest maximum concurrency of an event source:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const leastOfSource = 2

/** Batches of one shard in parallel. Changes of one item stay in order, since batches are split by partition key. */
const wantedParallelization = 4

/** A new on-demand table has four partitions, and its stream a shard for each. */
const streamShards = 4

/** The share of the unreserved executions that queues and stream take at most. */
const backgroundShare = 0.5

/** AWS keeps this much of the account's quota unreserved. */
const neverReserved = 100

/**
 * Reserved concurrency: sign-ins always have theirs, and the public routes never take more than theirs. A sign-in
 * takes some 30 ms, so a hundred in parallel serve three times the requests that the API accepts in a second.
 */
const wantedReservations = {
  'platform-api': 100,
  decisions: 50,
  openapi: 10,
  console: 20,
} as const satisfies Partial<Record<FunctionName, number>>

export interface Concurrency {
  readonly caps: Readonly<Record<QueueFed, number>>
  readonly streamParallelization: number
  readonly reservations: Readonly<Partial<Record<FunctionName, number>>>
  /** Executions that queues and stream take at most. */
  readonly background: number
  /** Executions that are at least left for HTTP requests; negative if even the smallest caps are too many. */
  readonly left: number
  /** False if even the smallest caps take more than their share: raise such a quota first. */
  readonly isRoomy: boolean
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
const sources = Object.keys(wanted).length
const wantedByQueues = sum(Object.values(wanted))
const wantedByStream = wantedParallelization * streamShards

/**
 * Computes the caps for an account.
 * @param account the quota of concurrent executions in this region: 1,000, or 10 for an account that is new to Lambda
 */
export function concurrencyOf(account: number): Concurrency {
  const toReserve = sum(Object.values(wantedReservations))
  const room = account - toReserve - neverReserved
  const canReserve = room >= (wantedByQueues + wantedByStream) / backgroundShare
  const unreserved = canReserve ? account - toReserve : account
  const budget = Math.floor(unreserved * backgroundShare)

  const share = Math.min(1, budget / (wantedByQueues + wantedByStream))
  const streamParallelization = Math.max(1, Math.floor(wantedParallelization * share))
  const forQueues = budget - streamParallelization * streamShards
  // What remains above the minimum is divided in proportion to what each can use.
  const overLeast = wantedByQueues - leastOfSource * sources
  const granted = Math.max(0, Math.min(1, (forQueues - leastOfSource * sources) / overLeast))
  const cap = (want: number) => leastOfSource + Math.floor((want - leastOfSource) * granted)
  const caps = {
    import: cap(wanted.import),
    'import-rows': cap(wanted['import-rows']),
    report: cap(wanted.report),
    mail: cap(wanted.mail),
    due: cap(wanted.due),
    migrate: cap(wanted.migrate),
    export: cap(wanted.export),
    feedback: cap(wanted.feedback),
    sync: cap(wanted.sync),
    deletion: cap(wanted.deletion),
  } as const satisfies Record<QueueFed, number>
  const background = sum(Object.values(caps)) + streamParallelization * streamShards
  return {
    caps,
    streamParallelization,
    reservations: canReserve ? wantedReservations : {},
    background,
    left: account - background,
    isRoomy: background <= budget,
  }
}
