import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'

/** The table and the way to it: what every store is made from. */
export interface Table {
  readonly client: DynamoDBDocumentClient
  readonly name: string
}

export function openTable(name: string, client: DynamoDBClient): Table {
  return {
    name,
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
  }
}

export function isConditionFailure(error: unknown): boolean {
  return error instanceof ConditionalCheckFailedException
}

/** A single write met a transaction that was at the same item. The SDK doesn't ask again by itself. */
export function isConflict(error: unknown): boolean {
  return error instanceof TransactionConflictException
}

/** What stood there instead, where the request asked for it. The document client leaves errors as they came. */
export function itemInTheWay(error: unknown): Record<string, unknown> | undefined {
  if (!(error instanceof ConditionalCheckFailedException) || error.Item === undefined) return undefined
  return unmarshall(error.Item)
}

/**
 * Why a transaction was cancelled, a code per item (`None`, `ConditionalCheckFailed`, `TransactionConflict`, …);
 * `undefined` for any other error.
 */
export function cancellationCodes(error: unknown): string[] | undefined {
  if (!(error instanceof TransactionCanceledException)) return undefined
  return (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None')
}

/** Whether a transaction lost to another writer, by its condition or by running at the same instant. */
export function lostTransaction(error: unknown): boolean {
  const codes = cancellationCodes(error)
  return codes?.some((code) => code === 'ConditionalCheckFailed' || code === 'TransactionConflict') ?? false
}
