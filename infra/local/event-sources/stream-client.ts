/**
 * DynamoDB Streams over HTTP, without the SDK: a page has a thousand records that are only passed on, and the SDK
 * would parse and check each of them.
 */
import * as z from 'zod'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../aws/names.ts'
import { createPostClient } from '../aws/gateway/post-client.ts'

const record = z.looseObject({
  eventName: z.string(),
  dynamodb: z.looseObject({
    Keys: z.record(z.string(), z.unknown()),
    SequenceNumber: z.string(),
    /** Seconds since 1970. */
    ApproximateCreationDateTime: z.number().optional(),
  }),
  /** Who made the change, if it was the service. AWS's API uses capital letters, the embedded emulator doesn't. */
  userIdentity: z
    .object({
      PrincipalId: z.string().optional(),
      Type: z.string().optional(),
      principalId: z.string().optional(),
      type: z.string().optional(),
    })
    .optional(),
})
export type StreamRecord = z.infer<typeof record>

const recordsPage = z.object({
  Records: z.array(record).default([]),
  NextShardIterator: z.string().nullish(),
})
const streamPage = z.object({
  StreamDescription: z.looseObject({
    Shards: z.array(z.looseObject({ ShardId: z.string(), ParentShardId: z.string().optional() })).default([]),
    LastEvaluatedShardId: z.string().optional(),
  }),
})
const tableDescription = z.object({ Table: z.looseObject({ LatestStreamArn: z.string().optional() }) })
const iterator = z.object({ ShardIterator: z.string() })
const failure = z.looseObject({ __type: z.string().default(''), message: z.string().optional() })

export class StreamError extends Error {
  override name = 'StreamError'
  /** `ExpiredIteratorException`, `TrimmedDataAccessException`, … */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export interface Shard {
  readonly id: string
  readonly parentId?: string
}
export interface RecordsPage {
  readonly records: readonly StreamRecord[]
  /** Undefined if the shard is closed and this was its last page. */
  readonly next?: string
}
export type StartAt =
  | { readonly type: 'TRIM_HORIZON' | 'LATEST' }
  | { readonly type: 'AFTER_SEQUENCE_NUMBER'; readonly sequenceNumber: string }

export interface StreamClient {
  /** @throws Error if the table has no stream */
  streamOf(tableName: string): Promise<string>
  shards(streamArn: string): Promise<Shard[]>
  iterator(streamArn: string, shardId: string, at: StartAt): Promise<string>
  /** @throws StreamError for an iterator that is too old */
  records(iterator: string): Promise<RecordsPage>
  close(): void
}

const recordsPerPage = 1000

/** Not a valid signature. Emulators don't check it, but require an access key. */
const signature = {
  authorization:
    `AWS4-HMAC-SHA256 Credential=${LOCAL_CREDENTIALS.accessKeyId}/20260101/${LOCAL_REGION}/dynamodb/aws4_request, ` +
    'SignedHeaders=host;x-amz-date;x-amz-target, Signature=0',
  'x-amz-date': '20260101T000000Z',
}

export function createStreamClient(endpoint: string): StreamClient {
  const client = createPostClient(endpoint)
  async function call<T>(target: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    const { status, body: text } = await client.post(
      { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target, ...signature },
      Buffer.from(JSON.stringify(body)),
    )
    const answer: unknown = JSON.parse(text.toString())
    if (status === 200) return schema.parse(answer)
    const { __type: type, message } = failure.parse(answer)
    throw new StreamError(type.slice(type.lastIndexOf('#') + 1), message ?? type)
  }
  const streams = 'DynamoDBStreams_20120810'

  return {
    async streamOf(tableName) {
      const { Table } = await call(
        'DynamoDB_20120810.DescribeTable',
        { TableName: tableName },
        tableDescription,
      )
      if (Table.LatestStreamArn === undefined) throw new Error(`the table ${tableName} has no stream`)
      return Table.LatestStreamArn
    },
    async shards(StreamArn) {
      const shards: Shard[] = []
      let ExclusiveStartShardId: string | undefined
      do {
        const body = { StreamArn, ...(ExclusiveStartShardId !== undefined && { ExclusiveStartShardId }) }
        const { StreamDescription: page } = await call(`${streams}.DescribeStream`, body, streamPage)
        for (const { ShardId: id, ParentShardId: parentId } of page.Shards) {
          shards.push({ id, ...(parentId !== undefined && { parentId }) })
        }
        ExclusiveStartShardId = page.LastEvaluatedShardId
      } while (ExclusiveStartShardId !== undefined)
      return shards
    },
    async iterator(StreamArn, ShardId, at) {
      const body = {
        StreamArn,
        ShardId,
        ShardIteratorType: at.type,
        ...(at.type === 'AFTER_SEQUENCE_NUMBER' && { SequenceNumber: at.sequenceNumber }),
      }
      return (await call(`${streams}.GetShardIterator`, body, iterator)).ShardIterator
    },
    async records(ShardIterator) {
      const page = await call(`${streams}.GetRecords`, { ShardIterator, Limit: recordsPerPage }, recordsPage)
      const next = page.NextShardIterator ?? undefined
      return { records: page.Records, ...(next !== undefined && { next }) }
    },
    close: client.close,
  }
}
