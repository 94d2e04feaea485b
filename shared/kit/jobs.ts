import middy from '@middy/core'
import partialBatchFailure from '@middy/sqs-partial-batch-failure'
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda'
import { mapConcurrent } from './concurrency.ts'
import { correlationIn } from './correlation.ts'
import { faultOf, InputError } from './errors.ts'
import type { Log } from './log.ts'

export interface Job {
  readonly messageId: string
  /** The message's JSON. */
  readonly body: unknown
  readonly timeLeftMs: () => number
  /** Names the message, and what it belongs to, on each line. */
  readonly log: Log
}

/**
 * A handler of a queue's messages, each for itself: those that fail are delivered again, and in the end go to the
 * dead-letter queue, while the others of the batch are done with. Delivery is at least once: `work` must bear a repeat.
 */
export function queueHandler(log: Log, atOnce: number, work: (job: Job) => Promise<void>) {
  const base = async ({ Records }: SQSEvent, context: Context): Promise<PromiseSettledResult<void>[]> => {
    log.enter(context)
    return mapConcurrent(Records, atOnce, async (record) => {
      try {
        await work(jobOf(log, record, context))
        return { status: 'fulfilled', value: undefined }
      } catch (reason) {
        return { status: 'rejected', reason }
      }
    })
  }
  // The middleware would print whole messages: ids are all the log may have.
  const logger = (reason: unknown, { messageId }: SQSRecord): void =>
    log.error('message.failed', { messageId, ...faultOf(reason) })
  return middy(base).use(partialBatchFailure({ logger }))
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
    throw new InputError('malformed_message', otherwise, [], { cause })
  }
}
