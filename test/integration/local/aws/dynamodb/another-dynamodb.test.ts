import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { type LocalDynamoDb, startDynamoDb } from '../../../../../infra/local/aws/dynamodb/dynamodb.ts'
import { readItem, startFixture, writeItem } from '../../fixture/service.ts'

let other: LocalDynamoDb

beforeAll(async () => {
  other = await startDynamoDb({})
})
afterEach(() => vi.unstubAllEnvs())
afterAll(() => other.stop())

it('DYNAMODB_ENDPOINT: everything that boots uses that DynamoDB, whoever boots it', async () => {
  vi.stubEnv('DYNAMODB_ENDPOINT', other.endpoint)
  const service = await startFixture()
  expect(service.client.endpoints.dynamodb).toBe(other.endpoint)
  await writeItem(service.client, { pk: 'U#here' })
  expect(await readItem(service.client, 'U#here')).toBeDefined()
  await service.stop()
})

it('DYNAMODB_ENDPOINT: an empty one is none', async () => {
  vi.stubEnv('DYNAMODB_ENDPOINT', '')
  const service = await startFixture()
  expect(service.client.endpoints.dynamodb).not.toBe('')
  await writeItem(service.client, { pk: 'U#here' })
  await service.stop()
})

it('DYNAMODB_ENDPOINT: services share another DynamoDB, each with a table and a stream of its own', async () => {
  const options = { dynamodbEndpoint: other.endpoint }
  const [one, two] = await Promise.all([startFixture({}, options), startFixture({}, options)])
  expect(one.client.endpoints.dynamodb).toBe(other.endpoint)
  expect(one.client.endpoints.table).not.toBe(two.client.endpoints.table)

  await writeItem(one.client, { pk: 'U#here' })
  await one.client.settle()
  expect(await readItem(one.client, 'U#here')).toBeDefined()
  expect(await readItem(two.client, 'U#here')).toBeUndefined()
  const effects = (await one.client.functions()).find((each) => each.logicalId === 'EffectsFunction')
  expect(effects?.invocations).toBeGreaterThan(0)

  const expires = String(Math.floor((await one.client.now()).getTime() / 1000) + 60)
  await writeItem(one.client, { pk: 'X#expires', expires })
  await one.client.advance('PT2M')
  expect(await readItem(one.client, 'X#expires')).toBeUndefined()
  await Promise.all([one.stop(), two.stop()])
})
