import middy from '@middy/core'
import partialBatchFailure from '@middy/sqs-partial-batch-failure'
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda'
import { mapConcurrent } from './concurrency.ts'
import { correlationIn } from './correlation.ts'
import { faultOf, HeldError, InputError } from './errors.ts'
import { type FailureKind, failureKindOf, MALFORMED_MESSAGE, busyTimesOf } from './failure-kinds.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Clock } from './time.ts'
import { RETRY_WINDOW_MS, decideRetry } from './delivery-attempts.ts'

export interface QueueJob<Message = unknown> {
  readonly messageId: string
  /** The message's JSON, with what the schema leaves out. */
  readonly body: unknown
  /** As the schema reads it. */
  readonly message: Message
  readonly timeLeftMs: () => number
  /** A log whose lines carry the message's id and its correlation id. */
  readonly log: Log
}

/** Why a message was set aside; stored as attributes of its dead letter. */
export interface Failure {
  readonly kind: FailureKind
  readonly error: unknown
}

/** What the handler does with a message whose delivery failed. */
export interface FailedMessages {
  /** Has the queue deliver it again after this long. */
  giveBack(record: SQSRecord, afterSeconds: number): Promise<void>
  /** Sends it to the dead-letter queue as a new message. */
  setAside(record: SQSRecord, failure: Failure): Promise<void>
  readonly metrics: Pick<Metrics, 'count'>
  readonly now: Clock
  /** From 0 to 1. */
  readonly chance: () => number
}

/** What a queue's messages must be: a schema of `shared/contracts/messages`, which their senders keep to. */
export interface MessageSchema<Message> {
  readonly parse: (body: unknown) => Message
}

export interface QueueWork<Message> {
  readonly schema: MessageSchema<Message>
  /** Messages of a batch that are processed at once. */
  readonly atOnce: number
  /** How long throttling, outages and time-outs are retried. */
  readonly retryWindowMs?: number
}

type Outcome = PromiseSettledResult<FailureKind | undefined>

/**
 * Makes a handler that processes each message of a batch by itself. An unreadable message is set aside at once. A
 * message that met throttling, an outage or a time-out is delivered again after growing waits. Any other failure gets
 * five deliveries in five minutes, and is then set aside. Delivery is at least once, and dead letters may be sent
 * again, so `work` must be idempotent.
 */
export function queueHandler<Message>(
  log: Log,
  failed: FailedMessages,
  { atOnce, ...batch }: QueueWork<Message>,
  work: (job: QueueJob<Message>) => Promise<void>,
) {
  return batchHandler(log, failed, batch, (jobs) =>
    mapConcurrent(jobs, atOnce, async (job): Promise<JobResult> => {
      try {
        await work(job)
        return { outcome: 'done' }
      } catch (error) {
        return { outcome: 'failed', error }
      }
    }),
  )
}

/** The result of one message of a batch. */
export type JobResult = { readonly outcome: 'done' } | Failed

interface Failed {
  readonly outcome: 'failed'
  readonly error: unknown
}

/** As `queueHandler`, for work that processes the batch as a whole and returns a result for each message, in order. */
export function batchHandler<Message>(
  log: Log,
  failed: FailedMessages,
  { schema, retryWindowMs = RETRY_WINDOW_MS }: Omit<QueueWork<Message>, 'atOnce'>,
  work: (jobs: readonly QueueJob<Message>[]) => Promise<readonly JobResult[]>,
) {
  const base = async ({ Records }: SQSEvent, context: Context): Promise<Outcome[]> => {
    log.enter(context)
    const failures: FailureKind[] = []
    const jobs = Records.map((record) => jobOf(log, schema, record, context))
    const readable = jobs.flatMap((read) => (read.outcome === 'read' ? [read.job] : []))
    const results = await allOr(work, readable)
    const byJob = new Map<unknown, JobResult | undefined>(readable.map((job, n) => [job, results[n]]))
    let held = 0
    const outcomes = await mapConcurrent(Records, GIVEN_BACK_AT_ONCE, async (record, n): Promise<Outcome> => {
      const read = jobs[n]
      const result = read?.outcome === 'failed' ? read : (byJob.get(read?.job) ?? NO_RESULT)
      if (result.outcome === 'done') return { status: 'fulfilled', value: undefined }
      const { error } = result
      const kind = failureKindOf(error)
      if (error instanceof HeldError) held++
      else failures.push(kind)
      return dealWith(log, failed, retryWindowMs, record, { kind, error })
    })
    if (held > 0) log.info('messages.held', { messages: held })
    for (const kind of new Set(failures)) {
      failed.metrics.count('MessagesFailed', failures.filter((each) => each === kind).length, { kind })
    }
    return outcomes
  }
  // The middleware would log whole messages, which hold personal data; each failure has been logged already.
  return middy(base).use(partialBatchFailure({ logger: () => undefined }))
}

/** Messages of a batch that are returned to the queue at once. */
const GIVEN_BACK_AT_ONCE = 5

const NO_RESULT: JobResult = { outcome: 'failed', error: new Error('fewer results than messages') }

/** A failure of the batch as a whole counts as a failure of each of its messages. */
async function allOr<Message>(
  work: (jobs: readonly QueueJob<Message>[]) => Promise<readonly JobResult[]>,
  jobs: readonly QueueJob<Message>[],
): Promise<readonly JobResult[]> {
  try {
    return jobs.length === 0 ? [] : await work(jobs)
  } catch (error) {
    return jobs.map(() => ({ outcome: 'failed', error }))
  }
}

/** Sets a failed message aside or returns it. A rejected outcome keeps the message on the queue. */
async function dealWith(
  log: Log,
  failed: FailedMessages,
  retryWindowMs: number,
  record: SQSRecord,
  failure: Failure,
): Promise<Outcome> {
  const { kind, error } = failure
  const { ApproximateReceiveCount, ApproximateFirstReceiveTimestamp } = record.attributes
  const receives = Number(ApproximateReceiveCount)
  const firstReceivedAt = new Date(Number(ApproximateFirstReceiveTimestamp))
  const tried = { kind, receives, firstReceivedAt, waits: busyTimesOf(error) }
  const retry = decideRetry(tried, failed.now(), failed.chance(), retryWindowMs)
  const fields = { messageId: record.messageId, kind, receives }
  try {
    if (retry.outcome === 'set_aside') {
      await failed.setAside(record, failure)
      log.error('message.set-aside', { ...fields, ...faultOf(error) })
      return { status: 'fulfilled', value: kind }
    }
    await failed.giveBack(record, retry.afterSeconds)
    if (error instanceof HeldError) return { status: 'rejected', reason: error }
    log.error('message.failed', { ...fields, afterSeconds: retry.afterSeconds, ...faultOf(error) })
  } catch (fault) {
    // It stays hidden for the queue's visibility time-out, and is handled at its next delivery.
    log.error('message.stuck', { ...fields, ...faultOf(error), because: faultOf(fault).fault })
  }
  return { status: 'rejected', reason: error }
}

function jobOf<Message>(
  log: Log,
  schema: MessageSchema<Message>,
  { messageId, body: text }: SQSRecord,
  context: Context,
): { readonly outcome: 'read'; readonly job: QueueJob<Message> } | Failed {
  try {
    const body = wellFormed((): unknown => JSON.parse(text), 'the message is no JSON')
    const message = wellFormed(() => schema.parse(body), 'the message is not what its queue holds')
    const job = {
      messageId,
      body,
      message,
      timeLeftMs: () => context.getRemainingTimeInMillis(),
      log: log.with({ messageId, ...correlationIn(body) }),
    }
    return { outcome: 'read', job }
  } catch (error) {
    return { outcome: 'failed', error }
  }
}

/**
 * Parses a message.
 * @throws InputError `malformed_message`, with the text `otherwise`, where `read` throws
 */
export function wellFormed<T>(read: () => T, otherwise: string): T {
  try {
    return read()
  } catch (cause) {
    throw new InputError(MALFORMED_MESSAGE, otherwise, [], { cause })
  }
}
