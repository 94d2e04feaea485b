import { randomUUID } from 'node:crypto'
import { DeleteTableCommand, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { givenEndpoint, startDynamoDb } from '../../infra/local/aws/dynamodb/dynamodb.ts'
import { type FaultProxy, startFaultProxy } from '../../infra/local/aws/dynamodb/faults/fault-proxy.ts'
import {
  faultOptions,
  type GivenFaultOptions,
  parseFaultOptions,
} from '../../infra/local/aws/dynamodb/faults/options.ts'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../infra/local/aws/names.ts'
import type { Pause } from '../../shared/lib/backoff.ts'
import { openTable, type Table } from '../../shared/storage/client.ts'
import { tableSchema } from '../../shared/storage/schema.ts'
import { answeredBy, openMemoryTable, performAtOnce } from '../simulation/dynamo/client.ts'
import { MemoryTable } from '../simulation/dynamo/memory-table.ts'
import { sendDocumentedStatements } from './documented-statements.ts'

export interface TestTable {
  readonly table: Table
  readonly client: DynamoDBClient
  readonly name: string
  /** The address of the DynamoDB itself, behind the fault proxy. */
  readonly endpoint: string
  /** The embedded DynamoDB’s file; undefined for another DynamoDB. */
  readonly databasePath: string | undefined
  /** The fault proxy in front of it, if any: see DYNAMODB_FAULTS. */
  readonly faults: FaultProxy | undefined
  /** The simulation's table, if it is used instead of a DynamoDB (see TEST_TABLE): a tenth of the work. */
  readonly memory?: MemoryTable
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
 * More attempts than a function's client makes, since these tests are about how the stores handle faults, and not
 * about the SDK's patience.
 */
const SDK_TRIES = 6

const SIGNED = `AWS4-HMAC-SHA256 Credential=${LOCAL_CREDENTIALS.accessKeyId}/20260101/${LOCAL_REGION}/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0`

/**
 * A fake signature. A local DynamoDB only reads the access key, and signing took a fifth of the CPU time of each
 * call.
 */
const signer: NonNullable<DynamoDBClientConfig['signer']> = {
  async sign(request) {
    request.headers.authorization = SIGNED
    request.headers['x-amz-date'] = '20260101T000000Z'
    return request
  },
}

/** What the SDK does in each call that a local DynamoDB has no use for took a tenth of the CPU time of each call. */
const UNUSED_MIDDLEWARE = ['loggerMiddleware', 'getUserAgentMiddleware', 'recursionDetectionMiddleware']

/**
 * Creates an empty table in a DynamoDB of its own, or in the one at DYNAMODB_ENDPOINT: one per test file, stopped in
 * `afterAll`. Faults are injected only if `given` or DYNAMODB_FAULTS ask for them. With TEST_TABLE=memory it is the
 * simulation's table, if the test doesn't need the client: mutation tests use that. `pause` and `retryStrategy`
 * default to those of the stores and the SDK.
 */
export async function startTable(
  given?: GivenFaultOptions,
  { pause, ...clientOptions }: { pause?: Pause } & Pick<DynamoDBClientConfig, 'retryStrategy'> = {},
): Promise<TestTable> {
  if (process.env.TEST_TABLE === 'memory' && given === undefined && clientOptions.retryStrategy === undefined)
    return memoryTable(pause)
  const endpoint = givenEndpoint()
  const dynamo = await startDynamoDb({ endpoint })
  const name = `test-${randomUUID()}`
  await dynamo.createTable(tableProperties(name))
  const options = given === undefined ? parseFaultOptions(process.env.DYNAMODB_FAULTS) : faultOptions(given)
  const faults =
    options === undefined
      ? undefined
      : await startFaultProxy({ upstream: dynamo.endpoint, isDynoxide: endpoint === undefined, options })
  const client = new DynamoDBClient({
    endpoint: faults?.endpoint ?? dynamo.endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    signer,
    ...(faults === undefined ? {} : { maxAttempts: SDK_TRIES }),
    ...clientOptions,
  })
  for (const unused of UNUSED_MIDDLEWARE) client.middlewareStack.remove(unused)
  if (endpoint === undefined && faults === undefined) sendDocumentedStatements(client, name)
  return {
    table: openTable(name, client, pause),
    client,
    name,
    endpoint: dynamo.endpoint,
    databasePath: dynamo.databasePath,
    faults,
    async stop() {
      client.destroy()
      await faults?.stop()
      if (endpoint !== undefined) await deleteTable(endpoint, name)
      await dynamo.stop()
    },
  }
}

/**
 * The simulation's table, for tests that repeat something once per call that it makes: it takes a tenth of the time,
 * and both tables pass one contract suite in `test/simulation/dynamo`. If a DynamoDB is asked for by its endpoint or
 * by faults, as `npm run test:faults` does, it is that one.
 */
export const startSimulatedTable = async (): Promise<TestTable> =>
  givenEndpoint() === undefined && parseFaultOptions(process.env.DYNAMODB_FAULTS) === undefined
    ? memoryTable(undefined)
    : startTable()

/**
 * Its client only takes the document client's commands; it can't be metered, and has no connection that could lose
 * answers.
 */
function memoryTable(pause: Pause | undefined): TestTable {
  const memory = new MemoryTable(`test-${randomUUID()}`)
  const table = openMemoryTable(memory)
  const client = new DynamoDBClient({ region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS })
  return {
    table: pause === undefined ? table : { ...table, pause },
    client: answeredBy(client, async (command) => performAtOnce(memory, command)),
    get endpoint(): string {
      throw new Error('the table in memory has no endpoint')
    },
    name: memory.name,
    databasePath: undefined,
    faults: undefined,
    memory,
    stop: async () => client.destroy(),
  }
}

async function deleteTable(endpoint: string, TableName: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS })
  await client.send(new DeleteTableCommand({ TableName }))
  client.destroy()
}
