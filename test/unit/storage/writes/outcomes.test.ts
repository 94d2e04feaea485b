import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { refusalOf, statementRefusalOf } from '../../../../shared/storage/writes/outcomes.ts'

const message = 'refused'

describe('an error of DynamoDB', () => {
  it.each([
    [undefined, false],
    [1, false],
    [2, true],
  ])('whose condition failed at try %s says whether an answer may have been lost: %s', (attempts, again) => {
    const $metadata = attempts === undefined ? {} : { attempts }
    const standing = { ...{ pk: 'P', n: 1 } }
    const error = new ConditionalCheckFailedException({
      $metadata,
      message,
      Item: { pk: { S: 'P' }, n: { N: '1' } },
    })
    expect(refusalOf(error)).toEqual({ kind: 'condition', stored: standing, again, places: [0] })
    const bare = new ConditionalCheckFailedException({ $metadata, message })
    expect(refusalOf(bare)).toEqual({ kind: 'condition', stored: undefined, again, places: [0] })
  })

  it('is no refusal where it is something else', () => {
    for (const error of [new Error('TransactionConflict'), 'TransactionConflict', undefined])
      expect(refusalOf(error)).toBeUndefined()
  })

  it('of a single write that met a transaction is a conflict', () => {
    expect(refusalOf(new TransactionConflictException({ $metadata: {}, message }))).toEqual({
      kind: 'conflict',
    })
  })

  const cancelled = (...codes: readonly (string | undefined)[]) =>
    refusalOf(
      new TransactionCanceledException({
        $metadata: {},
        message,
        CancellationReasons: codes.map((Code) => (Code === undefined ? {} : { Code })),
      }),
    )

  it('of a transaction names each condition that failed, whatever else there was', () => {
    expect(
      cancelled('None', 'ConditionalCheckFailed', 'ValidationError', undefined, 'ConditionalCheckFailed'),
    ).toEqual({ kind: 'condition', stored: undefined, again: false, places: [1, 4] })
  })

  it('of a transaction is temporary where every reason is', () => {
    expect(cancelled(undefined, 'TransactionConflict', 'ThrottlingError')).toEqual({ kind: 'conflict' })
    for (const code of [
      'ThrottlingError',
      'ProvisionedThroughputExceeded',
      'RequestLimitExceeded',
      'InternalServerError',
    ])
      expect(cancelled('None', code, undefined)).toEqual({ kind: 'throttled' })
  })

  it('of a transaction is for good where one reason is, or none is told', () => {
    expect(cancelled('ValidationError', 'TransactionConflict', 'ThrottlingError')).toBeUndefined()
    expect(cancelled('ItemCollectionSizeLimitExceeded')).toBeUndefined()
    expect(cancelled('None', undefined)).toBeUndefined()
    expect(refusalOf(new TransactionCanceledException({ $metadata: {}, message }))).toBeUndefined()
  })
})

describe('an error of one statement in a batch', () => {
  const Item = { pk: 'P' }

  it('is a condition’s, with what stands, or that of an item that is there', () => {
    expect(statementRefusalOf({ Code: 'ConditionalCheckFailed', Item })).toEqual({
      kind: 'condition',
      stored: Item,
    })
    expect(statementRefusalOf({ Code: 'DuplicateItem' })).toEqual({ kind: 'condition', stored: undefined })
  })

  it('is temporary, and only of an internal failure may it have been carried out', () => {
    expect(statementRefusalOf({ Code: 'TransactionConflict' })).toEqual({ kind: 'conflict' })
    expect(statementRefusalOf({ Code: 'InternalServerError' })).toEqual({
      kind: 'throttled',
      mayBeDone: true,
    })
    expect(statementRefusalOf({ Code: 'ThrottlingError' })).toEqual({ kind: 'throttled', mayBeDone: false })
  })

  it('is for good otherwise', () => {
    expect(statementRefusalOf({ Code: 'ValidationError' })).toBeUndefined()
    expect(statementRefusalOf({ Code: undefined })).toBeUndefined()
  })
})
