import { describe, expect, it } from 'vitest'
import {
  check,
  edit,
  ifAbsent,
  ifFreeOrOf,
  ifPresent,
  ifStillAt,
  put,
  remove,
} from '../../../../shared/storage/writes/requests.ts'
import { tableAnsweredBy } from '../../../simulation/dynamo/client.ts'

const table = tableAnsweredBy('table', async () => ({}))
const key = { pk: 'P', sk: 'S' }
const item = { ...key, n: 1 }

describe('a part of a write', () => {
  it('puts, deletes and checks by table and key, on its condition', () => {
    expect(put(table, item, ifAbsent)).toEqual({
      Put: { TableName: 'table', Item: item, ConditionExpression: 'attribute_not_exists(pk)' },
    })
    expect(remove(table, key, ifPresent)).toEqual({
      Delete: { TableName: 'table', Key: key, ConditionExpression: 'attribute_exists(pk)' },
    })
    expect(check(table, key, ifStillAt(4))).toEqual({
      ConditionCheck: {
        TableName: 'table',
        Key: key,
        ConditionExpression: '#rev = :revBefore',
        ExpressionAttributeNames: { '#rev': 'rev' },
        ExpressionAttributeValues: { ':revBefore': 4 },
      },
    })
    expect(ifFreeOrOf('acc1')).toEqual({
      ConditionExpression: 'attribute_not_exists(pk) OR #recordId = :recordId',
      ExpressionAttributeNames: { '#recordId': 'recordId' },
      ExpressionAttributeValues: { ':recordId': 'acc1' },
    })
  })

  it('sets what is given and removes what is undefined, and names nothing that it doesn’t need', () => {
    expect(edit(table, key, { a: 1, b: undefined, c: 'x' }, ifStillAt(4))).toEqual({
      Update: {
        TableName: 'table',
        Key: key,
        UpdateExpression: 'SET #a = :a, #c = :c REMOVE #b',
        ConditionExpression: '#rev = :revBefore',
        ExpressionAttributeNames: { '#a': 'a', '#b': 'b', '#c': 'c', '#rev': 'rev' },
        ExpressionAttributeValues: { ':a': 1, ':c': 'x', ':revBefore': 4 },
      },
    })
    expect(edit(table, key, { b: undefined, d: undefined })).toStrictEqual({
      Update: {
        TableName: 'table',
        Key: key,
        UpdateExpression: 'REMOVE #b, #d',
        ExpressionAttributeNames: { '#b': 'b', '#d': 'd' },
      },
    })
    expect(edit(table, key, {}, ifPresent).Update).toStrictEqual({
      TableName: 'table',
      Key: key,
      UpdateExpression: '',
      ConditionExpression: 'attribute_exists(pk)',
    })
  })
})
