/** Does what Lambda's poller does for a function that reads a table's stream. */
import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Activity } from '../clock/activity.ts'
import { LOCAL_REGION } from '../aws/names.ts'
import type { LocalState } from '../aws/state.ts'
import { compileFilters } from '../aws/eventbridge/event-pattern.ts'
import type { InvocationRecord } from './failed-batches.ts'
import type { InvocationOutcome } from '../functions/functions.ts'
import { type ShardReader, startShardReader } from './shard-reader.ts'
import { type GivenUpBecause, handleBatch } from './stream-batches.ts'
import type { Shard, StartAt, StreamClient, StreamRecord } from './stream-client.ts'
import type { StreamSourceDefinition } from '../template/wiring-sources.ts'

/** How often to look for shards that others were split into. The embedded DynamoDB only ever has one. */
const shardsPauseMs = 10_000
const firstShardPauseMs = 20

/** Stores a batch that was given up: Lambda's record of it, and the event. */
export type FailureDestination = (
  record: InvocationRecord,
  event: { readonly Records: readonly StreamRecord[] },
) => void

export interface StreamSourceOptions {
  readonly definition: StreamSourceDefinition
  readonly client: StreamClient
  readonly streamArn: string
  readonly state: LocalState
  readonly invoke: (functionArn: string, event: unknown) => Promise<InvocationOutcome>
  /** Undefined if the template has no destination for failed batches. */
  readonly failureDestination: FailureDestination | undefined
  /** Called with the last record that is handled, together with all before it. */
  readonly onCheckpoint: (sequenceNumber: string) => void
  readonly activity: Activity
  readonly onServiceClock: (realMs: number) => number
  readonly report: (problem: string) => void
}

export interface StreamSource {
  /** Reads at once. Call it when something may have been written. */
  poke(): void
  /** Whether a read that begins after this call finds nothing, with nothing under way. */
  isDrained(): Promise<boolean>
  stop(): void
}

/** A unique id of 32 hexadecimal digits, as on AWS. An emulator's own id may be a mere number. */
const eventId = (streamArn: string, record: StreamRecord): string =>
  createHash('md5').update(`${streamArn}/${record.dynamodb.SequenceNumber}`).digest('hex')

/** The record's key as text. The emulator lists the attributes of a key in any order. */
function keyText({ dynamodb: { Keys } }: StreamRecord): string {
  return JSON.stringify(Object.entries(Keys).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function partitionOf(record: StreamRecord, partitions: number): number {
  return createHash('md5').update(keyText(record)).digest().readUInt32BE() % partitions
}

const createdMs = (record: StreamRecord): number => (record.dynamodb.ApproximateCreationDateTime ?? 0) * 1000

export function startStreamSource(options: StreamSourceOptions): StreamSource {
  const { definition, client, streamArn, state, activity } = options
  const passes = compileFilters(definition.filters)
  const stopping = new AbortController()
  const { signal } = stopping

  const shown = ({ userIdentity, ...record }: StreamRecord): StreamRecord => ({
    ...record,
    eventID: eventId(streamArn, record),
    eventSource: 'aws:dynamodb',
    eventSourceARN: definition.sourceArn,
    awsRegion: LOCAL_REGION,
    dynamodb: {
      ...record.dynamodb,
      ApproximateCreationDateTime: Math.floor(options.onServiceClock(createdMs(record)) / 1000),
    },
    ...(userIdentity !== undefined && {
      userIdentity: {
        principalId: userIdentity.principalId ?? userIdentity.PrincipalId,
        type: userIdentity.type ?? userIdentity.Type,
      },
    }),
  })

  function giveUp(
    shard: Shard,
    records: readonly StreamRecord[],
    condition: GivenUpBecause,
    tries: number,
  ): void {
    options.report(`${definition.logicalId}: gave up ${records.length} stream records (${condition})`)
    const [first, last] = [records[0], records.at(-1)]
    if (first === undefined || last === undefined) return
    const time = (record: StreamRecord) => new Date(options.onServiceClock(createdMs(record))).toISOString()
    const record = {
      requestContext: {
        requestId: randomUUID(),
        functionArn: definition.functionArn,
        condition,
        approximateInvokeCount: tries,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: new Date(options.onServiceClock(Date.now())).toISOString(),
      DDBStreamBatchInfo: {
        shardId: shard.id,
        startSequenceNumber: first.dynamodb.SequenceNumber,
        endSequenceNumber: last.dynamodb.SequenceNumber,
        approximateArrivalOfFirstRecord: time(first),
        approximateArrivalOfLastRecord: time(last),
        batchSize: records.length,
        streamArn: definition.sourceArn,
      },
    }
    options.failureDestination?.(record, { Records: records.map(shown) })
  }

  /** Handles the partitions in parallel. The batches of a partition, and so all changes of an item, are handled in order. */
  async function handle(shard: Shard, records: readonly StreamRecord[]): Promise<void> {
    const wanted = records.filter(passes)
    const partitions = Array.from({ length: definition.parallelization }, (): StreamRecord[] => [])
    for (const record of wanted) partitions[partitionOf(record, partitions.length)]?.push(record)
    const handling = {
      rules: definition,
      invoke: (batch: readonly StreamRecord[]) =>
        options.invoke(definition.functionArn, { Records: batch.map(shown) }),
      ageSeconds: (record: StreamRecord) => (Date.now() - createdMs(record)) / 1000,
      giveUp: (batch: readonly StreamRecord[], because: GivenUpBecause, tries: number) =>
        giveUp(shard, batch, because, tries),
      signal,
    }
    await Promise.all(
      partitions.map(async (partition) => {
        for (let i = 0; i < partition.length; i += definition.batchSize) {
          await handleBatch(partition.slice(i, i + definition.batchSize), handling)
        }
      }),
    )
  }

  const checkpointKey = (shard: Shard) => `checkpoint/${definition.logicalId}/${streamArn}/${shard.id}`

  function startAt(shard: Shard): StartAt {
    const saved = state.get(checkpointKey(shard))
    if (typeof saved === 'string') return { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: saved }
    return { type: definition.startingPosition }
  }

  const readers = new Map<string, ShardReader>()
  const ended = new Set<string>()
  let sharding = Promise.withResolvers<void>()

  function read(shard: Shard): ShardReader {
    return startShardReader({
      client,
      streamArn,
      shardId: shard.id,
      startAt: () => startAt(shard),
      handle: (records) =>
        activity.during(async () => {
          await handle(shard, records)
          const last = records.at(-1)
          if (last === undefined) return
          state.set(checkpointKey(shard), last.dynamodb.SequenceNumber)
          options.onCheckpoint(last.dynamodb.SequenceNumber)
        }),
      onEnd: () => {
        ended.add(shard.id)
        sharding.resolve()
      },
      report: (problem) => options.report(`${definition.logicalId}: ${problem}`),
      signal,
    })
  }

  /**
   * Starts a reader for each shard. A shard that was split is read to its end before the new ones, so that changes of
   * an item stay in order.
   */
  async function followShards(): Promise<void> {
    while (!signal.aborted) {
      const shards = await client.shards(streamArn).catch((): Shard[] => [])
      const known = new Set(shards.map((shard) => shard.id))
      const isFree = ({ parentId }: Shard) =>
        parentId === undefined || ended.has(parentId) || !known.has(parentId)
      for (const shard of shards) {
        if (!readers.has(shard.id) && isFree(shard)) readers.set(shard.id, read(shard))
      }
      const pauseMs = readers.size === 0 ? firstShardPauseMs : shardsPauseMs
      await Promise.race([sleep(pauseMs, undefined, { signal }).catch(() => undefined), sharding.promise])
      sharding = Promise.withResolvers<void>()
    }
  }
  void followShards()

  return {
    poke() {
      for (const reader of readers.values()) reader.poke()
    },
    async isDrained() {
      const drained = await Promise.all([...readers.values()].map((reader) => reader.isDrained()))
      return drained.length > 0 && drained.every(Boolean)
    },
    stop: () => stopping.abort(),
  }
}
