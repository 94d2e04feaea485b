import {
  type BatchStatementError,
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'

/**
 * Translates DynamoDB's refusals of a write; no other file reads them. Any other error is no outcome: the SDK has
 * retried where that helps, and the error goes to the caller (see `unavailableBy`).
 */
export type Refused =
  /**
   * A condition failed. `stored`: for a single write, the stored item; `again`: the SDK retried after losing an
   * answer, so that item may be from this very write; `places`: which of a transaction's conditions failed.
   */
  | {
      readonly kind: 'condition'
      readonly stored: Item | undefined
      readonly again: boolean
      readonly places: readonly number[]
    }
  /** Another transaction had hold of one of the items. The SDK doesn't retry this. */
  | { readonly kind: 'conflict' }
  /**
   * The transaction was cancelled because a part was throttled or failed inside DynamoDB. The SDK doesn't retry this.
   */
  | { readonly kind: 'throttled' }

type Item = Readonly<Record<string, unknown>>

const CONDITION = 'ConditionalCheckFailed'
const CONFLICT = 'TransactionConflict'
/** Codes of a cancelled transaction's parts that may not recur on a retry. */
const THROTTLED: ReadonlySet<string> = new Set([
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
  'InternalServerError',
])

/** `undefined`: the error isn't a refusal. */
export function refusalOf(error: unknown): Refused | undefined {
  if (error instanceof ConditionalCheckFailedException)
    // The document client doesn't convert items within errors.
    return {
      kind: 'condition',
      stored: error.Item === undefined ? undefined : unmarshall(error.Item),
      again: (error.$metadata.attempts ?? 1) > 1,
      places: [0],
    }
  if (error instanceof TransactionConflictException) return { kind: 'conflict' }
  if (!(error instanceof TransactionCanceledException)) return undefined
  const codes = (error.CancellationReasons ?? []).map(({ Code = 'None' }) => Code)
  // A failed condition fails on a retry, too, so other reasons don't matter.
  if (codes.includes(CONDITION)) {
    const places = codes.flatMap((code, place) => (code === CONDITION ? [place] : []))
    return { kind: 'condition', stored: undefined, again: false, places }
  }
  // A part that can never be written outweighs temporary reasons.
  if (codes.some((code) => code !== 'None' && code !== CONFLICT && !THROTTLED.has(code))) return undefined
  if (codes.includes(CONFLICT)) return { kind: 'conflict' }
  return codes.some((code) => THROTTLED.has(code)) ? { kind: 'throttled' } : undefined
}

/** The error of a statement in a batch, as the document client returns it, with its item as plain attributes. */
export type StatementError = Pick<BatchStatementError, 'Code'> & { readonly Item?: Item | undefined }

export type StatementRefused =
  | { readonly kind: 'condition'; readonly stored: Item | undefined }
  | { readonly kind: 'conflict' }
  /** `mayBeDone`: DynamoDB itself doesn't know whether it was carried out. */
  | { readonly kind: 'throttled'; readonly mayBeDone: boolean }

/** `undefined`: the statement is invalid, or not permitted to this function. */
export function statementRefusalOf({ Code, Item }: StatementError): StatementRefused | undefined {
  if (Code === CONDITION || Code === 'DuplicateItem') return { kind: 'condition', stored: Item }
  if (Code === CONFLICT) return { kind: 'conflict' }
  if (Code === undefined || !THROTTLED.has(Code)) return undefined
  return { kind: 'throttled', mayBeDone: Code === 'InternalServerError' }
}
