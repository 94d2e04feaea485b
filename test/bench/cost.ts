import * as z from 'zod'
import { type FunctionName, functions } from '../../infra/functions.ts'
import type { MeteredUnits } from '../../infra/local/aws/gateway/meter.ts'
import { type Counts, plus, totals } from './counted.ts'

/** List prices; see `prices.json`. */
export const priceList = z.object({
  region: z.string(),
  /** ISO 8601 date. */
  asOf: z.string(),
  currency: z.string(),
  dynamoDbWritesPerMillion: z.number(),
  dynamoDbReadsPerMillion: z.number(),
  lambdaRequestsPerMillion: z.number(),
  /** On arm64. */
  lambdaGbSecond: z.number(),
  sqsRequestsPerMillion: z.number(),
  /** Beyond 14 million a month, which are free. */
  schedulesPerMillion: z.number(),
  eventsPerMillion: z.number(),
  httpRequestsPerMillion: z.number(),
  s3WritesPerMillion: z.number(),
  s3ReadsPerMillion: z.number(),
  logsPerGb: z.number(),
  mailsPerMillion: z.number(),
})
export type Prices = z.output<typeof priceList>

const functionCount = z.object({
  invocations: z.number(),
  cpuMs: z.number(),
  logBytes: z.number(),
  rounds: z.number(),
  calls: z.record(z.string(), z.object({ calls: z.number(), parts: z.number() })),
  reads: z.record(z.string(), z.number()),
  writes: z.record(z.string(), z.number()),
})
/** Counts of a period by function, and the number of lives in it. */
export const counted = z.object({
  lives: z.number(),
  schedules: z.number(),
  httpRequests: z.number(),
  counts: z.record(z.string(), functionCount),
})
export type Counted = z.output<typeof counted>

/** What `npm run cost` counted. */
export const countsFile = z.object({
  /** ISO 8601 date. */
  on: z.string(),
  commit: z.string(),
  creation: counted,
  bulk: counted,
  trickled: counted,
  /** One sweep that finds nothing. */
  sweep: counted,
})
export type CountsFile = z.output<typeof countsFile>

/** Lambda gives a whole core at this size, and less in proportion below it. */
export const WHOLE_CORE_MB = 1769
/** One round trip to DynamoDB, SQS or SES within a region. */
const ROUND_TRIP_MS = 6
const LIVES = 1_000_000
const GB_MB = 1024
const GB_BYTES = 1024 ** 3
const MILLION = 1_000_000

const isFunctionName = (name: string): name is FunctionName => Object.hasOwn(functions, name)

/** Functions that a queue feeds: Lambda’s requests to receive and delete messages are billed. */
const notFedByQueues: readonly string[] = [
  'admin-api',
  'platform-api',
  'decisions',
  'openapi',
  'effects',
  'pool-token',
]

/**
 * Total duration of the invocations: CPU time divided by the share of a core at this size, plus the round trips in
 * sequence.
 */
export function durationMs({ cpuMs, rounds }: Counts[string], memoryMb: number): number {
  return cpuMs / Math.min(1, memoryMb / WHOLE_CORE_MB) + rounds * ROUND_TRIP_MS
}

export interface Line {
  readonly what: string
  /** Quantity per life. */
  readonly count: number
  readonly unit: string
  /** Dollars per million lives. */
  readonly dollars: number
}

function operations(counts: Counts, matches: (name: string) => boolean): { calls: number; parts: number } {
  const all = Object.values(counts).flatMap((each) => Object.entries(each.calls))
  return all
    .filter(([name]) => matches(name))
    .reduce((sum, [, each]) => ({ calls: sum.calls + each.calls, parts: sum.parts + each.parts }), {
      calls: 0,
      parts: 0,
    })
}

/** The cost of a million lives, line by line. Counts of all lives are divided by their number. */
export function costLines({ counts, lives, schedules, httpRequests }: Counted, prices: Prices): Line[] {
  const sum = totals(counts)
  const gbSeconds = Object.entries(counts).reduce((all, [name, count]) => {
    if (!isFunctionName(name)) return all
    const { memoryMb } = functions[name]
    return all + (durationMs(count, memoryMb) / 1000) * (memoryMb / GB_MB)
  }, 0)
  const polls = Object.entries(counts).reduce(
    (all, [name, { invocations }]) => all + (notFedByQueues.includes(name) ? 0 : 2 * invocations),
    0,
  )
  const sqs = operations(counts, (name) => name.startsWith('sqs:')).calls + polls
  const events = operations(counts, (name) => name === 'events:PutEvents').parts
  const s3Reads = operations(counts, (name) => /^s3:(?:GET|HEAD)$/.test(name)).calls
  const s3Writes = operations(counts, (name) => /^s3:(?:PUT|POST)$/.test(name)).calls
  // Lambda itself logs nothing about successful invocations (`infra/constructs/job.ts`).
  const logGb = sum.logBytes / GB_BYTES
  const line = (what: string, count: number, unit: string, price: number, per = MILLION): Line => ({
    what,
    count: count / lives,
    unit,
    dollars: (count / lives) * (LIVES / per) * price,
  })
  return [
    line('DynamoDB, writes', sum.writes, 'write units', prices.dynamoDbWritesPerMillion),
    line('DynamoDB, reads', sum.reads, 'read units', prices.dynamoDbReadsPerMillion),
    line('Lambda, requests', sum.invocations, 'invocations', prices.lambdaRequestsPerMillion),
    line('Lambda, duration', gbSeconds, 'GB-s', prices.lambdaGbSecond, 1),
    line('SQS', sqs, 'requests', prices.sqsRequestsPerMillion),
    line('Scheduler', schedules, 'schedules fired', prices.schedulesPerMillion),
    line('EventBridge', events, 'events', prices.eventsPerMillion),
    line('HTTP API', httpRequests, 'requests', prices.httpRequestsPerMillion),
    line('S3', s3Reads, 'reads', prices.s3ReadsPerMillion),
    line('S3', s3Writes, 'writes', prices.s3WritesPerMillion),
    line('CloudWatch Logs', logGb, 'GB', prices.logsPerGb, 1),
  ]
}

export const dollarsOf = (lines: readonly Line[]): number =>
  lines.reduce((sum, { dollars }) => sum + dollars, 0)

export function mailsOf({ counts, lives }: Counted): number {
  return operations(counts, (name) => name.startsWith('ses:')).calls / lives
}

/** Adds to each life its share of the sweeps, if a claim is made every so many minutes. */
export function withSweeps(
  life: Counted,
  { counts }: Counted,
  every: { readonly claimMinutes: number; readonly sweepMinutes: number },
): Counted {
  const sweeps = (life.lives * every.claimMinutes) / every.sweepMinutes
  const share = Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [name, times(count, sweeps)]),
  )
  return { ...life, counts: plus(life.counts, share) }
}

function times(count: Counts[string], factor: number): Counts[string] {
  const scaled = (units: MeteredUnits): MeteredUnits =>
    Object.fromEntries(Object.entries(units).map(([where, each]) => [where, each * factor]))
  const calls = Object.entries(count.calls).map(
    ([name, each]) => [name, { calls: each.calls * factor, parts: each.parts * factor }] as const,
  )
  return {
    invocations: count.invocations * factor,
    cpuMs: count.cpuMs * factor,
    logBytes: count.logBytes * factor,
    rounds: count.rounds * factor,
    calls: Object.fromEntries(calls),
    reads: scaled(count.reads),
    writes: scaled(count.writes),
  }
}
