/** What Lambda's poller does for a function that a queue feeds. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { SQSEvent, SQSRecord } from 'aws-lambda'
import type { Activity } from '../clock/activity.ts'
import type { LocalQueues } from '../aws/sqs/queues.ts'
import { failedItems } from './batch-response.ts'
import { compileFilters } from '../aws/eventbridge/event-pattern.ts'
import type { InvocationOutcome } from '../functions/functions.ts'
import type { QueueSourceDefinition } from '../template/wiring-sources.ts'

/** SQS's limit for one receive; a larger batch is gathered from several. */
const maximumPerReceive = 10

const pollWaitMs = 20_000
const pauseAfterErrorMs = 1_000

/** A function has no more processes than that here. */
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

/** Bodies that are JSON are filtered by what they hold, others as the text they are. */
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

  /** Up to a batch, waiting for the first message only. */
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
   * What failed is left where it is, as Lambda leaves it: hidden until its visibility time-out is over, or until whatever
   * the function itself has set in its place.
   */
  async function handle(received: readonly SQSRecord[]): Promise<void> {
    const wanted = received.filter((record) => passes(filterable(record)))
    let failed: ReadonlySet<string> = new Set()
    if (wanted.length > 0) {
      const outcome = await options.invoke(definition.functionArn, { Records: wanted.map(shown) })
      // What a service cut off when it stopped stays in flight, and is there again after the next start.
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

  /** One at a time each; a source has as many of these as batches may be under way. */
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
