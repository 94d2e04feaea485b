import {
  type AttributeValue,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  paginateScan,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import * as z from 'zod'
import { ExpectedError } from '../../cli/expected-error.ts'
import { startDynoxide } from './dynoxide.ts'
import { openDynoxideDatabase } from './dynoxide-database.ts'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../names.ts'

const SWEEP_PARALLEL_DELETES = 8
const TABLE_WAIT_SECONDS = 60

/** The CloudFormation properties of a table that the local table is made from: those that change its behaviour. */
const tableProperties = z.object({
  TableName: z.string(),
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
  GlobalSecondaryIndexes: z
    .array(
      z.object({
        IndexName: z.string(),
        KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
        Projection: z.object({
          ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
          NonKeyAttributes: z.array(z.string()).optional(),
        }),
      }),
    )
    .optional(),
  StreamSpecification: z
    .object({ StreamViewType: z.enum(['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY']) })
    .optional(),
  TimeToLiveSpecification: z
    .object({ AttributeName: z.string().optional(), Enabled: z.boolean() })
    .optional(),
})
type TableProperties = z.infer<typeof tableProperties>

export interface LocalDynamoDb {
  endpoint: string
  /** The SQLite file of the embedded DynamoDB; undefined for another one. */
  databasePath: string | undefined
  /**
   * Creates the table of an `AWS::DynamoDB::Table` or `::GlobalTable` with resolved properties. An existing table is
   * kept; it is an error if its keys, indexes or stream differ.
   */
  createTable(properties: unknown): Promise<void>
  /**
   * Deletes stream records below the sequence number `handledUpTo`, a bounded number at a time, and never the last
   * one.
   */
  trimStream(tableName: string, handledUpTo: string): void
  /**
   * Deletes what expired before `now`, as DynamoDB does: the stream shows the deletions as made by the service.
   * Returns how many.
   */
  sweepTtl(tableName: string, ttlAttribute: string, now: Date): Promise<number>
  stop(): Promise<void>
}

/** Describes keys, indexes and stream in a form by which two tables can be compared. */
function shapeOf(
  t: Pick<TableProperties, 'KeySchema'> & {
    indexes: { name: string; keys: TableProperties['KeySchema'] }[]
    stream: string | undefined
  },
): string {
  const keys = (schema: TableProperties['KeySchema']) =>
    schema.map((k) => `${k.AttributeName} ${k.KeyType}`).join(', ')
  const indexes = t.indexes.map((i) => `${i.name} (${keys(i.keys)})`).sort()
  return [`key (${keys(t.KeySchema)})`, ...indexes, `stream ${t.stream ?? 'none'}`].join('; ')
}

async function createTable(client: DynamoDBClient, raw: unknown): Promise<void> {
  const p = tableProperties.parse(raw)
  const stream = p.StreamSpecification?.StreamViewType
  try {
    await client.send(
      new CreateTableCommand({
        TableName: p.TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: p.AttributeDefinitions,
        KeySchema: p.KeySchema,
        GlobalSecondaryIndexes: p.GlobalSecondaryIndexes?.length ? p.GlobalSecondaryIndexes : undefined,
        StreamSpecification:
          stream === undefined ? undefined : { StreamEnabled: true, StreamViewType: stream },
      }),
    )
    await waitUntilTableExists(
      { client, maxWaitTime: TABLE_WAIT_SECONDS, minDelay: 1 },
      { TableName: p.TableName },
    )
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error
    await assertSameShape(client, p)
    return
  }
  const ttl = p.TimeToLiveSpecification
  if (ttl?.Enabled === true) {
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: p.TableName,
        TimeToLiveSpecification: { AttributeName: ttl.AttributeName, Enabled: true },
      }),
    )
  }
}

const describedKeys = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))

async function assertSameShape(client: DynamoDBClient, wanted: TableProperties): Promise<void> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: wanted.TableName }))
  const found = shapeOf({
    KeySchema: describedKeys.parse(Table?.KeySchema),
    indexes: (Table?.GlobalSecondaryIndexes ?? []).map((index) => ({
      name: index.IndexName ?? '',
      keys: describedKeys.parse(index.KeySchema),
    })),
    stream: Table?.StreamSpecification?.StreamViewType,
  })
  const expected = shapeOf({
    KeySchema: wanted.KeySchema,
    indexes: (wanted.GlobalSecondaryIndexes ?? []).map((index) => ({
      name: index.IndexName,
      keys: index.KeySchema,
    })),
    stream: wanted.StreamSpecification?.StreamViewType,
  })
  if (found !== expected) {
    throw new ExpectedError(
      `The table ${wanted.TableName} that is there has another shape than the template's: ` +
        `${found} instead of ${expected}. Start with another data directory (or an empty DynamoDB).`,
    )
  }
}

type Key = Record<string, AttributeValue>

/**
 * Deletes expired items through the API, so that indexes and stream follow. The condition keeps an item whose time to
 * live was extended in the meantime.
 */
async function deleteExpired(
  client: DynamoDBClient,
  tableName: string,
  ttlAttribute: string,
  nowSeconds: number,
  keys: readonly Key[],
): Promise<number> {
  let deleted = 0
  const work = keys.values()
  const worker = async () => {
    for (const Key of work) {
      try {
        await client.send(
          new DeleteItemCommand({
            TableName: tableName,
            Key,
            ConditionExpression: '#ttl < :now',
            ExpressionAttributeNames: { '#ttl': ttlAttribute },
            ExpressionAttributeValues: { ':now': { N: String(nowSeconds) } },
          }),
        )
        deleted++
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error
      }
    }
  }
  await Promise.all(Array.from({ length: SWEEP_PARALLEL_DELETES }, worker))
  return deleted
}

async function keyNames(client: DynamoDBClient, tableName: string): Promise<string[]> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }))
  return describedKeys.parse(Table?.KeySchema).map((key) => key.AttributeName)
}

function keyOf(item: Record<string, AttributeValue>, names: readonly string[]): Key {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = item[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

async function sweepByScan(
  client: DynamoDBClient,
  tableName: string,
  ttlAttribute: string,
  nowSeconds: number,
): Promise<number> {
  const names = await keyNames(client, tableName)
  let deleted = 0
  const pages = paginateScan(
    { client },
    {
      TableName: tableName,
      FilterExpression: '#ttl < :now',
      ExpressionAttributeNames: { '#ttl': ttlAttribute },
      ExpressionAttributeValues: { ':now': { N: String(nowSeconds) } },
    },
  )
  for await (const { Items = [] } of pages) {
    const keys = Items.map((item) => keyOf(item, names))
    deleted += await deleteExpired(client, tableName, ttlAttribute, nowSeconds, keys)
  }
  return deleted
}

/** The address in `DYNAMODB_ENDPOINT`; undefined if it is empty. */
export function givenEndpoint(): string | undefined {
  const { DYNAMODB_ENDPOINT: endpoint = '' } = process.env
  return endpoint === '' ? undefined : endpoint
}

async function mustAnswer(endpoint: string): Promise<void> {
  try {
    await (await fetch(endpoint)).arrayBuffer()
  } catch (cause) {
    throw new ExpectedError(`No DynamoDB answers at ${endpoint}, which DYNAMODB_ENDPOINT names.`, { cause })
  }
}

/** Starts the embedded DynamoDB, with its data in `dir` or in memory; or uses the one at `endpoint`. */
export async function startDynamoDb(o: {
  dir?: string | undefined
  endpoint?: string | undefined
  /** The first port to try for the embedded one; any free port without it. */
  port?: number | undefined
  onUnexpectedExit?: (error: Error) => void
}): Promise<LocalDynamoDb> {
  if (o.endpoint !== undefined) await mustAnswer(o.endpoint)
  const embedded = o.endpoint === undefined ? await startDynoxide(o) : undefined
  const endpoint = o.endpoint ?? embedded?.endpoint ?? ''
  const client = new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS })
  const database = embedded === undefined ? undefined : openDynoxideDatabase(embedded.databasePath)
  return {
    endpoint,
    databasePath: embedded?.databasePath,
    createTable: (properties) => createTable(client, properties),
    trimStream: (tableName, handledUpTo) => database?.trimStream(tableName, handledUpTo),
    async sweepTtl(tableName, ttlAttribute, now) {
      const nowSeconds = Math.floor(now.getTime() / 1000)
      if (database === undefined) return sweepByScan(client, tableName, ttlAttribute, nowSeconds)
      const names = await keyNames(client, tableName)
      let deleted = 0
      for (const items of database.expiredItems(tableName, ttlAttribute, nowSeconds)) {
        const keys = items.map((item) => keyOf(item, names))
        await database.asTimeToLive(tableName, keys, async () => {
          deleted += await deleteExpired(client, tableName, ttlAttribute, nowSeconds, keys)
        })
      }
      return deleted
    },
    async stop() {
      client.destroy()
      database?.close()
      await embedded?.stop()
    },
  }
}
