import { describe, expect, it } from 'vitest'
import type { Table } from '../../../../shared/storage/client.ts'
import type { Key } from '../../../../shared/storage/keys.ts'
import { firstKeys, itemsIn, pageOfItems } from '../../../../shared/storage/queries/partition-items.ts'
import { tableAnsweredBy } from '../../../simulation/dynamo/client.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

const keyOf = (sk: string, pk = 'P'): Key => ({ pk, sk })
const itemOf = (sk: string) => ({ ...keyOf(sk), title: `of ${sk}` })
const SKS = ['A#1', 'A#2', 'A#3', 'B#1']

function world(sks = SKS) {
  const { table, memory, sent } = memoryStores()
  for (const sk of sks) memory.commit([{ key: keyOf(sk), after: itemOf(sk) }])
  memory.commit([{ key: keyOf('A#4', 'Q'), after: { ...keyOf('A#4', 'Q') } }])
  return { table, sent }
}
/** Answers as DynamoDB may where a page ends just behind the last item, or has none at all. */
const answering = (...pages: readonly object[]) => {
  const asked: object[] = []
  const table = tableAnsweredBy('table', async (command) => {
    asked.push((command as { readonly input: object }).input)
    return pages[asked.length - 1] ?? {}
  })
  return { table, asked }
}

describe('the first keys of a partition', () => {
  it('are as many as asked for, nothing but keys, and read as they are now', async () => {
    const { table, sent } = world()
    expect(await firstKeys(table, 'P', 2)).toStrictEqual({
      found: ['A#1', 'A#2'].map((sk) => keyOf(sk)),
      more: true,
    })
    expect(sent.at(-1)).toMatchObject({ input: { ConsistentRead: true, ProjectionExpression: 'pk, sk' } })
    expect(await firstKeys(table, 'P', 5)).toStrictEqual({ found: SKS.map((sk) => keyOf(sk)), more: false })
    expect(await firstKeys(table, 'none', 5)).toStrictEqual({ found: [], more: false })
  })

  it('are none where DynamoDB answers without items', async () => {
    expect(await firstKeys(answering({}).table, 'P', 5)).toStrictEqual({ found: [], more: false })
  })
})

describe('a page of a partition', () => {
  const pageOf = (table: Table, patch: { limit?: number; behind?: Key; newestFirst?: boolean } = {}) =>
    pageOfItems(table, {
      pk: 'P',
      prefix: 'A#',
      limit: 2,
      behind: undefined,
      parse: (item) => String(item.sk),
      positionOf: (sk) => `at ${sk}`,
      ...patch,
    })

  it('R3: has the items of a prefix in their order, and the position of the last where there are more', async () => {
    const { table, sent } = world()
    expect(await pageOf(table)).toEqual({ items: ['A#1', 'A#2'], next: 'at A#2' })
    expect(sent.at(-1)).toMatchObject({ input: { ConsistentRead: true } })
    expect(sent.at(-1)).not.toHaveProperty('input.ExclusiveStartKey')
    expect(await pageOf(table, { behind: keyOf('A#2') })).toEqual({ items: ['A#3'], next: undefined })
    expect(await pageOf(table, { newestFirst: true })).toEqual({ items: ['A#3', 'A#2'], next: 'at A#2' })
    expect(await pageOf(table, { limit: 1 })).toEqual({ items: ['A#1'], next: 'at A#1' })
    expect(await pageOf(table, { limit: 9 })).toEqual({ items: ['A#1', 'A#2', 'A#3'], next: undefined })
  })

  it('R3: is empty, and the last, where DynamoDB has nothing more', async () => {
    expect(await pageOf(answering({}).table)).toEqual({ items: [], next: undefined })
    const { table } = answering({ Items: [], LastEvaluatedKey: keyOf('A#9') })
    expect(await pageOf(table)).toEqual({ items: [], next: undefined })
  })
})

describe('the items of a partition', () => {
  const all = async (table: Table, prefix?: string) =>
    (await Array.fromAsync(itemsIn(table, 'P', prefix))).map(({ sk }) => sk)

  it('are all of them, or those of a prefix, in their order and as they are now', async () => {
    const { table, sent } = world()
    expect(await all(table)).toEqual(SKS)
    expect(sent.at(-1)).toMatchObject({ input: { ConsistentRead: true } })
    expect(await all(table, 'A#')).toEqual(['A#1', 'A#2', 'A#3'])
    expect(await all(table, 'C#')).toEqual([])
  })

  it('are read page by page to the end, also past one without items', async () => {
    const { table, asked } = answering(
      { Items: [itemOf('A#1')], LastEvaluatedKey: keyOf('A#1') },
      { LastEvaluatedKey: keyOf('A#5') },
      { Items: [itemOf('A#9')] },
    )
    expect(await all(table)).toEqual(['A#1', 'A#9'])
    expect(asked.map((input) => Reflect.get(input, 'ExclusiveStartKey'))).toEqual([
      undefined,
      keyOf('A#1'),
      keyOf('A#5'),
    ])
    expect(asked[0]).toMatchObject({
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': 'P' },
    })
  })
})
