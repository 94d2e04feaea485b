import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { backoff, type Pause } from '../lib/backoff.ts'

/** The table and the way to it: what every store is made from. */
export interface Table {
  readonly client: DynamoDBDocumentClient
  readonly name: string
  /** Waits before another try of a call that was throttled, or whose item a transaction of others was at. */
  readonly pause: Pause
}

export function openTable(name: string, client: DynamoDBClient, pause: Pause = backoff): Table {
  return {
    name,
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    pause,
  }
}
