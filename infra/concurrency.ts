/**
 * How much of the account's concurrent executions each source of work may take, so that all of them together leave room
 * for sign-ins, decisions and the admins' API. Without a maximum a queue takes a thousand, and what finds no room is
 * throttled, whoever it is.
 */
import type { FunctionName } from './functions.ts'

/** What each queue's function is good for where there is room. */
const wanted = {
  import: 5,
  // Claims a row by a write; from here on the table's partitions are what limits.
  'import-rows': 20,
  report: 5,
  // Keeps to SES's rate, which is 14 mails a second for an account new to production.
  mail: 2,
  due: 5,
  migrate: 10,
  export: 5,
  feedback: 5,
  sync: 10,
  purge: 10,
} as const satisfies Partial<Record<FunctionName, number>>
export type QueueFed = keyof typeof wanted

/** The least that an event source can be capped at: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const leastOfSource = 2

/** Of the shards' batches at a time. Changes of one item stay in order: they are split by partition key. */
const wantedParallelization = 4

/** A new on-demand table has four partitions, and its stream a shard for each. Each shard has its batches at a time. */
const streamShards = 4

/** Of what nobody has reserved: the work of queues and stream never takes more. */
const backgroundShare = 0.5

/** AWS's own rule: so much of the account's quota can't be reserved. */
const neverReserved = 100

/**
 * Sign-ins have theirs whatever the rest does; the public routes have no more than theirs, whoever calls them.
 * A sign-in takes some 30 ms, so a hundred at a time are three times the requests that the API takes in a second.
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
  /** At most so many executions of queues and stream at a time. */
  readonly background: number
  /** At least so many are left for all that is asked by HTTP; below zero where even the least caps are too many. */
  readonly left: number
  /** False where the least caps take more than their share: such a quota is to be raised first. */
  readonly isRoomy: boolean
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
const sources = Object.keys(wanted).length
const wantedByQueues = sum(Object.values(wanted))
const wantedByStream = wantedParallelization * streamShards

/** @param account the quota of concurrent executions in this region: 1,000, or 10 for an account new to Lambda */
export function concurrencyOf(account: number): Concurrency {
  const toReserve = sum(Object.values(wantedReservations))
  const room = account - toReserve - neverReserved
  const canReserve = room >= (wantedByQueues + wantedByStream) / backgroundShare
  const unreserved = canReserve ? account - toReserve : account
  const budget = Math.floor(unreserved * backgroundShare)

  const share = Math.min(1, budget / (wantedByQueues + wantedByStream))
  const streamParallelization = Math.max(1, Math.floor(wantedParallelization * share))
  const forQueues = budget - streamParallelization * streamShards
  // What is over the least goes to those who want more than it, in proportion.
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
    purge: cap(wanted.purge),
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
