import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServiceClient } from '../../../../infra/local/client.ts'
import { type Fixture, readItem, sendRow, startFixture, writeItem } from '../fixture/service.ts'

let fixture: Fixture
let client: ServiceClient

beforeAll(async () => {
  fixture = await startFixture()
  client = fixture.client
})
afterAll(() => fixture.stop())

const invocations = async (logicalId: string) =>
  (await client.functions()).find((each) => each.logicalId === logicalId)?.invocations ?? 0

describe('a queue', () => {
  it('feeds its function, and is empty when the service has settled', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, id) => sendRow(client, { id: `many-${id}` })))
    await client.settle()
    const items = await Promise.all(Array.from({ length: 12 }, (_, id) => readItem(client, `U#many-${id}`)))
    expect(items.map((item) => item?.received?.N)).toEqual(Array(12).fill('1'))
    expect((await client.queues())['Fixture-RowsQueue']).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
  })

  it('gives back only the messages that were reported, each time when its visibility time-out is over', async () => {
    await Promise.all([sendRow(client, { id: 'good' }), sendRow(client, { id: 'twice', failures: 2 })])
    const sentAt = await client.now()
    const settled = await client.settle()
    const [comesBack = ''] = Object.values(settled.waiting ?? {})
    expect(Date.parse(comesBack) - sentAt.getTime()).toBeGreaterThan(60_000)
    expect((await readItem(client, 'U#good'))?.received).toEqual({ N: '1' })
    expect(await readItem(client, 'U#twice')).toBeUndefined()
    // Of 90 s; less than 15 before its end settling would wait for it, in real time.
    await client.advance('PT60S')
    expect(await readItem(client, 'U#twice')).toBeUndefined()
    // Past its third delivery, for the same reason.
    await client.advance('PT3M')
    expect((await readItem(client, 'U#twice'))?.received).toEqual({ N: '3' })
    expect((await client.queues())['Fixture-RowsQueue']).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
  })

  it('puts aside what fails too often; settling does not wait for that, but tells', async () => {
    await sendRow(client, { id: 'never', failures: 99 })
    await client.settle()
    expect(await client.advance('PT6M')).toMatchObject({
      settled: true,
      deadLetters: { 'Fixture-DeadLetters': 1 },
    })
    expect(await readItem(client, 'U#never')).toBeUndefined()
  })
})

describe('the bucket', () => {
  it('notifies the queue of what is stored under the prefix, with its key encoded, and of nothing else', async () => {
    await client.upload('imports/acme/a b+ü.csv', 'x')
    await client.upload('reports/acme/a.csv', 'x')
    await client.settle()
    expect(await readItem(client, 'U#imports/acme/a+b%2B%C3%BC.csv')).toBeDefined()
    expect(await readItem(client, 'U#reports/acme/a.csv')).toBeUndefined()
  })

  it('gives back what was stored', async () => {
    await client.upload('reports/acme/b.csv', 'naïve')
    expect(Buffer.from((await client.download('reports/acme/b.csv')) ?? []).toString()).toBe('naïve')
    expect(await client.download('reports/acme/none.csv')).toBeUndefined()
  })
})

describe('the table’s stream', () => {
  it('feeds its function what its filter lets through', async () => {
    const before = await invocations('EffectsFunction')
    await writeItem(client, { pk: 'U#streamed' })
    await client.settle()
    const after = await invocations('EffectsFunction')
    expect(after).toBeGreaterThan(before)
    await writeItem(client, { pk: 'X#filtered' })
    await client.settle()
    expect(await invocations('EffectsFunction')).toBe(after)
  })

  it('halves a batch down to the record that is bad, puts that one aside, and handles the others', async () => {
    const names = Array.from({ length: 9 }, (_, i) => (i === 4 ? 'U#poison' : `U#beside-${i}`))
    await Promise.all(names.map((pk) => writeItem(client, { pk })))
    await client.settle()
    const { 'Fixture-Failures': failures } = await client.queues()
    expect(failures?.visible).toBe(1)
    expect(await client.problems()).toContainEqual(expect.stringContaining('gave up 1 stream records'))
  })
})

describe('settling', () => {
  it('waits for everything that one upload leads to', async () => {
    await client.upload('imports/acme/chain.csv', 'x')
    const before = await invocations('EffectsFunction')
    await client.settle()
    expect(await invocations('EffectsFunction')).toBeGreaterThan(before)
  })

  it('says with what the service is busy, where it does not settle in time', async () => {
    await writeItem(client, { pk: 'U#poison-for-a-while' })
    const response = await fetch(`${client.endpoints.control}/settle`, {
      method: 'POST',
      body: '{"limitSeconds":0.001}',
    })
    expect(await response.json()).toMatchObject({ settled: false, busy: expect.any(Array) })
    await client.settle()
  })

  it('may be asked for by many at once', async () => {
    await sendRow(client, { id: 'shared' })
    const answers = await Promise.all([1, 2, 3].map(() => client.settle()))
    expect(answers.map((each) => each.settled)).toEqual([true, true, true])
  })
})
