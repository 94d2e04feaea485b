import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import type { Table } from '../client.ts'
import type { Key } from '../keys.ts'
import { type IndexName, tableSchema } from '../schema.ts'

/** Base-table key and the index's own keys, as a KEYS_ONLY index gives them. */
export type IndexEntry = Key & Readonly<Record<string, string>>

export interface EntryPage {
  readonly entries: IndexEntry[]
  readonly lastKey: Record<string, unknown> | undefined
}

export interface IndexQuery {
  readonly index: IndexName
  readonly partition: string
  readonly limit: number
  readonly newestFirst?: boolean
  readonly startKey?: Record<string, unknown> | undefined
  /** On the index's sort key; `from` and `upTo` belong to it, `before` doesn't. `from` only with `upTo`. */
  readonly from?: string | undefined
  readonly upTo?: string | undefined
  readonly before?: string | undefined
}

/** One page of one index partition. */
export async function queryIndex(table: Table, query: IndexQuery): Promise<EntryPage> {
  const index = tableSchema.indexes.find(({ name }) => name === query.index)
  if (index === undefined) throw new Error(`no index ${query.index}`)
  const { condition, values } = boundsOf(query)
  const { Items, LastEvaluatedKey } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: query.index,
      KeyConditionExpression: condition === undefined ? '#p = :p' : `#p = :p AND ${condition}`,
      ExpressionAttributeNames: {
        '#p': index.partitionKey,
        ...(condition === undefined ? {} : { '#s': index.sortKey }),
      },
      ExpressionAttributeValues: { ':p': query.partition, ...values },
      ScanIndexForward: !query.newestFirst,
      Limit: query.limit,
      ExclusiveStartKey: query.startKey,
    }),
  )
  return { entries: (Items ?? []) as IndexEntry[], lastKey: LastEvaluatedKey }
}

function boundsOf({ from, upTo, before }: IndexQuery) {
  if (upTo === undefined)
    return before === undefined ? {} : { condition: '#s < :before', values: { ':before': before } }
  if (from === undefined) return { condition: '#s <= :upTo', values: { ':upTo': upTo } }
  return { condition: '#s BETWEEN :from AND :upTo', values: { ':from': from, ':upTo': upTo } }
}
