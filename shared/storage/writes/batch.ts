import { BatchWriteCommand, type BatchWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import { inGroupsOf } from '../../lib/concurrency.ts'
import { Unavailable } from '../../lib/unavailable.ts'
import { BatchGet } from './batch-commands.ts'
import type { Table } from '../client.ts'
import type { Key } from '../keys.ts'
import { refusalOf } from './outcomes.ts'

/** BatchGetItem's own limits, and how often leftovers are asked for again before it is an error. */
const BATCH_GET_LIMIT = 100
const BATCH_WRITE_LIMIT = 25
const MAX_ATTEMPTS = 8

type Item = Record<string, unknown>

const idOf = (key: Key): string => `${key.pk}\n${key.sk}`

/** `eventually`: what was written within the last second may not show, at half the price. */
export type ReadConsistency = 'consistently' | 'eventually'

/**
 * Reads items by key, 100 at a time; keys that have no item are absent from the map. An index's entry
 * will do for a key: DynamoDB itself takes nothing beyond the two attributes.
 * @throws Unavailable when DynamoDB leaves keys unprocessed time after time
 */
export async function batchGet(
  table: Table,
  wanted: readonly Key[],
  freshness: ReadConsistency = 'consistently',
): Promise<ItemsByKey> {
  const ConsistentRead = freshness === 'consistently'
  const unique = [...new Map(wanted.map((key) => [idOf(key), { pk: key.pk, sk: key.sk }])).values()]
  const found = new Map<string, Item>()
  for (const group of inGroupsOf(unique, BATCH_GET_LIMIT)) {
    let keys: Key[] = group
    for (let attempt = 0; keys.length > 0; attempt++) {
      if (attempt === MAX_ATTEMPTS)
        throw new Unavailable(`${keys.length} keys left unread after ${attempt} attempts`)
      if (attempt > 0) await table.pause(attempt)
      const { Responses, UnprocessedKeys } = await table.client.send(
        new BatchGet({ RequestItems: { [table.name]: { Keys: keys, ConsistentRead } } }),
      )
      for (const item of Responses?.[table.name] ?? []) found.set(idOf(item as unknown as Key), item)
      keys = (UnprocessedKeys?.[table.name]?.Keys ?? []) as unknown as Key[]
    }
  }
  return { get: (key) => found.get(idOf(key)) }
}

export interface ItemsByKey {
  get(key: Key): Item | undefined
}

/**
 * Puts items, 25 at a time, without conditions: only for items whose repeat is the same item.
 * @throws Unavailable when DynamoDB leaves items unprocessed time after time
 */
export const batchPut = (table: Table, items: readonly Item[]): Promise<void> =>
  batchWrite(
    table,
    items.map((Item) => ({ PutRequest: { Item } })),
  )

/**
 * Deletes items, 25 at a time; what isn't there is deleted already.
 * @throws Unavailable when DynamoDB leaves items undeleted time after time
 */
export const batchDelete = (table: Table, keys: readonly Key[]): Promise<void> =>
  batchWrite(
    table,
    keys.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })),
  )

type WriteRequest = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number]

async function batchWrite(table: Table, all: readonly WriteRequest[]): Promise<void> {
  for (const group of inGroupsOf(all, BATCH_WRITE_LIMIT)) {
    let requests: WriteRequest[] = group
    for (let attempt = 0; requests.length > 0; attempt++) {
      if (attempt === MAX_ATTEMPTS)
        throw new Unavailable(`${requests.length} items left unwritten after ${attempt} attempts`)
      if (attempt > 0) await table.pause(attempt)
      requests = await leftOver(table, requests)
    }
  }
}

/** What DynamoDB didn't write: where a transaction was at one of the items, it may be all. */
async function leftOver(table: Table, requests: WriteRequest[]): Promise<WriteRequest[]> {
  try {
    const { UnprocessedItems } = await table.client.send(
      new BatchWriteCommand({ RequestItems: { [table.name]: requests } }),
    )
    return UnprocessedItems?.[table.name] ?? []
  } catch (error) {
    if (refusalOf(error)?.kind === 'conflict') return requests
    throw error
  }
}
