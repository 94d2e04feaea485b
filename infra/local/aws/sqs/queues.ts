import type { SQSRecord } from 'aws-lambda'
import { databaseOf, type Persistence, type SqsQueue, type SqsStore } from '../fauxqs/fauxqs-internals.ts'
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from '../names.ts'

export interface QueueDepth {
  visible: number
  inFlight: number
  delayed: number
}

/** The local queues, used from within the process without the cost of HTTP. */
export interface LocalQueues {
  /** Puts a message on the queue. Returns its id. */
  send(name: string, body: string): string
  /** Receives up to `max` (1 to 10) messages in the shape of a Lambda event. Waits up to `waitMs` for the first one. */
  receive(
    name: string,
    o: { max: number; visibilityTimeoutSeconds?: number; waitMs?: number; signal?: AbortSignal },
  ): Promise<SQSRecord[]>
  delete(name: string, receiptHandles: readonly string[]): void
}

type Message = ReturnType<SqsQueue['inflightMessages']['get']> & {}

function record(queue: SqsQueue, { message, receiptHandle }: Message): SQSRecord {
  return {
    messageId: message.messageId,
    receiptHandle,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.approximateReceiveCount),
      SentTimestamp: String(message.sentTimestamp),
      SenderId: LOCAL_ACCOUNT_ID,
      ApproximateFirstReceiveTimestamp: String(
        message.approximateFirstReceiveTimestamp ?? message.sentTimestamp,
      ),
      ...(message.messageGroupId !== undefined && { MessageGroupId: message.messageGroupId }),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, value]) => [
        name,
        {
          dataType: value.DataType,
          ...(value.StringValue === undefined ? {} : { stringValue: value.StringValue }),
          ...(value.BinaryValue === undefined ? {} : { binaryValue: value.BinaryValue }),
          stringListValues: [],
          binaryListValues: [],
        },
      ]),
    ),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: LOCAL_REGION,
  }
}

/** Resolves when there may be a message, when `waitMs` are over, or when `signal` is aborted. */
async function somethingToReceive(
  queue: SqsQueue,
  waitMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { promise: aborted, resolve } = Promise.withResolvers<void>()
  const abort = () => resolve()
  signal?.addEventListener('abort', abort, { once: true })
  try {
    await Promise.race([queue.waitForMessages(waitMs / 1000), aborted])
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

export function createQueues(
  store: SqsStore,
  persistence: Persistence | undefined,
  newMessage: (body: string, delaySeconds: number) => Parameters<SqsQueue['enqueue']>[0],
): LocalQueues {
  const db = persistence === undefined ? undefined : databaseOf(persistence)
  const queueNamed = (name: string): SqsQueue => {
    const queue = store.getQueueByName(name)
    if (queue === undefined) throw new Error(`there is no queue ${name}`)
    return queue
  }
  // One commit per batch instead of one per message. A message that is moved to the dead letters is always in one of
  // the two queues.
  const atomically = <T>(work: () => T): T => {
    if (db === undefined) return work()
    db.exec('BEGIN')
    try {
      const result = work()
      db.exec('COMMIT')
      return result
    } catch (error) {
      db.exec('ROLLBACK')
      throw error
    }
  }
  const receiveNow = (
    queue: SqsQueue,
    max: number,
    visibilityTimeoutSeconds: number | undefined,
  ): SQSRecord[] => {
    const received = atomically(() =>
      queue.dequeue(max, visibilityTimeoutSeconds, (arn) => store.getQueueByArn(arn)),
    )
    return received.flatMap(({ ReceiptHandle }) => {
      const inFlight = queue.inflightMessages.get(ReceiptHandle)
      return inFlight === undefined ? [] : [record(queue, inFlight)]
    })
  }

  return {
    send(name, body) {
      const queue = queueNamed(name)
      const message = newMessage(body, Number(queue.attributes.DelaySeconds ?? 0))
      queue.enqueue(message)
      return message.messageId
    },
    async receive(name, { max, visibilityTimeoutSeconds, waitMs = 0, signal }) {
      const queue = queueNamed(name)
      const deadline = performance.now() + waitMs
      const isAborted = () => signal?.aborted === true
      for (;;) {
        const records = receiveNow(queue, max, visibilityTimeoutSeconds)
        const leftMs = deadline - performance.now()
        if (records.length > 0 || leftMs <= 0 || isAborted()) return records
        await somethingToReceive(queue, leftMs, signal)
        // Stopped: nobody would handle a message that is received now.
        if (isAborted()) return []
      }
    },
    delete(name, receiptHandles) {
      const queue = queueNamed(name)
      atomically(() => {
        for (const handle of receiptHandles) queue.deleteMessage(handle)
      })
    },
  }
}

/** How many messages each queue holds, by name. Reads nothing from disk. */
export function queueDepths(store: SqsStore): Record<string, QueueDepth> {
  store.processAllTimers()
  return Object.fromEntries(
    [...store.allQueues()].map((queue) => [
      queue.name,
      {
        visible: queue.messages.length,
        inFlight: queue.inflightMessages.size,
        delayed: queue.delayedMessages.length,
      },
    ]),
  )
}
