import { describe, expect, it } from 'vitest'
import { type IndexQuery, queryIndex } from '../../../../shared/storage/queries/index-query.ts'
import { tableAnsweredBy } from '../../../simulation/dynamo/client.ts'

const query: IndexQuery = { index: 'dueWork', partition: 'W#01', limit: 5 }

/** What is asked of DynamoDB, and what is made of its answer. */
async function asked(patch: Partial<IndexQuery>, answer: object = {}) {
  let input: unknown
  const table = tableAnsweredBy('table', async (command) => {
    input = (command as { readonly input: unknown }).input
    return answer
  })
  return { page: await queryIndex(table, { ...query, ...patch }), input }
}

describe('a query of an index', () => {
  it('M1: is of one partition, oldest first, and no further than its limit', async () => {
    const { input, page } = await asked({})
    expect(input).toStrictEqual({
      TableName: 'table',
      IndexName: 'dueWork',
      KeyConditionExpression: '#p = :p',
      ExpressionAttributeNames: { '#p': 'dueShard' },
      ExpressionAttributeValues: { ':p': 'W#01' },
      ScanIndexForward: true,
      Limit: 5,
      ExclusiveStartKey: undefined,
    })
    expect(page).toEqual({ entries: [], lastKey: undefined })
  })

  it.each<[Partial<IndexQuery>, string, object]>([
    [{ upTo: 'b' }, '#s <= :upTo', { ':upTo': 'b' }],
    [{ from: 'a', upTo: 'b' }, '#s BETWEEN :from AND :upTo', { ':from': 'a', ':upTo': 'b' }],
    [{ before: 'c' }, '#s < :before', { ':before': 'c' }],
  ])('M1, R3: is bounded by the index’s own sort key: %j', async (bounds, condition, values) => {
    expect((await asked(bounds)).input).toMatchObject({
      KeyConditionExpression: `#p = :p AND ${condition}`,
      ExpressionAttributeNames: { '#p': 'dueShard', '#s': 'dueAt' },
      ExpressionAttributeValues: { ':p': 'W#01', ...values },
    })
  })

  it('R3: goes newest first, and on from a key, where that is asked', async () => {
    const startKey = { pk: 'P', sk: 'S' }
    expect((await asked({ newestFirst: true, startKey })).input).toMatchObject({
      ScanIndexForward: false,
      ExclusiveStartKey: startKey,
    })
  })

  it('gives the entries as the index has them, and the key behind them', async () => {
    const [entry, lastKey] = [
      { pk: 'P', sk: 'S' },
      { pk: 'Q', sk: 'S' },
    ]
    expect((await asked({}, { Items: [entry], LastEvaluatedKey: lastKey })).page).toEqual({
      entries: [entry],
      lastKey,
    })
  })

  it('is of an index that there is', async () => {
    await expect(asked({ index: 'none' as 'dueWork' })).rejects.toThrow('no index none')
  })
})
