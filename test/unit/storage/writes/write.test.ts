import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import { DeleteCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { beforeEach, describe, expect, it } from 'vitest'
import { Busy, Unavailable } from '../../../../shared/lib/unavailable.ts'
import { edit, ifAbsent, ifPresent, put, remove } from '../../../../shared/storage/writes/requests.ts'
import {
  editOnce,
  editOrLose,
  editSurely,
  putOnce,
  putOrLose,
  SHARED_ITEM_TRIES,
  TRIES,
  transact,
  transactAll,
  transactOnce,
  write,
  writeSurely,
} from '../../../../shared/storage/writes/write.ts'
import { tableAnsweredBy } from '../../../simulation/dynamo/client.ts'

let sent: object[] = []
let pauses: number[] = []
let answer: () => object = () => ({})
const table = {
  ...tableAnsweredBy('table', async (command) => {
    sent.push(command)
    return answer()
  }),
  pause: async (tried: number) => {
    pauses.push(tried)
  },
}
const key = { pk: 'P', sk: 'S' }
const item = { ...key, n: 1 }

const failing = (error: Error) => (): never => {
  throw error
}
const message = 'refused'
const conflict = new TransactionConflictException({ $metadata: {}, message })
/** Which item stands, and at which try the condition failed. */
const refusedBy = (standing: Record<string, { N: string } | { S: string }> | undefined, attempts: number) =>
  failing(
    new ConditionalCheckFailedException({
      $metadata: { attempts },
      message,
      ...(standing === undefined ? {} : { Item: standing }),
    }),
  )
const STANDING = { pk: { S: 'P' }, sk: { S: 'S' }, n: { N: '1' } }
const cancelled = (...codes: readonly string[]) =>
  failing(
    new TransactionCanceledException({
      $metadata: {},
      message,
      CancellationReasons: codes.map((Code) => ({ Code })),
    }),
  )

beforeEach(() => {
  sent = []
  pauses = []
  answer = () => ({})
})

describe('a write of one item', () => {
  it('sends the one command that it is, and asks for what stands in its way', async () => {
    const parts = [
      [put(table, item), PutCommand, { Item: item }],
      [edit(table, key, { n: 2 }), UpdateCommand, { UpdateExpression: 'SET #n = :n' }],
      [remove(table, key), DeleteCommand, { Key: key }],
    ] as const
    for (const [part, Command, input] of parts) {
      sent = []
      expect(await write(table, part)).toEqual({ outcome: 'written', before: undefined })
      expect(sent).toEqual([expect.any(Command)])
      expect(sent[0]).toMatchObject({
        input: { TableName: 'table', ReturnValuesOnConditionCheckFailure: 'ALL_OLD', ...input },
      })
    }
    await expect(write(table, {})).rejects.toThrow('nothing to write')
  })

  it('gives the item of before where that was asked for', async () => {
    answer = () => ({ Attributes: { n: 0 } })
    expect(await write(table, put(table, item), 'ALL_OLD')).toEqual({ outcome: 'written', before: { n: 0 } })
    expect(sent[0]).toMatchObject({ input: { ReturnValues: 'ALL_OLD' } })
    expect(await editSurely(table, key, { n: 2 })).toEqual({ n: 0 })
    expect(sent[1]).toMatchObject({ input: { ReturnValues: 'ALL_OLD' } })
  })

  it('is refused by a condition at once, and busy after some conflicts with ever longer pauses', async () => {
    answer = refusedBy(STANDING, 2)
    expect(await write(table, put(table, item))).toEqual({ outcome: 'refused', stored: item, again: true })
    expect(pauses).toEqual([])
    answer = failing(conflict)
    expect(await write(table, put(table, item))).toEqual({ outcome: 'busy' })
    expect(pauses).toEqual(Array.from({ length: TRIES - 1 }, (_, n) => n + 1))
  })

  it('throws whatever is no refusal', async () => {
    const gone = new Error('gone')
    answer = failing(gone)
    await expect(write(table, put(table, item))).rejects.toBe(gone)
    expect(sent).toHaveLength(1)
  })
})

describe('a write by what its caller makes of a refusal', () => {
  const condition = ifAbsent
  const again = {
    put: () => putOrLose(table, item, condition),
    edit: () => editOrLose(table, key, { n: 1 }, condition),
  }
  const once = {
    put: () => putOnce(table, item, condition),
    edit: () => editOnce(table, key, { n: 1 }, condition),
  }
  const all = [again.put, again.edit, once.put, once.edit]

  it('is written, or lost where another’s item stands, or its own of an earlier write', async () => {
    for (const send of all) {
      answer = () => ({})
      expect(await send()).toEqual({ outcome: 'written' })
      for (const refusal of [
        refusedBy({ ...STANDING, n: { N: '2' } }, 2),
        refusedBy(undefined, 2),
        refusedBy(STANDING, 1),
      ]) {
        answer = refusal
        expect(await send()).toEqual({ outcome: 'lost' })
      }
    }
  })

  it('C6: is written where an answer was lost, and what stands is what it left', async () => {
    answer = refusedBy(STANDING, 2)
    for (const send of all) expect(await send()).toEqual({ outcome: 'written' })
  })

  it('is lost or an error where transactions keep hold of the item', async () => {
    answer = failing(conflict)
    for (const send of Object.values(again)) expect(await send()).toEqual({ outcome: 'lost' })
    for (const send of Object.values(once)) await expect(send()).rejects.toBeInstanceOf(Busy)
    for (const send of [() => writeSurely(table, remove(table, key)), () => editSurely(table, key, { n: 1 })])
      await expect(send()).rejects.toMatchObject({
        name: 'Busy',
        message: 'transactions of others were at an item time after time',
      })
  })

  it('can only fail for good because its item is gone', async () => {
    expect(await writeSurely(table, remove(table, key, ifPresent))).toEqual({ outcome: 'written' })
    answer = refusedBy(undefined, 1)
    expect(await writeSurely(table, remove(table, key, ifPresent))).toEqual({ outcome: 'gone' })
  })
})

describe('a transaction', () => {
  const items = [put(table, item), remove(table, key)]

  it('is written as it is, in one call', async () => {
    expect(await transactAll(table, items)).toEqual({ outcome: 'written' })
    expect(await transact(table, items)).toEqual({ outcome: 'written' })
    expect(await transactOnce(table, items)).toEqual({ outcome: 'written' })
    expect(sent).toHaveLength(3)
    expect(sent[0]).toBeInstanceOf(TransactWriteCommand)
    expect(sent[0]).toMatchObject({ input: { TransactItems: items } })
  })

  it('names the places whose conditions failed, and what the first of them means', async () => {
    answer = cancelled('ConditionalCheckFailed', 'ConditionalCheckFailed')
    expect(await transactAll(table, items)).toEqual({ outcome: 'refused', places: [0, 1] })
    expect(await transact(table, items)).toEqual({ outcome: 'lost' })
    expect(await transact(table, items, { 1: 'second', 0: 'first' })).toEqual({ outcome: 'first' })
    expect(await transact(table, items, { 2: 'third', 1: 'second' })).toEqual({ outcome: 'second' })
    expect(await transact(table, items, { 2: 'third' })).toEqual({ outcome: 'lost' })
    expect(await transactOnce(table, items)).toEqual({ outcome: 'lost' })
    expect(pauses).toEqual([])
  })

  it('is lost or an error where others keep hold of an item, after as many tries as were asked for', async () => {
    answer = cancelled('None', 'TransactionConflict')
    expect(await transactAll(table, items)).toEqual({ outcome: 'busy' })
    expect(await transact(table, items)).toEqual({ outcome: 'lost' })
    expect(sent).toHaveLength(2 * TRIES)
    await expect(transactOnce(table, items, SHARED_ITEM_TRIES)).rejects.toBeInstanceOf(Busy)
    expect(sent).toHaveLength(2 * TRIES + SHARED_ITEM_TRIES)
  })

  it('that is throttled time after time is unavailable, with its cause', async () => {
    answer = cancelled('ThrottlingError', 'None')
    const failed = await transactAll(table, items, 2).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Unavailable)
    expect(failed).toMatchObject({
      message: 'a transaction was throttled time after time',
      cause: expect.any(TransactionCanceledException),
    })
    expect(pauses).toEqual([1])
  })
})
