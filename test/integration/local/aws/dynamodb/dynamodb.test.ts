import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type LocalDynamoDb, startDynamoDb } from '../../../../../infra/local/aws/dynamodb/dynamodb.ts'
import { startDynoxide } from '../../../../../infra/local/aws/dynamodb/dynoxide.ts'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../../../infra/local/aws/names.ts'

const table = (TableName: string, more: Record<string, unknown> = {}) => ({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'dueShard', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'dueWork',
      KeySchema: [{ AttributeName: 'dueShard', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
  ...more,
})
const clientOf = (endpoint: string) => ({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS })
const keyOf = (pk: string) => ({ pk: { S: pk }, sk: { S: 'é "quoted"' } })
const item = (pk: string, expires?: number) => ({
  ...keyOf(pk),
  ...(expires === undefined ? {} : { expires: { N: String(expires) } }),
})

let dynamoDb: LocalDynamoDb
let client: DynamoDBClient
let streams: DynamoDBStreamsClient
beforeAll(async () => {
  dynamoDb = await startDynamoDb({})
  client = new DynamoDBClient(clientOf(dynamoDb.endpoint))
  streams = new DynamoDBStreamsClient(clientOf(dynamoDb.endpoint))
})
afterAll(() => dynamoDb.stop())

async function recordsOf(TableName: string) {
  const { Streams } = await streams.send(new ListStreamsCommand({ TableName }))
  const StreamArn = Streams?.[0]?.StreamArn
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }))
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId
  const start = new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' })
  const { ShardIterator } = await streams.send(start)
  return (await streams.send(new GetRecordsCommand({ ShardIterator }))).Records ?? []
}

describe('the embedded DynamoDB', () => {
  it('makes a table once, and says how one that is there differs', async () => {
    await dynamoDb.createTable(table('once'))
    await client.send(new PutItemCommand({ TableName: 'once', Item: item('a') }))
    await dynamoDb.createTable(table('once'))
    expect((await client.send(new ScanCommand({ TableName: 'once' }))).Count).toBe(1)
    const [dueWork] = table('once').GlobalSecondaryIndexes
    const renamed = { GlobalSecondaryIndexes: [{ ...dueWork, IndexName: 'renamed' }] }
    await expect(dynamoDb.createTable(table('once', renamed))).rejects.toThrow(
      /another shape.*dueWork.*renamed/,
    )
  })

  it('deletes what has expired on the service clock, as the service itself', async () => {
    await dynamoDb.createTable(table('expiring'))
    const now = new Date('2040-01-01T00:00:00.500Z')
    const seconds = Math.floor(now.getTime() / 1000)
    const items = [
      item('past', seconds - 1),
      item('now', seconds),
      item('future', seconds + 1),
      item('never'),
    ]
    const RequestItems = { expiring: items.map((Item) => ({ PutRequest: { Item } })) }
    await client.send(new BatchWriteItemCommand({ RequestItems }))
    expect(await dynamoDb.sweepTtl('expiring', 'expires', now)).toBe(1)
    const left = await client.send(new ScanCommand({ TableName: 'expiring' }))
    expect(left.Items?.map(({ pk }) => pk?.S).sort()).toEqual(['future', 'never', 'now'])
    const Key = keyOf('never')
    await client.send(new DeleteItemCommand({ TableName: 'expiring', Key }))
    const removals = (await recordsOf('expiring')).filter(({ eventName }) => eventName === 'REMOVE')
    // The embedded DynamoDB spells the identity's members as Lambda does, which the SDK doesn't read.
    const byTheService = removals.map(({ dynamodb, userIdentity }) => [
      dynamodb?.Keys,
      userIdentity !== undefined,
    ])
    expect(byTheService).toEqual([
      [keyOf('past'), true],
      [Key, false],
    ])
  })

  it('sweeps a DynamoDB that is not its own by scanning', async () => {
    await dynamoDb.createTable(table('foreign'))
    const foreign = await startDynamoDb({ endpoint: dynamoDb.endpoint })
    await client.send(new PutItemCommand({ TableName: 'foreign', Item: item('past', 1) }))
    await client.send(new PutItemCommand({ TableName: 'foreign', Item: item('kept') }))
    expect(await foreign.sweepTtl('foreign', 'expires', new Date())).toBe(1)
    expect((await client.send(new ScanCommand({ TableName: 'foreign' }))).Count).toBe(1)
    await foreign.stop()
  })

  it('forgets stream records that were handled, save the last, and goes on numbering', async () => {
    await dynamoDb.createTable(table('streaming'))
    const put = (pk: string) => client.send(new PutItemCommand({ TableName: 'streaming', Item: item(pk) }))
    for (const pk of ['a', 'b', 'c']) await put(pk)
    const numbers = async () =>
      (await recordsOf('streaming')).map(({ dynamodb }) => Number(dynamodb?.SequenceNumber))
    const [first = 0, second = 0, third = 0] = await numbers()
    dynamoDb.trimStream('streaming', String(second))
    expect(await numbers()).toEqual([second, third])
    dynamoDb.trimStream('streaming', String(third + 100))
    expect(await numbers()).toEqual([third])
    await put('d')
    expect(await numbers()).toEqual([third, third + 1])
    expect(first).toBeLessThan(second)
  })
})

const STARTER = `
  const { startDynoxide } = await import(${JSON.stringify(new URL('../../../../../infra/local/aws/dynamodb/dynoxide.ts', import.meta.url).href)})
  const { endpoint, databasePath } = await startDynoxide({ dir: process.argv[1] || undefined })
  process.stdout.write(JSON.stringify({ endpoint, databasePath }))
  setInterval(() => {}, 1000)`

const started = z.object({ endpoint: z.string(), databasePath: z.string() })

/** A process that runs an embedded DynamoDB in `dir`, or in a scratch folder if that is empty. */
async function startService(dir: string) {
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit']
  const service = spawn(process.execPath, ['--input-type=module', '-e', STARTER, dir], { stdio })
  const [line] = await once(service.stdout.setEncoding('utf8'), 'data')
  const kill = async () => {
    service.kill('SIGKILL')
    await once(service, 'exit')
  }
  return { ...started.parse(JSON.parse(String(line))), kill }
}

async function refusesConnections(endpoint: string): Promise<boolean> {
  const socket = connect({ port: Number(new URL(endpoint).port), host: '127.0.0.1' })
  try {
    await once(socket, 'connect')
    return false
  } catch {
    return true
  } finally {
    socket.destroy()
  }
}

describe('when the service is killed', () => {
  it('the embedded DynamoDB ends too, and what it acknowledged is there at the next start', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'local-dynamodb-'))
    const service = await startService(dir)
    const first = await startDynamoDb({ endpoint: service.endpoint })
    await first.createTable(table('kept'))
    const before = new DynamoDBClient(clientOf(service.endpoint))
    await before.send(new PutItemCommand({ TableName: 'kept', Item: item('a') }))
    await first.stop()
    await service.kill()
    while (!(await refusesConnections(service.endpoint))) await sleep(10)

    const again = await startDynamoDb({ dir })
    const after = new DynamoDBClient(clientOf(again.endpoint))
    const found = await after.send(new GetItemCommand({ TableName: 'kept', Key: keyOf('a') }))
    expect(found.Item).toEqual(item('a'))
    await again.stop()
    await rm(dir, { recursive: true })
  })

  it('its scratch folder goes with it', async () => {
    const service = await startService('')
    expect(existsSync(service.databasePath)).toBe(true)
    await service.kill()
    while (existsSync(dirname(service.databasePath))) await sleep(10)
    expect(await refusesConnections(service.endpoint)).toBe(true)
  })
})

describe('an embedded DynamoDB in a scratch folder', () => {
  it('takes its folder with it when it is stopped', async () => {
    const scratch = await startDynoxide({})
    expect(existsSync(scratch.databasePath)).toBe(true)
    await scratch.stop()
    expect(existsSync(dirname(scratch.databasePath))).toBe(false)
  })
})
