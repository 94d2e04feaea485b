import { BatchGetCommand, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { expect, it } from 'vitest'
import { MemoryTable } from './memory-table.ts'
import { perform } from './operations.ts'

const pk = 'p'
const TableName = 'table'

/**
 * A table whose copies show the first of two versions of `a`, all of `b`, which has been deleted, and nothing of `c`.
 */
function lagging(): MemoryTable {
  const table = new MemoryTable(TableName, { lags: true })
  const set = (sk: string, n: number | undefined) =>
    table.commit([{ key: { pk, sk }, after: n === undefined ? undefined : { pk, sk, n } }])
  set('a', 1)
  set('b', 1)
  table.catchUp(table.lag)
  set('a', 2)
  set('a', 3)
  set('b', undefined)
  set('c', 1)
  return table
}

const read = (table: MemoryTable, ConsistentRead: boolean, isLate = true) => {
  const whims = { served: (requests: number) => requests, late: () => isLate }
  const Keys = ['a', 'b', 'c'].map((sk) => ({ pk, sk }))
  const ask = (command: object): object => perform(table, command, whims) ?? {}
  const query = { TableName, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': pk } }
  return {
    one: ask(new GetCommand({ TableName, Key: { pk, sk: 'a' }, ConsistentRead })),
    many: ask(new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead } } })),
    all: ask(new QueryCommand({ ...query, ConsistentRead })),
  }
}

const shows = (...items: object[]) => ({
  one: { Item: items[0] },
  many: { Responses: { [TableName]: items } },
  all: { Items: items },
})
const a = (n: number) => ({ pk, sk: 'a', n })
const [b, c] = [
  { pk, sk: 'b', n: 1 },
  { pk, sk: 'c', n: 1 },
]

it('a read that is not consistent may show items as they were before their last changes', () => {
  expect(read(lagging(), false)).toMatchObject(shows(a(1), b))
})

it('a consistent read never does', () => {
  expect(read(lagging(), true)).toMatchObject(shows(a(3), c))
})

it('a copy that lags shows more of the changes, in their order, as it catches up', () => {
  const table = lagging()
  table.catchUp(1)
  expect(read(table, false)).toMatchObject(shows(a(2), b))
  table.catchUp(table.lag)
  expect(read(table, false)).toMatchObject(shows(a(3), c))
})

it('a read that is not consistent may as well find a copy that is up to date', () => {
  expect(read(lagging(), false, false)).toMatchObject(shows(a(3), c))
})
