import middy from '@middy/core'
import partialBatchFailure from '@middy/sqs-partial-batch-failure'
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda'
import { mapConcurrent } from './concurrency.ts'
import { correlationIn } from './correlation.ts'
import { faultOf, InputError } from './errors.ts'
import { type FailureKind, failureKindOf, longestWaitOf, MALFORMED_MESSAGE } from './failures.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Clock } from './time.ts'
import { PATIENCE_MS, verdictOn } from './tries.ts'

export interface Job {
  readonly messageId: string
  /** The message's JSON. */
  readonly body: unknown
  readonly timeLeftMs: () => number
  /** Names the message, and what it belongs to, on each line. */
  readonly log: Log
}

/** What is wrong with a message, as it stands beside it among the dead letters. */
export interface Failure {
  readonly kind: FailureKind
  readonly error: unknown
}

/** What can be done about a message whose try came to nothing. */
export interface FailedMessages {
  /** The queue delivers it again after so long. */
  giveBack(record: SQSRecord, afterSeconds: number): Promise<void>
  /** It goes to the dead letters, as a message of its own. */
  setAside(record: SQSRecord, failure: Failure): Promise<void>
  readonly metrics: Pick<Metrics, 'count'>
  readonly now: Clock
  /** From 0 to 1. */
  readonly chance: () => number
}

export interface QueueWork {
  /** Messages of a batch under way at once. */
  readonly atOnce: number
  /** How long throttling, outages and time-outs are sat out. */
  readonly patienceMs?: number
}

type Outcome = PromiseSettledResult<FailureKind | undefined>

/**
 * A handler of a queue's messages, each for itself. One that nobody can read is set aside at once; one that met throttling, an
 * outage or a time-out is given back for a growing while; any other failure has five tries in five minutes and is set aside then.
 * Delivery is at least once: `work` must bear a repeat, and so must whoever puts dead letters back.
 */
export function queueHandler(
  log: Log,
  failed: FailedMessages,
  { atOnce, patienceMs = PATIENCE_MS }: QueueWork,
  work: (job: Job) => Promise<void>,
) {
  const base = async ({ Records }: SQSEvent, context: Context): Promise<Outcome[]> => {
    log.enter(context)
    const failures: FailureKind[] = []
    const outcomes = await mapConcurrent(Records, atOnce, async (record): Promise<Outcome> => {
      try {
        await work(jobOf(log, record, context))
        return { status: 'fulfilled', value: undefined }
      } catch (error) {
        const kind = failureKindOf(error)
        failures.push(kind)
        return dealWith(log, failed, patienceMs, record, { kind, error })
      }
    })
    for (const kind of new Set(failures)) {
      failed.metrics.count('MessagesFailed', failures.filter((each) => each === kind).length, { kind })
    }
    return outcomes
  }
  // The middleware would print whole messages; what there is to say was said when each failed.
  return middy(base).use(partialBatchFailure({ logger: () => undefined }))
}

/** Rejected: the message is to stay on the queue. */
async function dealWith(
  log: Log,
  failed: FailedMessages,
  patienceMs: number,
  record: SQSRecord,
  failure: Failure,
): Promise<Outcome> {
  const { kind, error } = failure
  const { ApproximateReceiveCount, ApproximateFirstReceiveTimestamp } = record.attributes
  const receives = Number(ApproximateReceiveCount)
  const firstReceivedAt = new Date(Number(ApproximateFirstReceiveTimestamp))
  const longestWaitSeconds = longestWaitOf(error)
  const tried = { kind, receives, firstReceivedAt, longestWaitSeconds }
  const verdict = verdictOn(tried, failed.now(), failed.chance(), patienceMs)
  const facts = { messageId: record.messageId, kind, receives }
  try {
    if (verdict.next === 'set_aside') {
      await failed.setAside(record, failure)
      log.error('message.set-aside', { ...facts, ...faultOf(error) })
      return { status: 'fulfilled', value: kind }
    }
    await failed.giveBack(record, verdict.afterSeconds)
    log.error('message.failed', { ...facts, afterSeconds: verdict.afterSeconds, ...faultOf(error) })
  } catch (fault) {
    // It stays hidden for the queue's own visibility time-out, and is dealt with when it is delivered again.
    log.error('message.stuck', { ...facts, ...faultOf(error), because: faultOf(fault).fault })
  }
  return { status: 'rejected', reason: error }
}

function jobOf(log: Log, { messageId, body: text }: SQSRecord, context: Context): Job {
  const body = parseJson(text)
  return {
    messageId,
    body,
    timeLeftMs: () => context.getRemainingTimeInMillis(),
    log: log.with({ messageId, ...correlationIn(body) }),
  }
}

const parseJson = (text: string): unknown =>
  wellFormed((): unknown => JSON.parse(text), 'the message is no JSON')

/**
 * What a message says.
 * @throws InputError `malformed_message`, with `otherwise`, where it can't be read
 */
export function wellFormed<T>(read: () => T, otherwise: string): T {
  try {
    return read()
  } catch (cause) {
    throw new InputError(MALFORMED_MESSAGE, otherwise, [], { cause })
  }
}
