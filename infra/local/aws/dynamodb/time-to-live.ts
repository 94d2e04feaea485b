/** Deletes expired items right after the clock has passed their time; AWS takes up to days. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  paginateScan,
} from '@aws-sdk/client-dynamodb'
import { describedKeys } from './create-table.ts'
import type { DynoxideDatabase } from './dynoxide-database.ts'

const PARALLEL_DELETES = 8

export interface Expiry {
  readonly tableName: string
  /** The attribute that holds an item's time to live, in seconds since 1970. */
  readonly ttlAttribute: string
  readonly nowSeconds: number
}

type Key = Record<string, AttributeValue>

/**
 * Deletes expired items through the API, so that indexes and stream follow. The condition keeps an item whose time to
 * live was extended in the meantime.
 */
async function deleteExpired(
  client: DynamoDBClient,
  { tableName, ttlAttribute, nowSeconds }: Expiry,
  keys: readonly Key[],
): Promise<number> {
  let deleted = 0
  const work = keys.values()
  const worker = async () => {
    for (const Key of work) {
      try {
        await client.send(
          new DeleteItemCommand({
            TableName: tableName,
            Key,
            ConditionExpression: '#ttl < :now',
            ExpressionAttributeNames: { '#ttl': ttlAttribute },
            ExpressionAttributeValues: { ':now': { N: String(nowSeconds) } },
          }),
        )
        deleted++
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error
      }
    }
  }
  await Promise.all(Array.from({ length: PARALLEL_DELETES }, worker))
  return deleted
}

async function keyNames(client: DynamoDBClient, tableName: string): Promise<string[]> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }))
  return describedKeys.parse(Table?.KeySchema).map((key) => key.AttributeName)
}

function keyOf(item: Record<string, AttributeValue>, names: readonly string[]): Key {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = item[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** Deletes what has expired in another DynamoDB than the embedded one, by a scan. Returns how many items. */
export async function sweepByScan(client: DynamoDBClient, expiry: Expiry): Promise<number> {
  const { tableName, ttlAttribute, nowSeconds } = expiry
  const names = await keyNames(client, tableName)
  let deleted = 0
  const pages = paginateScan(
    { client },
    {
      TableName: tableName,
      FilterExpression: '#ttl < :now',
      ExpressionAttributeNames: { '#ttl': ttlAttribute },
      ExpressionAttributeValues: { ':now': { N: String(nowSeconds) } },
    },
  )
  for await (const { Items = [] } of pages) {
    const keys = Items.map((item) => keyOf(item, names))
    deleted += await deleteExpired(client, expiry, keys)
  }
  return deleted
}

/**
 * Deletes what has expired in the embedded DynamoDB, whose file tells which items those are. The stream shows the
 * deletions as made by the service. Returns how many items.
 */
export async function sweepDatabase(
  client: DynamoDBClient,
  database: DynoxideDatabase,
  expiry: Expiry,
): Promise<number> {
  const { tableName, ttlAttribute, nowSeconds } = expiry
  const names = await keyNames(client, tableName)
  let deleted = 0
  for (const items of database.expiredItems(tableName, ttlAttribute, nowSeconds)) {
    const keys = items.map((item) => keyOf(item, names))
    await database.asTimeToLive(tableName, keys, async () => {
      deleted += await deleteExpired(client, expiry, keys)
    })
  }
  return deleted
}
