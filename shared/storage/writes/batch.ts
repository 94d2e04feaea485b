import { BatchWriteCommand, type BatchWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import { inGroupsOf } from '../../lib/concurrency.ts'
import { Unavailable } from '../../lib/unavailable.ts'
import { BatchGetCommand } from './batch-commands.ts'
import type { Table } from '../client.ts'
import type { Key } from '../keys.ts'
import { refusalOf } from './outcomes.ts'

/** BatchGetItem's limit, and how often unprocessed keys are asked for again before it is an error. */
const BATCH_GET_LIMIT = 100
const BATCH_WRITE_LIMIT = 25
const MAX_ATTEMPTS = 8

type Item = Record<string, unknown>

const idOf = (key: Key): string => `${key.pk}\n${key.sk}`

/** `eventually`: writes of the last second may be missing, at half the price. */
export type ReadConsistency = 'consistently' | 'eventually'

/**
 * Reads items by key, 100 a call; keys without an item are absent from the answer. A key may have further attributes, as an
 * index entry has: only `pk` and `sk` are sent. 1 read unit a 4 KB, half of that `eventually`.
 * @throws Unavailable if DynamoDB keeps leaving keys unprocessed
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
        new BatchGetCommand({ RequestItems: { [table.name]: { Keys: keys, ConsistentRead } } }),
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
 * Puts items, 25 a call, without conditions. Only for items that are the same when they are put again, since a call may be
 * repeated.
 * @throws Unavailable if DynamoDB keeps leaving items unprocessed
 */
export const batchPut = (table: Table, items: readonly Item[]): Promise<void> =>
  batchWrite(
    table,
    items.map((Item) => ({ PutRequest: { Item } })),
  )

/**
 * Deletes items, 25 at a time; one that doesn't exist counts as deleted.
 * @throws Unavailable if DynamoDB keeps leaving items unprocessed
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

/** Sends requests. @returns those that weren't carried out: all, if a transaction was at one of the items */
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
