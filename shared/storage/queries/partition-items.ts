import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Page } from '../../lib/page.ts'
import type { Table } from '../client.ts'
import type { Key } from '../keys.ts'

/** The first keys of one of the table's own partitions, consistently read; `more`: there may be others. */
export async function firstKeys(
  table: Table,
  pk: string,
  limit: number,
): Promise<{ found: Key[]; more: boolean }> {
  const { Items, LastEvaluatedKey } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ProjectionExpression: 'pk, sk',
      ConsistentRead: true,
      Limit: limit,
    }),
  )
  return { found: (Items ?? []).map(({ pk, sk }): Key => ({ pk, sk })), more: LastEvaluatedKey !== undefined }
}

export interface ItemsQuery<Item> {
  readonly pk: string
  /** What the sort keys begin with. */
  readonly prefix: string
  readonly limit: number
  /** The key of the last item of the page before. */
  readonly behind: Key | undefined
  readonly newestFirst?: boolean
  readonly parse: (item: Record<string, unknown>) => Item
  readonly positionOf: (item: Item) => string
}

/** A page of one of the table's own partitions, consistently read. 1 read unit a 4 KB. */
export async function pageOfItems<Item>(table: Table, query: ItemsQuery<Item>): Promise<Page<Item>> {
  const { pk, prefix, limit, behind, newestFirst = false, parse, positionOf } = query
  const { Items, LastEvaluatedKey } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
      ScanIndexForward: !newestFirst,
      ConsistentRead: true,
      Limit: limit,
      ...(behind === undefined ? {} : { ExclusiveStartKey: behind }),
    }),
  )
  const items = (Items ?? []).map(parse)
  const last = items.at(-1)
  return { items, next: LastEvaluatedKey === undefined || last === undefined ? undefined : positionOf(last) }
}

/**
 * The items of one of the table's own partitions whose sort keys begin with a prefix, in the order of their
 * keys, consistently read, page by page. 1 read unit a 4 KB.
 */
export async function* itemsIn(
  table: Table,
  pk: string,
  prefix?: string,
): AsyncGenerator<Record<string, unknown>> {
  let startKey: Record<string, unknown> | undefined
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: prefix === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ...(prefix === undefined ? {} : { ':prefix': prefix }) },
        ConsistentRead: true,
        ExclusiveStartKey: startKey,
      }),
    )
    yield* page.Items ?? []
    startKey = page.LastEvaluatedKey
  } while (startKey !== undefined)
}
