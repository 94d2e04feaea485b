/** Does what Lambda's poller does for a function that reads a queue. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { SQSEvent, SQSRecord } from 'aws-lambda'
import type { Activity } from '../clock/activity.ts'
import type { LocalQueues } from '../aws/sqs/queues.ts'
import { failedItems } from './batch-response.ts'
import { compileFilters } from '../aws/eventbridge/event-pattern.ts'
import type { InvocationOutcome } from '../functions/functions.ts'
import type { QueueSourceDefinition } from '../template/wiring-sources.ts'

/** SQS's limit for one receive. A larger batch takes several. */
const maximumPerReceive = 10

const pollWaitMs = 20_000
const pauseAfterErrorMs = 1_000

/** A function doesn't get more processes than this here. */
const mostPollers = 2

export interface QueueSourceOptions {
  readonly definition: QueueSourceDefinition
  readonly queueName: string
  readonly queues: LocalQueues
  readonly invoke: (functionArn: string, event: SQSEvent) => Promise<InvocationOutcome>
  readonly activity: Activity
  readonly report: (problem: string) => void
}

export interface EventSource {
  stop(): void
}

/** Parses a JSON body, so that filters see its content; other bodies are filtered as text. */
function filterable(record: SQSRecord): unknown {
  try {
    return { ...record, body: JSON.parse(record.body) }
  } catch {
    return record
  }
}

export function startQueueSource(options: QueueSourceOptions): EventSource {
  const { definition, queueName, queues, activity } = options
  const passes = compileFilters(definition.filters)
  const stopping = new AbortController()
  const { signal } = stopping

  const shown = (record: SQSRecord): SQSRecord => ({ ...record, eventSourceARN: definition.sourceArn })

  /** Receives up to a batch, and waits only for the first message. */
  async function receive(): Promise<SQSRecord[]> {
    const records: SQSRecord[] = []
    while (records.length < definition.batchSize) {
      const max = Math.min(maximumPerReceive, definition.batchSize - records.length)
      const waitMs = records.length === 0 ? pollWaitMs : 0
      const received = await queues.receive(queueName, { max, waitMs, signal })
      records.push(...received)
      if (received.length < max) break
    }
    return records
  }

  /**
   * Handles a batch. Failed messages stay on the queue as with Lambda: hidden until their visibility time-out is
   * over, or until the time that the function has set itself.
   */
  async function handle(received: readonly SQSRecord[]): Promise<void> {
    const wanted = received.filter((record) => passes(filterable(record)))
    let failed: ReadonlySet<string> = new Set()
    if (wanted.length > 0) {
      const outcome = await options.invoke(definition.functionArn, { Records: wanted.map(shown) })
      // Messages cut off by a stop stay in flight, and are visible again after the next start.
      if (signal.aborted) return
      const ids = wanted.map((record) => record.messageId)
      failed = failedItems(outcome, ids, definition.reportsItemFailures)
    }
    const done = received.filter((record) => !failed.has(record.messageId))
    if (done.length > 0)
      queues.delete(
        queueName,
        done.map((record) => record.receiptHandle),
      )
  }

  /** Handles one batch after another. A source runs as many of these as it may have concurrent batches. */
  async function poll(): Promise<void> {
    while (!signal.aborted) {
      try {
        const records = await receive()
        if (records.length > 0) await activity.during(() => handle(records))
      } catch (error) {
        if (signal.aborted) return
        options.report(`${definition.logicalId}: ${error instanceof Error ? error.stack : String(error)}`)
        await sleep(pauseAfterErrorMs)
      }
    }
  }

  const concurrency = Math.min(definition.maximumConcurrency, mostPollers)
  for (let i = 0; i < concurrency; i++) void poll()
  return { stop: () => stopping.abort() }
}
