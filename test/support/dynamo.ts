import { randomUUID } from 'node:crypto'
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { startDynamoDb } from '../../infra/local/aws/dynamodb.ts'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../infra/local/aws/names.ts'
import { openTable, type Table } from '../../shared/table/client.ts'
import { tableSchema } from '../../shared/table/schema.ts'

export interface TestTable {
  readonly table: Table
  readonly client: DynamoDBClient
  readonly name: string
  readonly endpoint: string
  stop(): Promise<void>
}

const keySchema = (partitionKey: string, sortKey: string) => [
  { AttributeName: partitionKey, KeyType: 'HASH' },
  { AttributeName: sortKey, KeyType: 'RANGE' },
]

/** The properties of `AWS::DynamoDB::Table`, from the same schema as the CDK app's. */
export function tableProperties(TableName: string) {
  const { partitionKey, sortKey, indexes, streamView, ttlAttribute } = tableSchema
  const attributes = new Set([
    partitionKey,
    sortKey,
    ...indexes.flatMap((index) => [index.partitionKey, index.sortKey]),
  ])
  return {
    TableName,
    KeySchema: keySchema(partitionKey, sortKey),
    AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index.partitionKey, index.sortKey),
      Projection: { ProjectionType: 'KEYS_ONLY' },
    })),
    StreamSpecification: { StreamViewType: streamView },
    TimeToLiveSpecification: { AttributeName: ttlAttribute, Enabled: true },
  }
}

/**
 * An empty table in a DynamoDB of its own, or in that at DYNAMODB_ENDPOINT: one per test file, stopped in `afterAll`.
 */
export async function startTable(): Promise<TestTable> {
  const given = process.env.DYNAMODB_ENDPOINT
  const dynamo = await startDynamoDb({ endpoint: given })
  const name = `test-${randomUUID()}`
  await dynamo.createTable(tableProperties(name))
  const client = new DynamoDBClient({
    endpoint: dynamo.endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  })
  return {
    table: openTable(name, client),
    client,
    name,
    endpoint: dynamo.endpoint,
    async stop() {
      if (given !== undefined) await client.send(new DeleteTableCommand({ TableName: name }))
      client.destroy()
      await dynamo.stop()
    },
  }
}
