import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import * as z from 'zod'
import { ExpectedError } from '../../cli/expected-error.ts'

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

/**
 * Creates the table of an `AWS::DynamoDB::Table` or `::GlobalTable` with resolved properties, and waits for it.
 *
 * @throws ExpectedError if a table of this name exists with other keys, indexes or another stream
 */
export async function createTable(client: DynamoDBClient, raw: unknown): Promise<void> {
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

/** A key schema as DescribeTable answers it. */
export const describedKeys = z.array(
  z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }),
)

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
