import { TransactionConflictException } from '@aws-sdk/client-dynamodb'
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb'
import { beforeEach, describe, expect, it } from 'vitest'
import { batchDelete, batchGet, batchPut } from '../../../../shared/storage/writes/batch.ts'
import { BatchGetCommand } from '../../../../shared/storage/writes/batch-commands.ts'
import { tableAnsweredBy } from '../../../simulation/dynamo/client.ts'

let sent: object[] = []
let pauses: number[] = []
let answers: (() => object)[] = []
const table = {
  ...tableAnsweredBy('table', async (command) => {
    sent.push(command)
    return answers.shift()?.() ?? {}
  }),
  pause: async (tried: number) => {
    pauses.push(tried)
  },
}
const key = { pk: 'P', sk: 'S' }
const conflict = (): never => {
  throw new TransactionConflictException({ $metadata: {}, message: 'conflict' })
}

beforeEach(() => {
  sent = []
  pauses = []
  answers = []
})

describe('many items at once', () => {
  it('are read consistently unless a moment ago will do', async () => {
    await batchGet(table, [key])
    await batchGet(table, [{ ...key, more: 'of an index' } as typeof key], 'eventually')
    expect(sent).toEqual([expect.any(BatchGetCommand), expect.any(BatchGetCommand)])
    for (const [n, ConsistentRead] of [true, false].entries())
      expect(sent[n]).toMatchObject({
        input: { RequestItems: { table: { Keys: [{ pk: 'P', sk: 'S' }], ConsistentRead } } },
      })
    expect(Object.keys(Object(sent[1]).input.RequestItems.table.Keys[0])).toEqual(['pk', 'sk'])
  })

  it('are deleted by their keys alone', async () => {
    await batchDelete(table, [{ ...key, more: 'of an index' } as typeof key])
    expect(sent[0]).toBeInstanceOf(BatchWriteCommand)
    expect(Object(sent[0]).input.RequestItems).toEqual({ table: [{ DeleteRequest: { Key: key } }] })
    expect(pauses).toEqual([])
  })

  it('are written again after a pause, all of them where a transaction was at one', async () => {
    answers = [conflict, conflict]
    await batchPut(table, [{ ...key, n: 1 }])
    expect(sent).toHaveLength(3)
    for (const command of sent)
      expect(Object(command).input.RequestItems).toEqual({
        table: [{ PutRequest: { Item: { ...key, n: 1 } } }],
      })
    expect(pauses).toEqual([1, 2])
  })

  it('fail at once for any other reason', async () => {
    const gone = new Error('gone')
    answers = [
      () => {
        throw gone
      },
    ]
    await expect(batchPut(table, [{ ...key, n: 1 }])).rejects.toBe(gone)
    expect(sent).toHaveLength(1)
  })
})
