import { type BatchStatementError, DynamoDBClient, ThrottlingException } from '@aws-sdk/client-dynamodb'
import { BatchExecuteStatementCommand, type BatchExecuteStatementCommandInput } from '@aws-sdk/lib-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { Unavailable } from '../../../../shared/lib/unavailable.ts'
import { openTable } from '../../../../shared/storage/client.ts'
import { executeAll, executeOne } from '../../../../shared/storage/writes/execute.ts'
import { updating, where } from '../../../../shared/storage/writes/statements.ts'
import 'aws-sdk-client-mock-vitest/extend'

const pauses: number[] = []
const table = openTable('table', new DynamoDBClient({ region: 'us-east-1' }), async (attempt) => {
  pauses.push(attempt)
})
const dynamo = mockClient(table.client)

/** As many as asked for, of items 0, 1, …, each of which is to be at revision 2 then. */
const statements = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    updating(table, { pk: `P#${n}`, sk: 'S' }, [['rev', 2]], where`"rev" = ${1}`),
  )
const states = async (count: number): Promise<string[]> =>
  (await executeAll(table, statements(count))).map(({ outcome: state }) => state)

/** Which items each call was about. */
const asked = (): string[] =>
  dynamo
    .commandCalls(BatchExecuteStatementCommand)
    .map(({ args: [{ input }] }) =>
      (input.Statements ?? []).map(({ Parameters }) => String(Parameters?.[1]).slice(2)).join(' '),
    )

type Refused = Pick<BatchStatementError, 'Code'> & { readonly Item?: Record<string, unknown> }
const answer = (...errors: (Refused | undefined)[]) => ({
  $metadata: {},
  Responses: errors.map((refused) => (refused === undefined ? { TableName: 'table' } : { Error: refused })),
})
/** Everything is carried out. */
const obliges = (input: BatchExecuteStatementCommandInput) =>
  answer(...(input.Statements ?? []).map(() => undefined))

describe('statements by the batch', () => {
  beforeEach(() => {
    dynamo.reset()
    pauses.length = 0
    dynamo.on(BatchExecuteStatementCommand).callsFake(obliges)
  })

  it('goes out 25 a call, and answers in the order that was asked', async () => {
    expect(await states(60)).toEqual(Array(60).fill('written'))
    expect(asked().map((items) => items.split(' ').length)).toEqual([25, 25, 10])
  })

  it('C8: answers each by itself: what one met is none of the others’ business', async () => {
    const standing = { pk: 'P#1', sk: 'S', rev: 2 }
    dynamo
      .on(BatchExecuteStatementCommand)
      .resolvesOnce(
        answer(
          undefined,
          { Code: 'ConditionalCheckFailed', Item: standing },
          { Code: 'ConditionalCheckFailed' },
        ),
      )
    expect(await executeAll(table, statements(3))).toEqual([
      { outcome: 'written' },
      { outcome: 'refused', stored: standing },
      { outcome: 'refused', stored: undefined },
    ])
  })

  it.each([
    'TransactionConflict',
    'ThrottlingError',
    'ProvisionedThroughputExceeded',
    'InternalServerError',
  ] as const)('sends again what met %s, after a pause, and that only', async (Code) => {
    dynamo
      .on(BatchExecuteStatementCommand)
      .resolvesOnce(answer(undefined, { Code }, undefined, { Code }))
      .resolvesOnce(answer({ Code }, undefined))
      .callsFake(obliges)
    expect(await states(4)).toEqual(Array(4).fill('written'))
    expect(asked()).toEqual(['0 1 2 3', '1 3', '1'])
    expect(pauses).toEqual([1, 2])
  })

  it('is busy for an item at which transactions of others are all the while', async () => {
    dynamo.on(BatchExecuteStatementCommand).resolves(answer({ Code: 'TransactionConflict' }))
    expect(await states(1)).toEqual(['busy'])
    expect(pauses).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('fails as unavailable what is throttled all the while', async () => {
    dynamo.on(BatchExecuteStatementCommand).resolves(answer({ Code: 'ThrottlingError' }))
    expect(await executeAll(table, statements(1))).toEqual([
      { outcome: 'failed', error: expect.any(Unavailable) },
    ])
  })

  it('fails what can’t ever be carried out, by its code, and says nothing of what is in it', async () => {
    dynamo.on(BatchExecuteStatementCommand).resolvesOnce(answer({ Code: 'ValidationError' }, undefined))
    expect(await executeAll(table, statements(2))).toEqual([
      { outcome: 'failed', error: new Error('a statement was refused: ValidationError') },
      { outcome: 'written' },
    ])
  })

  it('knows its own write again after a call that the SDK had to make twice', async () => {
    const own = { pk: 'P#0', sk: 'S', rev: 2 }
    const foreign = { pk: 'P#1', sk: 'S', rev: 3 }
    const both = answer(
      { Code: 'ConditionalCheckFailed', Item: own },
      { Code: 'ConditionalCheckFailed', Item: foreign },
    )
    dynamo.on(BatchExecuteStatementCommand).resolvesOnce({ ...both, $metadata: { attempts: 2 } })
    expect(await states(2)).toEqual(['written', 'refused'])
  })

  it('knows it again after a failure that DynamoDB told of the statement itself', async () => {
    const Item = { pk: 'P#0', sk: 'S', rev: 2 }
    dynamo
      .on(BatchExecuteStatementCommand)
      .resolvesOnce(answer({ Code: 'InternalServerError' }))
      .resolvesOnce(answer({ Code: 'ConditionalCheckFailed', Item }))
    expect(await states(1)).toEqual(['written'])
  })

  it('asks for each alone where a call fails as a whole, and knows what that call had done', async () => {
    const Item = { pk: 'P#0', sk: 'S', rev: 2 }
    dynamo
      .on(BatchExecuteStatementCommand)
      .rejectsOnce(new Error('the connection broke'))
      .resolvesOnce(answer({ Code: 'ConditionalCheckFailed', Item }))
      .rejectsOnce(new Error('nothing to be done'))
      .callsFake(obliges)
    expect(await states(3)).toEqual(['written', 'failed', 'written'])
    expect(asked()).toEqual(['0 1 2', '0', '1', '2'])
  })

  it('asks for no more where DynamoDB isn’t to be had', async () => {
    const gone = new ThrottlingException({ $metadata: {}, message: 'throttled' })
    dynamo.on(BatchExecuteStatementCommand).rejects(gone)
    expect(await executeAll(table, statements(25))).toEqual(
      Array(25).fill({ outcome: 'failed', error: gone }),
    )
    expect(asked()).toHaveLength(2)
  })

  it('asks for what stands where a condition fails', async () => {
    await states(1)
    expect(dynamo).toHaveReceivedCommandWith(BatchExecuteStatementCommand, {
      Statements: [expect.objectContaining({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })],
    })
  })

  it('names the code that was met all the while, and of nothing asks nothing', async () => {
    dynamo.on(BatchExecuteStatementCommand).resolves(answer({ Code: 'ThrottlingError' }))
    const [outcome] = await executeAll(table, statements(1))
    expect(outcome).toMatchObject({ error: { message: 'a statement met ThrottlingError time after time' } })
    dynamo.resetHistory()
    expect(await executeAll(table, [])).toEqual([])
    expect(asked()).toEqual([])
  })

  it('C8: a write by itself fails as a statement does', async () => {
    const gone = new Error('gone')
    expect(await executeOne(async () => 'written')).toBe('written')
    expect(await executeOne(() => Promise.reject(gone))).toEqual({ outcome: 'failed', error: gone })
  })
})
