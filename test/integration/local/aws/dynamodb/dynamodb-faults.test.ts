import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import {
  BatchExecuteStatementCommand,
  BatchGetCommand,
  type BatchGetCommandOutput,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type BatchWriteCommandOutput,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type LocalDynamoDb, startDynamoDb } from '../../../../../infra/local/aws/dynamodb/dynamodb.ts'
import {
  type FaultProxy,
  startFaultProxy,
} from '../../../../../infra/local/aws/dynamodb/faults/fault-proxy.ts'
import {
  faultOptions,
  type GivenFaultOptions,
  parseFaultOptions,
} from '../../../../../infra/local/aws/dynamodb/faults/options.ts'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../../../infra/local/aws/names.ts'
import { tableProperties } from '../../../../support/dynamo.ts'

const TableName = 'hard'
const key = (id: string) => ({ pk: id, sk: 'S' })

let dynamo: LocalDynamoDb
const open: (() => Promise<void>)[] = []

beforeAll(async () => {
  dynamo = await startDynamoDb({})
  await dynamo.createTable(tableProperties(TableName))
})
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})
afterAll(() => dynamo.stop())

/** A client behind a proxy of its own; it makes each call once. */
async function behind(
  options: GivenFaultOptions,
  { now, pause }: { now?: () => Date; pause?: () => Promise<void> } = {},
): Promise<{ client: DynamoDBDocumentClient; faults: FaultProxy }> {
  const faults = await startFaultProxy({
    upstream: dynamo.endpoint,
    isDynoxide: true,
    options: faultOptions(options),
    ...(now === undefined ? {} : { now }),
    ...(pause === undefined ? {} : { pause }),
  })
  const bare = new DynamoDBClient({
    endpoint: faults.endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
    maxAttempts: 1,
  })
  open.push(async () => {
    bare.destroy()
    await faults.stop()
  })
  return { client: DynamoDBDocumentClient.from(bare), faults }
}

/** A transaction that is held open stays so until it is let go. */
function held() {
  let underWay = Promise.withResolvers<void>()
  let release = Promise.withResolvers<void>()
  return {
    pause(): Promise<void> {
      underWay.resolve()
      return release.promise
    },
    isUnderWay: () => underWay.promise,
    letGo(): void {
      release.resolve()
      underWay = Promise.withResolvers()
      release = Promise.withResolvers()
    },
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : String(error))
const failure = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'none', nameOf)
const cancellation = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'none',
    (error: unknown) =>
      error instanceof TransactionCanceledException
        ? error.CancellationReasons?.map(({ Code }) => Code)
        : nameOf(error),
  )
const put = (id: string, more: Record<string, unknown> = {}) =>
  new PutCommand({ TableName, Item: { ...key(id), ...more } })
const transactPut = (...ids: string[]) =>
  new TransactWriteCommand({
    TransactItems: ids.map((id) => ({ Put: { TableName, Item: { ...key(id), by: 'transaction' } } })),
  })

describe('a transaction that is under way holds its items', () => {
  it('writes of them conflict, reads see what stood there before, and it is carried out', async () => {
    const transaction = held()
    const { client, faults } = await behind({ slow: 1, late: 0 }, transaction)
    await client.send(put('a', { by: 'nobody' }))
    const running = client.send(transactPut('a', 'b'))
    await transaction.isUnderWay()
    const read = await client.send(new GetCommand({ TableName, Key: key('a'), ConsistentRead: true }))
    expect(read.Item?.by).toBe('nobody')
    expect(
      await Promise.all([
        failure(client.send(put('a'))),
        failure(client.send(new DeleteCommand({ TableName, Key: key('b') }))),
        failure(
          client.send(
            new UpdateCommand({
              TableName,
              Key: key('a'),
              UpdateExpression: 'SET n = :n',
              ExpressionAttributeValues: { ':n': 1 },
            }),
          ),
        ),
        cancellation(client.send(transactPut('c', 'a'))),
        cancellation(
          client.send(
            new TransactGetCommand({
              TransactItems: ['b', 'c'].map((id) => ({ Get: { TableName, Key: key(id) } })),
            }),
          ),
        ),
      ]),
    ).toEqual([
      'TransactionConflictException',
      'TransactionConflictException',
      'TransactionConflictException',
      ['None', 'TransactionConflict'],
      ['TransactionConflict', 'None'],
    ])
    const batch = await client.send(
      new BatchWriteCommand({
        RequestItems: { [TableName]: ['a', 'd'].map((id) => ({ PutRequest: { Item: key(id) } })) },
      }),
    )
    expect(batch.UnprocessedItems).toEqual({ [TableName]: [{ PutRequest: { Item: key('a') } }] })
    transaction.letGo()
    await running
    const { Item } = await client.send(new GetCommand({ TableName, Key: key('a') }))
    expect(Item?.by).toBe('transaction')
    expect(await failure(client.send(put('a')))).toBe('none')
    expect(faults.counts()).toMatchObject({ heldOpen: 1, collision: 6, conflict: 0 })
  })

  it('so does one of another writer, until it lets go', async () => {
    const { client, faults } = await behind({})
    const letGo = await faults.hold(TableName, { pk: { S: 'k' }, sk: { S: 'S' } })
    expect(await failure(client.send(put('k')))).toBe('TransactionConflictException')
    letGo()
    expect(await failure(client.send(put('k')))).toBe('none')
  })

  it('so does one of another writer that is drawn, for as long, and then no more', async () => {
    const { client, faults } = await behind({
      rate: 1,
      kinds: ['conflict'],
      holdMs: 60_000,
      slow: 0,
      late: 0,
    })
    expect(await failure(client.send(put('e')))).toBe('TransactionConflictException')
    expect(await cancellation(client.send(transactPut('f')))).toEqual(['TransactionConflict'])
    expect(faults.counts()).toMatchObject({ calls: 2, conflict: 2, collision: 0 })
    expect((await client.send(new GetCommand({ TableName, Key: key('e') }))).Item).toBeUndefined()
  })

  it('the same ClientRequestToken is the same transaction: under way, then done, and never in conflict', async () => {
    const transaction = held()
    const { client } = await behind({ slow: 1, late: 0 }, transaction)
    const once = () =>
      new TransactWriteCommand({
        ClientRequestToken: 'one-and-the-same',
        TransactItems: [
          {
            Update: {
              TableName,
              Key: key('g'),
              UpdateExpression: 'ADD n :one',
              ExpressionAttributeValues: { ':one': 1 },
            },
          },
        ],
      })
    const running = client.send(once())
    await transaction.isUnderWay()
    expect(await failure(client.send(once()))).toBe('TransactionInProgressException')
    transaction.letGo()
    await running
    const other = client.send(transactPut('g', 'h'))
    await transaction.isUnderWay()
    expect(await failure(client.send(once()))).toBe('none')
    transaction.letGo()
    await other
  })
})

describe('calls are refused and lost at the given rate', () => {
  it('throttled, or failed: nothing was done', async () => {
    for (const [kind, names] of [
      ['throttle', ['ProvisionedThroughputExceededException', 'ThrottlingException']],
      ['internalError', ['InternalServerError']],
    ] as const) {
      const { client } = await behind({ rate: 1, kinds: [kind], late: 0 })
      const met = new Set<string>()
      for (let n = 0; n < 20; n++) met.add(await failure(client.send(put(`${kind}-${n}`))))
      expect([...met].sort()).toEqual(names)
    }
    const { client } = await behind({})
    const { Item } = await client.send(new GetCommand({ TableName, Key: key('throttle-0') }))
    expect(Item).toBeUndefined()
  })

  it('a transaction may be throttled as a whole, or at one of its items', async () => {
    const { client } = await behind({ rate: 1, kinds: ['throttle'], slow: 0, late: 0 })
    const met = new Set<string>()
    for (let n = 0; n < 40; n++)
      met.add(JSON.stringify(await cancellation(client.send(transactPut('i', 'j')))))
    for (const outcome of [
      '"ThrottlingException"',
      '["None","ThrottlingError"]',
      '["ThrottlingError","None"]',
    ])
      expect(met).toContain(outcome)
  })

  it('an answer is lost after the call took effect: by a broken connection, or by a 500', async () => {
    const { client, faults } = await behind({ rate: 1, kinds: ['lostAnswer'], late: 0 })
    const met = new Set<string>()
    for (let n = 0; n < 20; n++) met.add(await failure(client.send(put(`lost-${n}`))))
    expect([...met].sort()).toEqual(['InternalServerError', 'TimeoutError'])
    expect(faults.counts().lostAnswer).toBe(20)
    const { client: reader } = await behind({})
    for (const n of [0, 19]) {
      const { Item } = await reader.send(new GetCommand({ TableName, Key: key(`lost-${n}`) }))
      expect(Item).toBeDefined()
    }
  })

  it('batches are done in part, and what comes back can be asked for as it is', async () => {
    const { client, faults } = await behind({ rate: 1, kinds: ['partialBatch'], late: 0 })
    const ids = Array.from({ length: 25 }, (_, n) => `batch-${n}`)
    let RequestItems: BatchWriteCommandInput['RequestItems'] = {
      [TableName]: ids.map((id) => ({ PutRequest: { Item: key(id) } })),
    }
    const left: number[] = []
    while (RequestItems !== undefined && Object.keys(RequestItems).length > 0) {
      const answer: BatchWriteCommandOutput = await client.send(new BatchWriteCommand({ RequestItems }))
      RequestItems = answer.UnprocessedItems
      left.push(RequestItems?.[TableName]?.length ?? 0)
    }
    expect(left[0]).toBeGreaterThan(0)
    expect(left.at(-1)).toBe(0)

    const found = new Set<unknown>()
    let Keys: Record<string, unknown>[] = ids.map(key)
    for (let asked = 0; Keys.length > 0; asked++) {
      const answer: BatchGetCommandOutput = await client.send(
        new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
      )
      for (const { pk } of answer.Responses?.[TableName] ?? []) found.add(pk)
      const unread = answer.UnprocessedKeys?.[TableName]
      if (asked === 0) expect(unread?.ConsistentRead).toBe(true)
      Keys = unread?.Keys ?? []
    }
    expect([...found].sort()).toEqual([...ids].sort())
    expect(faults.counts().partialBatch).toBeGreaterThan(2)
  })

  it('the same seed gives the same calls the same faults', async () => {
    const outcomes = async (seed: number): Promise<string[]> => {
      const { client } = await behind({ seed, rate: 0.3, late: 0, slow: 0, holdMs: 0 })
      const met: string[] = []
      for (let n = 0; n < 40; n++) met.push(await failure(client.send(put(`seeded-${n}`))))
      return met
    }
    const [first, again, other] = [await outcomes(7), await outcomes(7), await outcomes(8)]
    expect(again).toEqual(first)
    expect(other).not.toEqual(first)
    expect(first.filter((outcome) => outcome !== 'none').length).toBeGreaterThan(4)
    expect(first.filter((outcome) => outcome === 'none').length).toBeGreaterThan(20)
  })
})

describe('reads of an index lag', () => {
  const query = (more: Partial<QueryCommand['input']> = {}) =>
    new QueryCommand({
      TableName,
      IndexName: 'dueWork',
      KeyConditionExpression: '#p = :p AND #s <= :s',
      ExpressionAttributeNames: { '#p': 'dueShard', '#s': 'dueAt' },
      ExpressionAttributeValues: { ':p': 'W#1', ':s': '2030' },
      ...more,
    })

  it('what was written isn’t seen, moved stands at its old place, and removed is still there, until the lag is over', async () => {
    const clock = { ms: 0 }
    const { client, faults } = await behind({ late: 1, lagMs: 60_000 }, { now: () => new Date(clock.ms) })
    const seen = async (more: Partial<QueryCommand['input']> = {}): Promise<string[]> => {
      const { Items = [], Count } = await client.send(query(more))
      expect(Count).toBe(Items.length)
      return Items.map(({ pk, dueAt }) => `${pk} ${dueAt}`)
    }
    const due = (id: string, dueAt: string) => put(id, { dueShard: 'W#1', dueAt })
    for (const [id, at] of [
      ['kept', '2026'],
      ['moved', '2027'],
      ['removed', '2028'],
    ] as const)
      await client.send(due(id, at))
    expect(await seen()).toEqual([])
    clock.ms += 60_000
    const before = ['kept 2026', 'moved 2027', 'removed 2028']
    expect(await seen()).toEqual(before)

    await client.send(
      new UpdateCommand({
        TableName,
        Key: key('moved'),
        UpdateExpression: 'SET dueAt = :at',
        ExpressionAttributeValues: { ':at': '2025' },
      }),
    )
    await client.send(
      new TransactWriteCommand({
        TransactItems: [
          { Delete: { TableName, Key: key('removed') } },
          { Put: { TableName, Item: { ...key('new'), dueShard: 'W#1', dueAt: '2029' } } },
        ],
      }),
    )
    await client.send(
      new BatchWriteCommand({
        RequestItems: {
          [TableName]: [{ PutRequest: { Item: { ...key('kept'), dueShard: 'W#2', dueAt: '1' } } }],
        },
      }),
    )
    expect(await seen()).toEqual(before)
    expect(await seen({ ScanIndexForward: false })).toEqual(before.toReversed())
    expect(await seen({ Limit: 2 })).toEqual(before.slice(0, 2))
    clock.ms += 60_000
    expect(await seen()).toEqual(['moved 2025', 'new 2029'])
    expect(faults.counts().lateRead).toBeGreaterThan(3)
    await faults.caughtUp()
  })

  it('pages of a late read hold each entry once', async () => {
    const { client } = await behind({ late: 1, lagMs: 60_000 }, { now: () => new Date(0) })
    const { client: before } = await behind({})
    const ids = Array.from({ length: 20 }, (_, n) => `page-${String(n).padStart(2, '0')}`)
    for (const id of ids) await before.send(put(id, { dueShard: 'P#1', dueAt: id }))
    // Every other one goes, and as many new ones come.
    for (const [n, id] of ids.entries()) {
      if (n % 2 === 0) await client.send(new DeleteCommand({ TableName, Key: key(id) }))
      else await client.send(put(`${id}-new`, { dueShard: 'P#1', dueAt: `${id}-new` }))
    }
    const found: unknown[] = []
    let ExclusiveStartKey: Record<string, unknown> | undefined
    do {
      const page = await client.send(
        query({
          KeyConditionExpression: '#p = :p',
          ExpressionAttributeNames: { '#p': 'dueShard' },
          ExpressionAttributeValues: { ':p': 'P#1' },
          Limit: 3,
          ExclusiveStartKey,
        }),
      )
      found.push(...(page.Items ?? []).map(({ pk }) => pk))
      ExclusiveStartKey = page.LastEvaluatedKey
    } while (ExclusiveStartKey !== undefined)
    expect(found).toEqual(ids)
  })
})

describe('a batch of statements', () => {
  const statements = (...ids: string[]) =>
    new BatchExecuteStatementCommand({
      Statements: ids.map((id) => ({
        Statement: `UPDATE "${TableName}" SET "n" = ? SET "m" = ? WHERE "pk" = ? AND "sk" = ?`,
        Parameters: [1, 2, id, 'S'],
      })),
    })
  const ids = Array.from({ length: 10 }, (_, n) => `statement-${n}`)
  const given = async (options: GivenFaultOptions) => {
    const { client, faults } = await behind(options)
    const { client: plain } = await behind({})
    for (const id of ids) await plain.send(put(id))
    const codes = async () => {
      const { Responses = [] } = await client.send(statements(...ids))
      return Responses.map((one) => one.Error?.Code ?? 'done')
    }
    const stands = async (id: string) => (await plain.send(new GetCommand({ TableName, Key: key(id) }))).Item
    return { faults, codes, stands }
  }

  it('meets conflicts one by one, and the others of it are carried out', async () => {
    const { codes, stands } = await given({ rate: 1, kinds: ['conflict'], late: 0 })
    const met = await codes()
    expect(met.filter((code) => code === 'TransactionConflict')).toHaveLength(1)
    for (const [n, code] of met.entries())
      expect(await stands(ids[n] ?? '')).toEqual({
        ...key(ids[n] ?? ''),
        ...(code === 'done' && { n: 1, m: 2 }),
      })
  })

  it('is throttled in part', async () => {
    const { codes, stands, faults } = await given({ rate: 1, kinds: ['partialBatch'], late: 0 })
    const met = await codes()
    expect(new Set(met).size).toBeGreaterThan(1)
    for (const [n, code] of met.entries())
      expect(await stands(ids[n] ?? '')).toEqual({
        ...key(ids[n] ?? ''),
        ...(code === 'done' && { n: 1, m: 2 }),
      })
    expect(faults.counts().partialBatch).toBe(1)
  })

  it('is carried out where its answer is lost', async () => {
    const { codes, stands } = await given({ rate: 1, kinds: ['lostAnswer'], late: 0 })
    expect(await failure(codes())).not.toBe('none')
    for (const id of ids) expect(await stands(id)).toMatchObject({ n: 1, m: 2 })
  })

  it('does not get at what stands in a transaction', async () => {
    const { codes, faults } = await given({ late: 0 })
    const letGo = await faults.hold(TableName, { pk: { S: ids[3] ?? '' }, sk: { S: 'S' } })
    expect((await codes()).flatMap((code, n) => (code === 'done' ? [] : [n, code]))).toEqual([
      3,
      'TransactionConflict',
    ])
    letGo()
    expect(new Set(await codes())).toEqual(new Set(['done']))
  })
})

describe('the setting DYNAMODB_FAULTS', () => {
  it('names rate, seed, kinds and times; slow and late follow the rate', () => {
    expect(parseFaultOptions('rate=0.1, seed=7,kinds=conflict+throttle,holdMs=50')).toMatchObject({
      rate: 0.1,
      seed: 7,
      kinds: ['conflict', 'throttle'],
      holdMs: 50,
      slow: 0.1,
      late: 0.1,
    })
    expect(parseFaultOptions('')).toBeUndefined()
  })

  it('a setting that is none is refused', () => {
    for (const text of ['rate=2', 'kinds=bad_luck', 'speed=1', 'rate'])
      expect(() => parseFaultOptions(text)).toThrow(/^DYNAMODB_FAULTS/)
  })
})
