/** Starts everything that feeds the functions: queues, streams, and the bucket's notifications. */
import { type Activity, createActivity } from '../clock/activity.ts'
import type { VirtualClock } from '../clock/clock.ts'
import type { LocalDynamoDb } from '../aws/dynamodb/dynamodb.ts'
import { nameOfArn, queueNameOf } from '../aws/names.ts'
import type { ObjectsAndQueues } from '../aws/fauxqs/objects-and-queues.ts'
import type { LocalState } from '../aws/state.ts'
import { failedBatchKey } from './failed-batches.ts'
import type { Functions } from '../functions/functions.ts'
import { createNotifier, sendTestEvents } from '../aws/s3/notifications.ts'
import { type EventSource, startQueueSource } from './queue-source.ts'
import { createStreamClient } from './stream-client.ts'
import { type FailureDestination, type StreamSource, startStreamSource } from './stream-source.ts'
import type { Wiring } from '../template/wiring.ts'

/** Shortest time between two trims of a stream, since each takes a query or two. */
const trimEveryMs = 500

export interface EventSourcesOptions {
  readonly wiring: Wiring
  readonly dynamoDb: LocalDynamoDb
  readonly objectsAndQueues: ObjectsAndQueues
  readonly functions: Functions
  readonly state: LocalState
  readonly clock: VirtualClock
  readonly report: (problem: string) => void
}

export interface EventSources {
  readonly streams: readonly StreamSource[]
  readonly activity: Activity
  /** Reads the streams at once. Call it when something may have been written. */
  poke(): void
  stop(): void
}

/** Deletes stream records that every reader of the table has handled. */
function createTrimmer(dynamoDb: LocalDynamoDb, tableName: string, readers: readonly string[]) {
  const handled = new Map<string, bigint>()
  let trimmedAt = 0
  return (reader: string, sequenceNumber: string): void => {
    handled.set(reader, BigInt(sequenceNumber))
    if (handled.size < readers.length || performance.now() - trimmedAt < trimEveryMs) return
    trimmedAt = performance.now()
    const least = [...handled.values()].reduce((a, b) => (a < b ? a : b))
    dynamoDb.trimStream(tableName, String(least))
  }
}

export async function startEventSources(options: EventSourcesOptions): Promise<EventSources> {
  const { wiring, dynamoDb, objectsAndQueues, functions, state, clock, report } = options
  const { queues } = objectsAndQueues
  const activity = createActivity()
  const client = createStreamClient(dynamoDb.endpoint)
  const streams: StreamSource[] = []
  const sources: EventSource[] = []
  const poke = () => {
    for (const stream of streams) stream.poke()
  }
  const invoke: Functions['invoke'] = async (functionArn, event) => {
    const outcome = await functions.invoke(functionArn, event)
    poke()
    return outcome
  }
  let frozenSinceMs = Date.now()
  clock.onChange(() => {
    frozenSinceMs = Date.now()
  })
  /**
   * Converts a real time to the service's clock. Its age stays the same, except that nothing ages while the clock
   * stands still.
   */
  const onServiceClock = (realMs: number): number => {
    const nowMs = clock.now().getTime()
    const isOfThisMoment = clock.frozenAt() !== undefined && realMs >= frozenSinceMs
    return isOfThisMoment ? nowMs : nowMs - (Date.now() - realMs)
  }

  function failureDestination(destinationArn: string | undefined): FailureDestination | undefined {
    if (destinationArn === undefined) return undefined
    const name = nameOfArn(destinationArn)
    if (!destinationArn.startsWith('arn:aws:s3:'))
      return (record) => void queues.send(name, JSON.stringify(record))
    return (record, event) => {
      // Only a bucket gets the whole event, as text.
      const body = JSON.stringify({ ...record, payload: JSON.stringify(event) })
      objectsAndQueues.putObject(name, failedBatchKey(record, clock.now()), body)
    }
  }

  for (const table of wiring.tables) {
    const definitions = wiring.streamSources.filter((each) => each.sourceArn === table.streamArn)
    if (definitions.length === 0) continue
    const streamArn = await client.streamOf(table.name)
    const trim = createTrimmer(
      dynamoDb,
      table.name,
      definitions.map((each) => each.logicalId),
    )
    for (const definition of definitions) {
      streams.push(
        startStreamSource({
          definition,
          client,
          streamArn,
          state,
          invoke,
          failureDestination: failureDestination(definition.onFailureArn),
          onCheckpoint: (sequenceNumber) => trim(definition.logicalId, sequenceNumber),
          activity,
          onServiceClock,
          report,
        }),
      )
    }
  }

  const notifications = {
    buckets: wiring.buckets,
    queueName: nameOfArn,
    queues,
    state,
    now: clock.now,
  }
  objectsAndQueues.onObjectCreated(createNotifier(notifications))
  sendTestEvents(notifications)

  for (const definition of wiring.queueSources) {
    const queueName = queueNameOf(nameOfArn(definition.sourceArn))
    sources.push(startQueueSource({ definition, queueName, queues, invoke, activity, report }))
  }
  await objectsAndQueues.replayObjects()

  return {
    streams,
    activity,
    poke,
    stop() {
      for (const source of [...sources, ...streams]) source.stop()
      client.close()
    },
  }
}
