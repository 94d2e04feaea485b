import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  BatchWriteCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import 'aws-sdk-client-mock-vitest/extend'
import { Unavailable } from '../../../../shared/lib/unavailable.ts'
import { openTable } from '../../../../shared/storage/client.ts'
import { accountStore } from '../../../../shared/storage/stores/accounts.ts'
import { conversationStore } from '../../../../shared/storage/stores/conversations.ts'
import { domainStore } from '../../../../shared/storage/stores/domains.ts'
import { batchGet, batchPut } from '../../../../shared/storage/writes/batch.ts'
import { claimed, record, T0 } from '../../../support/builders.ts'

/** The pauses that were made, by the try that came next; none takes any time. */
const pauses: number[] = []
const table = openTable('table', new DynamoDBClient({ region: 'us-east-1' }), async (attempt) => {
  pauses.push(attempt)
})
const dynamo = mockClient(table.client)
const $metadata = {}

const cancelled = (...codes: string[]): TransactionCanceledException =>
  new TransactionCanceledException({
    $metadata,
    message: 'cancelled',
    CancellationReasons: codes.map((Code) => ({ Code })),
  })

const keysOf = (count: number) => Array.from({ length: count }, (_, n) => ({ pk: `P#${n}`, sk: 'S' }))

/** What no emulator does: throttling, conflicts of transactions. */
describe('under throttling', () => {
  beforeEach(() => {
    dynamo.reset()
    pauses.length = 0
  })

  const settled = <T>(promise: Promise<T>): Promise<T | Error> =>
    promise.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))

  it('keys that were left unread are asked for again, and those only', async () => {
    const [first, second, third] = keysOf(3)
    dynamo
      .on(BatchGetCommand)
      .resolvesOnce({
        Responses: { table: [{ ...first, n: 1 }] },
        UnprocessedKeys: { table: { Keys: keysOf(3).slice(1) } },
      })
      .resolvesOnce({ Responses: { table: [{ ...second, n: 2 }] } })
    const items = await settled(batchGet(table, keysOf(3)))
    if (items instanceof Error || !first || !second || !third) throw items
    expect([first, second, third].map((key) => items.get(key)?.n)).toEqual([1, 2, undefined])
    expect(dynamo).toHaveReceivedNthCommandWith(BatchGetCommand, 2, {
      RequestItems: { table: { Keys: [second, third], ConsistentRead: true } },
    })
  })

  it('keys that stay unread are an error in the end, after ever longer waits', async () => {
    dynamo.on(BatchGetCommand).resolves({ UnprocessedKeys: { table: { Keys: keysOf(1) } } })
    expect(await settled(batchGet(table, keysOf(1)))).toMatchObject({
      message: '1 keys left unread after 8 attempts',
    })
    expect(dynamo).toHaveReceivedCommandTimes(BatchGetCommand, 8)
    expect(pauses).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  it('keys are asked for once each, 100 at a time', async () => {
    dynamo.on(BatchGetCommand).resolves({})
    await settled(batchGet(table, [...keysOf(150), ...keysOf(150)]))
    const asked = dynamo
      .commandCalls(BatchGetCommand)
      .map(({ args: [{ input }] }) => input.RequestItems?.table?.Keys?.length)
    expect(asked).toEqual([100, 50])
  })

  it('A1: entries that were left unwritten are written again, and those only, or are an error', async () => {
    const items = keysOf(30).map((key) => ({ ...key, n: 1 }))
    const left = items.slice(3, 5).map((Item) => ({ PutRequest: { Item } }))
    dynamo
      .on(BatchWriteCommand)
      .resolvesOnce({ UnprocessedItems: { table: left } })
      .resolves({})
    expect(await settled(batchPut(table, items))).toBeUndefined()
    const sizes = dynamo
      .commandCalls(BatchWriteCommand)
      .map(({ args: [{ input }] }) => input.RequestItems?.table?.length)
    expect(sizes).toEqual([25, 2, 5])
    dynamo.on(BatchWriteCommand).resolves({ UnprocessedItems: { table: left } })
    expect(await settled(batchPut(table, items))).toMatchObject({
      message: '2 items left unwritten after 8 attempts',
    })
  })

  it('a write that meets a transaction at the same item is tried again, and lost when that goes on and on', async () => {
    const conflict = new TransactionConflictException({ $metadata, message: 'conflict' })
    dynamo.on(UpdateCommand).rejectsOnce(conflict).rejectsOnce(conflict).resolvesOnce({})
    expect(await accountStore(table).write({ ...record(), revision: 4 })).toEqual({ outcome: 'written' })
    expect(pauses).toEqual([1, 2])
    dynamo.on(UpdateCommand).rejects(conflict)
    expect(await accountStore(table).write({ ...record(), revision: 4 })).toEqual({ outcome: 'lost' })
  })

  it('a write that somebody else’s item stood in the way of is lost', async () => {
    dynamo.on(UpdateCommand).rejects(new ConditionalCheckFailedException({ $metadata, message: 'condition' }))
    expect(await accountStore(table).write({ ...record(), revision: 4 })).toEqual({ outcome: 'lost' })
  })

  it('an account whose creation met others, or was throttled, is not refused as if its address were taken', async () => {
    const create = () => settled(accountStore(table).create([record()]))
    dynamo.on(TransactWriteCommand).rejects(cancelled('None', 'ThrottlingError'))
    expect(await create()).toBeInstanceOf(Unavailable)
    dynamo.on(TransactWriteCommand).rejects(cancelled('TransactionConflict', 'None'))
    expect(await create()).toEqual([{ outcome: 'busy' }])
    const fault = cancelled('ValidationError', 'TransactionConflict')
    dynamo.on(TransactWriteCommand).rejects(fault)
    expect(await create()).toBe(fault)
  })

  it('one account’s refusal among many is told from the others’ luck', async () => {
    dynamo
      .on(TransactWriteCommand)
      .rejectsOnce(cancelled('None', 'None', 'None', 'ConditionalCheckFailed'))
      .resolvesOnce({})
      .rejectsOnce(cancelled('None', 'ConditionalCheckFailed'))
    expect(await accountStore(table).create([record(), record({ userId: 'b' })])).toEqual([
      { outcome: 'created' },
      { outcome: 'address_taken' },
    ])
  })

  it('a transaction that was throttled is an error, and never lost to somebody else', async () => {
    const error = cancelled('ThrottlingError', 'None')
    dynamo.on(TransactWriteCommand).rejects(error)
    const next = claimed()
    const { accounts, conversations, domains } = {
      accounts: accountStore(table),
      conversations: conversationStore(table),
      domains: domainStore(table),
    }
    const domain = {
      orgId: 'o',
      domain: 'a.example',
      status: 'verified',
      token: 't',
      tokenExpiresAt: T0.toISOString(),
      createdAt: T0.toISOString(),
      revision: 1,
    } as const
    const change = { what: 'domain.claimed', at: T0.toISOString(), by: 'admin:a' } as const
    for (const attempt of [
      () => accounts.writeWithAddresses(next, { taken: ['a@b.example'], freed: [] }),
      () => conversations.move([], 'to', null, next),
      () => conversations.remove([], next),
      () => domains.claim(domain, change),
      () => domains.release(domain, change),
      () => domains.remove(domain, change),
    ])
      expect(await settled<unknown>(attempt())).toMatchObject({ name: 'Unavailable', cause: error })
  })
})
