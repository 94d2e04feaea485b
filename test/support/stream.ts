import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams'
import type { DynamoDBStreamEvent } from 'aws-lambda'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../infra/local/aws/names.ts'
import { partition } from '../../shared/storage/keys.ts'
import { suppressEffectsAttribute } from '../../shared/storage/schema.ts'
import { isPublished, recordOf } from '../simulation/cloud/stream.ts'
import type { MemoryTable } from '../simulation/dynamo/memory-table.ts'
import type { TestTable } from './dynamo.ts'

/** The template's filter. */
const PREFIXES = [partition.account, partition.closedClaim, partition.org]

/** Binary values are base64 in Lambda’s records. */
const wireValue = (_name: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value

type StreamRecord = DynamoDBStreamEvent['Records'][number]

export interface TestStream {
  /** The changes since the last call as Lambda delivers them: those that pass the template's filter. */
  take(): Promise<StreamRecord[]>
  /** Skips what was written so far. */
  skip(): Promise<void>
}

/** Reads the stream of a test's table, from now on. */
export async function openStream(table: TestTable): Promise<TestStream> {
  if (table.memory !== undefined) return memoryStream(table.memory)
  const { name, endpoint } = table
  const client = new DynamoDBStreamsClient({
    endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  })
  const { Streams } = await client.send(new ListStreamsCommand({ TableName: name }))
  const StreamArn = Streams?.[0]?.StreamArn
  const shards = new Map<string, string | undefined>()
  async function skip(): Promise<void> {
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }))
    for (const { ShardId } of StreamDescription?.Shards ?? []) {
      if (ShardId === undefined) continue
      const { ShardIterator } = await client.send(
        new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'LATEST' }),
      )
      shards.set(ShardId, ShardIterator)
    }
  }
  await skip()

  async function* newIn(shardId: string): AsyncGenerator<StreamRecord> {
    for (;;) {
      const page = await client.send(new GetRecordsCommand({ ShardIterator: shards.get(shardId) }))
      shards.set(shardId, page.NextShardIterator)
      // Lambda passes the JSON of the wire, in which an instant is a number of seconds; the SDK has parsed it to a
      // Date.
      const records: StreamRecord[] = JSON.parse(
        JSON.stringify(page.Records ?? [], wireValue),
        (name, value) => (name === 'ApproximateCreationDateTime' ? Date.parse(value) / 1000 : value),
      )
      yield* records
      if (records.length === 0 || page.NextShardIterator === undefined) return
    }
  }

  return {
    skip,
    async take() {
      const records: StreamRecord[] = []
      for (const shardId of shards.keys())
        for await (const record of newIn(shardId)) {
          const pk = record.dynamodb?.Keys?.pk?.S ?? ''
          const isQuiet = record.dynamodb?.NewImage?.[suppressEffectsAttribute] !== undefined
          if (!isQuiet && PREFIXES.some((prefix) => pk.startsWith(prefix))) records.push(record)
        }
      return records
    },
  }
}

function memoryStream(table: MemoryTable): TestStream {
  const records: StreamRecord[] = []
  table.onCommit((commits) => records.push(...commits.filter(isPublished).map(recordOf)))
  return {
    async skip() {
      records.length = 0
    },
    take: async () => records.splice(0),
  }
}
