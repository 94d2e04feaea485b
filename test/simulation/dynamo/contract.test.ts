import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Table } from '../../../shared/storage/client.ts'
import { startTable, type TestTable } from '../../support/dynamo.ts'
import { openMemoryTable } from './client.ts'
import { MemoryTable } from './memory-table.ts'

/**
 * What the service relies on in DynamoDB, checked alike for the simulated and for real tables, which must not differ.
 */
describe.each(['in memory', 'embedded'] as const)('DynamoDB, %s', (which) => {
  let table: Table
  let embedded: TestTable | undefined
  let tests = 0
  /** A partition for one test alone. */
  let pk = ''

  beforeAll(async () => {
    if (which === 'embedded') embedded = await startTable()
    table = embedded?.table ?? openMemoryTable(new MemoryTable('simulated'))
  })
  afterAll(() => embedded?.stop())
  beforeEach(() => {
    pk = `T#${++tests}`
  })

  const put = (item: Record<string, unknown>, more: object = {}) =>
    table.client.send(new PutCommand({ TableName: table.name, Item: item, ...more }))
  const get = async (sk: string): Promise<Record<string, unknown> | undefined> => {
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: { pk, sk }, ConsistentRead: true }),
    )
    return Item
  }
  const update = (sk: string, UpdateExpression: string, values: object = {}, more: object = {}) =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { pk, sk },
        UpdateExpression,
        ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: { ...values } }),
        ...more,
      }),
    )
  const query = (more: Partial<QueryCommandInput>) =>
    table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
        ...more,
      }),
    )
  const sks = (items: readonly Record<string, unknown>[] | undefined) => (items ?? []).map(({ sk }) => sk)
  const nameOfError = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'none',
      (error: unknown) => (error instanceof Error ? error.name : 'no error'),
    )

  it('gives back what was put, without what was undefined', async () => {
    const item = {
      pk,
      sk: 'a',
      n: 1.5,
      yes: true,
      nothing: null,
      list: [1, { deep: 'x' }],
      map: { in: { it: 1 } },
    }
    await put({ ...item, gone: undefined })
    expect(await get('a')).toEqual(item)
    expect(await get('b')).toBeUndefined()
  })

  it('gives a copy: what a reader does to it is nobody else’s', async () => {
    const item = { pk, sk: 'a', list: ['x'] }
    await put(item)
    item.list.push('y')
    const read = await get('a')
    Object.assign(read ?? {}, { list: [] })
    expect(await get('a')).toMatchObject({ list: ['x'] })
  })

  it.each([
    ['attribute_not_exists(pk)', {}, false],
    ['attribute_exists(pk)', {}, true],
    ['n = :v', { ':v': 3 }, true],
    ['n <> :v', { ':v': 3 }, false],
    ['n < :v', { ':v': 3 }, false],
    ['n <= :v', { ':v': 3 }, true],
    ['n > :v', { ':v': 2 }, true],
    ['n > :v', { ':v': '2' }, false],
    ['n BETWEEN :v AND :w', { ':v': 1, ':w': 3 }, true],
    ['title IN (:v, :w)', { ':v': 'no', ':w': 'yes' }, true],
    ['begins_with(title, :v)', { ':v': 'ye' }, true],
    ['contains(title, :v)', { ':v': 'es' }, true],
    ['NOT title = :v', { ':v': 'yes' }, false],
    ['nowhere = :v', { ':v': 1 }, false],
    ['nowhere < :v', { ':v': 1 }, false],
    ['nowhere <> :v', { ':v': 1 }, true],
    ['attribute_not_exists(pk) OR n = :v AND title = :w', { ':v': 3, ':w': 'yes' }, true],
    ['(attribute_not_exists(pk) OR n = :v) AND title = :w', { ':v': 3, ':w': 'no' }, false],
    ['deep.part = :v', { ':v': 'x' }, true],
    ['size(title) = :v', { ':v': 3 }, true],
    ['deep = :v', { ':v': { part: 'x' } }, true],
  ])('judges the condition %s with %j', async (ConditionExpression, values, holds) => {
    const item = { pk, sk: 'a', n: 3, title: 'yes', deep: { part: 'x' } }
    await put(item)
    const ExpressionAttributeValues = Object.keys(values).length === 0 ? undefined : values
    const again = put({ ...item, n: 4 }, { ConditionExpression, ExpressionAttributeValues })
    if (holds) await again
    else await expect(again).rejects.toThrow(ConditionalCheckFailedException)
    expect(await get('a')).toMatchObject({ n: holds ? 4 : 3 })
  })

  it('tells what stood in the way, as it stands on the wire, where it is asked to', async () => {
    await put({ pk, sk: 'a', n: 1 })
    const error = await put(
      { pk, sk: 'a' },
      { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
    ).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ Item: { pk: { S: pk }, sk: { S: 'a' }, n: { N: '1' } } })
  })

  it('gives the old item of a put, and none where there was none', async () => {
    expect((await put({ pk, sk: 'a', n: 1 }, { ReturnValues: 'ALL_OLD' })).Attributes).toBeUndefined()
    expect((await put({ pk, sk: 'a', n: 2 }, { ReturnValues: 'ALL_OLD' })).Attributes).toMatchObject({ n: 1 })
  })

  it('refuses names and values that no expression uses, and expressions that use what is not given', async () => {
    const ConditionExpression = 'attribute_exists(pk)'
    await put({ pk, sk: 'a' })
    const extra = { ConditionExpression, ExpressionAttributeValues: { ':v': 1 } }
    expect(await nameOfError(put({ pk, sk: 'a' }, extra))).toBe('ValidationException')
    expect(
      await nameOfError(
        put({ pk, sk: 'a' }, { ConditionExpression, ExpressionAttributeNames: { '#n': 'n' } }),
      ),
    ).toBe('ValidationException')
    expect(await nameOfError(update('a', 'SET n = :v'))).toBe('ValidationException')
  })

  it('refuses an empty key, of the table and of an index', async () => {
    expect(await nameOfError(put({ pk, sk: '' }))).toBe('ValidationException')
    expect(await nameOfError(put({ pk, sk: 'a', orgShard: '' }))).toBe('ValidationException')
  })

  it('updates: sets, removes, adds, from the item as it was', async () => {
    await put({ pk, sk: 'a', n: 1, deep: { x: 1, y: 2 }, former: 'o' })
    await update(
      'a',
      'SET n = n + :one, #copy = former, deep.x = :text, fresh = if_not_exists(fresh, :text) REMOVE former, deep.y ADD tally :one',
      { ':one': 1, ':text': 't' },
      { ExpressionAttributeNames: { '#copy': 'copy' } },
    )
    expect(await get('a')).toEqual({ pk, sk: 'a', n: 2, deep: { x: 't' }, copy: 'o', fresh: 't', tally: 1 })
  })

  it('makes an item by an update of none, unless the condition wants one', async () => {
    await update('a', 'ADD n :one', { ':one': 2 })
    expect(await get('a')).toEqual({ pk, sk: 'a', n: 2 })
    const refused = update('b', 'ADD n :one', { ':one': 2 }, { ConditionExpression: 'attribute_exists(pk)' })
    await expect(refused).rejects.toThrow(ConditionalCheckFailedException)
  })

  it('deletes, on a condition too; what is not there is deleted already', async () => {
    await put({ pk, sk: 'a', n: 1 })
    const remove = (more: object = {}) =>
      table.client.send(new DeleteCommand({ TableName: table.name, Key: { pk, sk: 'a' }, ...more }))
    const condition = { ConditionExpression: 'n = :n', ExpressionAttributeValues: { ':n': 2 } }
    await expect(remove(condition)).rejects.toThrow(ConditionalCheckFailedException)
    await remove()
    await remove()
    expect(await get('a')).toBeUndefined()
  })

  it('queries a partition by its sort key, both ways, page by page', async () => {
    for (const sk of ['b', 'a', 'c', 'ca', 'd']) await put({ pk, sk })
    expect(sks((await query({})).Items)).toEqual(['a', 'b', 'c', 'ca', 'd'])
    expect(sks((await query({ ScanIndexForward: false, Limit: 2 })).Items)).toEqual(['d', 'ca'])
    const begins = {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :c)',
      ExpressionAttributeValues: { ':pk': pk, ':c': 'c' },
    }
    expect(sks((await query(begins)).Items)).toEqual(['c', 'ca'])
    const first = await query({ Limit: 2 })
    expect(first.LastEvaluatedKey).toEqual({ pk, sk: 'b' })
    const second = await query({ Limit: 3, ExclusiveStartKey: first.LastEvaluatedKey })
    expect(sks(second.Items)).toEqual(['c', 'ca', 'd'])
    // The limit was reached with the last item, so only another request shows whether there is more.
    expect(second.LastEvaluatedKey).toEqual({ pk, sk: 'd' })
    expect(await query({ ExclusiveStartKey: second.LastEvaluatedKey })).toMatchObject({ Count: 0 })
  })

  it.each([
    ['pk = :pk AND sk > :x', ['c']],
    ['pk = :pk AND sk < :x', ['a']],
    ['pk = :pk AND sk <= :x', ['a', 'b']],
    ['pk = :pk AND sk >= :x', ['b', 'c']],
    ['pk = :pk AND sk = :x', ['b']],
    ['pk = :pk AND sk BETWEEN :x AND :x', ['b']],
  ])('queries by %s', async (KeyConditionExpression, found) => {
    for (const sk of ['a', 'b', 'c']) await put({ pk, sk })
    const values = { ':pk': pk, ':x': 'b' }
    expect(sks((await query({ KeyConditionExpression, ExpressionAttributeValues: values })).Items)).toEqual(
      found,
    )
  })

  it('filters what it has counted, and projects what is asked for', async () => {
    for (const [n, sk] of ['a', 'b', 'c'].entries()) await put({ pk, sk, n })
    const page = await query({
      Limit: 2,
      FilterExpression: 'n > :zero',
      ProjectionExpression: 'sk, #n',
      ExpressionAttributeNames: { '#n': 'n' },
      ExpressionAttributeValues: { ':pk': pk, ':zero': 0 },
    })
    expect(page).toMatchObject({ Items: [{ sk: 'b', n: 1 }], Count: 1, ScannedCount: 2 })
    expect(page.LastEvaluatedKey).toEqual({ pk, sk: 'b' })
  })

  it('keeps an index of the items that have its keys, keys only, and moves them with the items', async () => {
    const claimShard = `${pk}#00`
    const byClaim = (more: Partial<QueryCommandInput> = {}) =>
      table.client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: 'claimsByOrg',
          KeyConditionExpression: 'claimShard = :p',
          ExpressionAttributeValues: { ':p': claimShard },
          ...more,
        }),
      )
    await put({ pk, sk: 'a', claimShard, claimSort: '2', other: 'x' })
    await put({ pk, sk: 'b', claimShard, claimSort: '1' })
    await put({ pk, sk: 'c', claimShard })
    expect((await byClaim()).Items).toEqual([
      { pk, sk: 'b', claimShard, claimSort: '1' },
      { pk, sk: 'a', claimShard, claimSort: '2' },
    ])
    const first = await byClaim({ Limit: 1, ScanIndexForward: false })
    expect(first.LastEvaluatedKey).toEqual({ pk, sk: 'a', claimShard, claimSort: '2' })
    expect(
      sks((await byClaim({ ExclusiveStartKey: first.LastEvaluatedKey, ScanIndexForward: false })).Items),
    ).toEqual(['b'])
    await update('a', 'REMOVE claimSort')
    await update('b', 'SET claimSort = :s', { ':s': '9' })
    expect((await byClaim()).Items).toEqual([{ pk, sk: 'b', claimShard, claimSort: '9' }])
    const bounded = {
      KeyConditionExpression: 'claimShard = :p AND claimSort < :s',
      ExpressionAttributeValues: { ':p': claimShard, ':s': '9' },
    }
    expect((await byClaim(bounded)).Items).toEqual([])
    expect(await nameOfError(byClaim({ ConsistentRead: true }))).toBe('ValidationException')
  })

  it('reads and writes batches, and refuses those that name an item twice', async () => {
    const writes = ['a', 'b'].map((sk) => ({ PutRequest: { Item: { pk, sk } } }))
    const write = (requests: object[]) =>
      table.client.send(new BatchWriteCommand({ RequestItems: { [table.name]: requests } }))
    await write([...writes])
    await write([{ DeleteRequest: { Key: { pk, sk: 'a' } } }])
    const read = (keys: string[]) =>
      table.client.send(
        new BatchGetCommand({
          RequestItems: { [table.name]: { Keys: keys.map((sk) => ({ pk, sk })), ConsistentRead: true } },
        }),
      )
    expect((await read(['a', 'b'])).Responses?.[table.name]).toEqual([{ pk, sk: 'b' }])
    expect(await nameOfError(read(['a', 'a']))).toBe('ValidationException')
    expect(await nameOfError(write([...writes, ...writes]))).toBe('ValidationException')
  })

  it('writes a transaction whole or not at all, and says of each item why', async () => {
    await put({ pk, sk: 'a', n: 1 })
    const TableName = table.name
    const transact = (n: number) =>
      table.client.send(
        new TransactWriteCommand({
          TransactItems: [
            { Put: { TableName, Item: { pk, sk: 'b' } } },
            {
              Update: {
                TableName,
                Key: { pk, sk: 'a' },
                UpdateExpression: 'SET n = n + :one',
                ConditionExpression: 'n = :n',
                ExpressionAttributeValues: { ':one': 1, ':n': n },
              },
            },
            { Delete: { TableName, Key: { pk, sk: 'c' } } },
            {
              ConditionCheck: {
                TableName,
                Key: { pk, sk: 'd' },
                ConditionExpression: 'attribute_not_exists(pk)',
              },
            },
          ],
        }),
      )
    const error = await transact(7).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(TransactionCanceledException)
    expect(error).toMatchObject({
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed' },
        { Code: 'None' },
        { Code: 'None' },
      ],
    })
    expect(await get('b')).toBeUndefined()
    await transact(1)
    expect([await get('a'), await get('b')]).toEqual([
      { pk, sk: 'a', n: 2 },
      { pk, sk: 'b' },
    ])
    const Put = { TableName, Item: { pk, sk: 'x' } }
    const twice = table.client.send(new TransactWriteCommand({ TransactItems: [{ Put }, { Put }] }))
    expect(await nameOfError(twice)).toBe('ValidationException')
  })

  it('reads several items at one instant', async () => {
    await put({ pk, sk: 'a' })
    const TransactItems = ['a', 'b'].map((sk) => ({ Get: { TableName: table.name, Key: { pk, sk } } }))
    const { Responses } = await table.client.send(new TransactGetCommand({ TransactItems }))
    expect(Responses).toMatchObject([{ Item: { pk, sk: 'a' } }, {}])
  })
})
