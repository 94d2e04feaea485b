import {
  type BatchStatementError,
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'

/**
 * What DynamoDB's refusals of a write mean: the one place that reads them. What isn't one of these is no outcome: the SDK
 * has asked again by itself where that could help, and its error goes to the caller (see `unavailableBy`).
 */
export type Refused =
  /**
   * A condition didn't hold. `standing`: of a single write, the item in the way; `again`: the SDK had asked before and lost
   * the answer, so it may be what this very write left; `places`: which of a transaction's conditions.
   */
  | {
      readonly kind: 'condition'
      readonly standing: Item | undefined
      readonly again: boolean
      readonly places: readonly number[]
    }
  /** A transaction was at one of the items at this instant. The SDK doesn't ask again. */
  | { readonly kind: 'conflict' }
  /** A transaction was cancelled since a part of it was throttled, or failed in DynamoDB. The SDK doesn't ask again. */
  | { readonly kind: 'throttled' }

type Item = Readonly<Record<string, unknown>>

const CONDITION = 'ConditionalCheckFailed'
const CONFLICT = 'TransactionConflict'
/** Codes of a cancelled transaction's parts that a later try may not meet. */
const THROTTLED: ReadonlySet<string> = new Set([
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
  'InternalServerError',
])

/** `undefined`: the error is no refusal. */
export function refusalOf(error: unknown): Refused | undefined {
  if (error instanceof ConditionalCheckFailedException)
    // The document client leaves errors as they came.
    return {
      kind: 'condition',
      standing: error.Item === undefined ? undefined : unmarshall(error.Item),
      again: (error.$metadata.attempts ?? 1) > 1,
      places: [0],
    }
  if (error instanceof TransactionConflictException) return { kind: 'conflict' }
  if (!(error instanceof TransactionCanceledException)) return undefined
  const codes = (error.CancellationReasons ?? []).map(({ Code = 'None' }) => Code)
  // A condition that fails fails at the next try, too; whatever else was in the way doesn't matter any more.
  if (codes.includes(CONDITION)) {
    const places = codes.flatMap((code, place) => (code === CONDITION ? [place] : []))
    return { kind: 'condition', standing: undefined, again: false, places }
  }
  // What can't ever be written outweighs what is over by itself.
  if (codes.some((code) => code !== 'None' && code !== CONFLICT && !THROTTLED.has(code))) return undefined
  if (codes.includes(CONFLICT)) return { kind: 'conflict' }
  return codes.some((code) => THROTTLED.has(code)) ? { kind: 'throttled' } : undefined
}

/** Of a statement in a batch: as the document client gives it, with its item as plain attributes. */
export type StatementError = Pick<BatchStatementError, 'Code'> & { readonly Item?: Item | undefined }

export type StatementRefused =
  | { readonly kind: 'condition'; readonly standing: Item | undefined }
  | { readonly kind: 'conflict' }
  /** `mayBeDone`: DynamoDB doesn't know itself whether it was carried out. */
  | { readonly kind: 'throttled'; readonly mayBeDone: boolean }

/** `undefined`: the statement can't ever be carried out, or this function mayn't. */
export function statementRefusalOf({ Code, Item }: StatementError): StatementRefused | undefined {
  if (Code === CONDITION || Code === 'DuplicateItem') return { kind: 'condition', standing: Item }
  if (Code === CONFLICT) return { kind: 'conflict' }
  if (Code === undefined || !THROTTLED.has(Code)) return undefined
  return { kind: 'throttled', mayBeDone: Code === 'InternalServerError' }
}
