import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import type { Table } from '../client.ts'
import type { Key } from '../keys.ts'

/**
 * What is asked of DynamoDB: the parts of a write, each for one item and with its condition. `write.ts` sends one of them
 * alone, or some as a transaction.
 */
type Item = Readonly<Record<string, unknown>>

export interface Condition {
  readonly ConditionExpression: string
  readonly ExpressionAttributeNames?: Record<string, string>
  readonly ExpressionAttributeValues?: Record<string, unknown>
}

/** Optimistic locking: the item is unchanged since it was read at `revision` (stored as `rev`). */
export const ifStillAt = (revision: number): Condition => ({
  ConditionExpression: '#rev = :revBefore',
  ExpressionAttributeNames: { '#rev': 'rev' },
  ExpressionAttributeValues: { ':revBefore': revision },
})

export const ifAbsent: Condition = { ConditionExpression: 'attribute_not_exists(pk)' }
export const ifPresent: Condition = { ConditionExpression: 'attribute_exists(pk)' }

/** Of an address: it is free, or has this record. */
export const ifFreeOrOf = (recordId: string): Condition => ({
  ConditionExpression: 'attribute_not_exists(pk) OR #recordId = :recordId',
  ExpressionAttributeNames: { '#recordId': 'recordId' },
  ExpressionAttributeValues: { ':recordId': recordId },
})

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

export const put = (table: Table, item: Record<string, unknown>, condition?: Condition) => ({
  Put: { TableName: table.name, Item: item, ...condition },
})

export const remove = (table: Table, key: Key, condition?: Condition) => ({
  Delete: { TableName: table.name, Key: key, ...condition },
})

export const check = (table: Table, key: Key, condition: Condition): TransactItem => ({
  ConditionCheck: { TableName: table.name, Key: key, ...condition },
})

/** Sets attributes; `undefined` removes one. */
export function edit(table: Table, key: Key, values: Item, condition?: Condition) {
  const names = Object.keys(values)
  const given = names.filter((name) => values[name] !== undefined)
  const absent = names.filter((name) => values[name] === undefined)
  return {
    Update: {
      TableName: table.name,
      Key: key,
      UpdateExpression: [
        ...(given.length > 0 ? [`SET ${given.map((name) => `#${name} = :${name}`).join(', ')}`] : []),
        ...(absent.length > 0 ? [`REMOVE ${absent.map((name) => `#${name}`).join(', ')}`] : []),
      ].join(' '),
      ...condition,
      ...named({
        ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ...condition?.ExpressionAttributeNames,
      }),
      ...valued({
        ...Object.fromEntries(given.map((name) => [`:${name}`, values[name]])),
        ...condition?.ExpressionAttributeValues,
      }),
    },
  }
}

/** DynamoDB refuses empty maps of names and values. */
const named = (names: Record<string, string>) =>
  Object.keys(names).length > 0 ? { ExpressionAttributeNames: names } : {}
const valued = (values: Record<string, unknown>) =>
  Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}
