import { PutCommand, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import { cancellationCodes, isConditionFailure, lostTransaction, type Table } from './client.ts'
import type { Key } from './keys.ts'

type Item = Record<string, unknown>

export interface Condition {
  readonly ConditionExpression: string
  readonly ExpressionAttributeNames?: Record<string, string>
  readonly ExpressionAttributeValues?: Record<string, unknown>
}

/** Optimistic locking: nobody has written the item since it was read at `rev`. */
export const ifStillAt = (rev: number): Condition => ({
  ConditionExpression: '#rev = :rev',
  ExpressionAttributeNames: { '#rev': 'rev' },
  ExpressionAttributeValues: { ':rev': rev },
})

export const ifAbsent: Condition = { ConditionExpression: 'attribute_not_exists(pk)' }

/** Of an address: nobody has it, or this record itself. */
export const ifFreeOrOf = (root: string): Condition => ({
  ConditionExpression: 'attribute_not_exists(pk) OR #root = :root',
  ExpressionAttributeNames: { '#root': 'root' },
  ExpressionAttributeValues: { ':root': root },
})

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

export const put = (table: Table, item: Item, condition?: Condition): TransactItem => ({
  Put: { TableName: table.name, Item: item, ...condition },
})

export const remove = (table: Table, key: Key, condition?: Condition): TransactItem => ({
  Delete: { TableName: table.name, Key: key, ...condition },
})

export const check = (table: Table, key: Key, condition: Condition): TransactItem => ({
  ConditionCheck: { TableName: table.name, Key: key, ...condition },
})

/** One put; `lost`: its condition didn't hold, and nothing was written. */
export async function putOrLose(table: Table, item: Item, condition: Condition): Promise<'written' | 'lost'> {
  try {
    await table.client.send(new PutCommand({ TableName: table.name, Item: item, ...condition }))
    return 'written'
  } catch (error) {
    if (isConditionFailure(error)) return 'lost'
    throw error
  }
}

/**
 * All of the items or none; `lost`: a condition didn't hold, or another writer was at one of them at this instant.
 * @param told for items, by their place, whose failed condition means something of its own
 */
export async function transact<const T extends string = never>(
  table: Table,
  items: TransactItem[],
  told: Readonly<Record<number, T>> = {},
): Promise<'written' | 'lost' | T> {
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems: items }))
    return 'written'
  } catch (error) {
    const failed = cancellationCodes(error)?.map((code) => code === 'ConditionalCheckFailed') ?? []
    for (const [place, meaning] of Object.entries(told)) if (failed[Number(place)]) return meaning
    if (lostTransaction(error)) return 'lost'
    throw error
  }
}
