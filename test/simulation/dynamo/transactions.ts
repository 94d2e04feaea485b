import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import type { TransactGetCommandInput, TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import { type ItemKey, keyOf, type MemoryTable } from './memory-table.ts'
import { holds, inTheWay, META, project, type Write, writeOf } from './requests.ts'
import { BadRequest } from './tokens.ts'
import { bytesOf } from './values.ts'

const TRANSACTION_LIMIT = 100

/** A transaction under way. It holds its items until it ends. */
export interface Transaction {
  readonly commit: () => object
  readonly abort: () => void
}

const cancelled = (reasons: readonly { Code: string }[]): Error =>
  new TransactionCanceledException({
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
    $metadata: { httpStatusCode: 400 },
    CancellationReasons: [...reasons],
  })

function checkKeys(keys: readonly ItemKey[]): void {
  if (keys.length === 0 || keys.length > TRANSACTION_LIMIT)
    throw new BadRequest(
      `Member must have length less than or equal to ${TRANSACTION_LIMIT}, and greater than 0`,
    )
  if (new Set(keys.map(({ pk, sk }) => `${pk}\n${sk}`)).size < keys.length)
    throw new BadRequest('Transaction request cannot include multiple operations on one item')
}

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

function oneWrite(table: MemoryTable, { Put, Update, Delete, ConditionCheck }: TransactItem): Write {
  if (Put !== undefined) return writeOf(table, 'Put', Put)
  if (Update !== undefined) return writeOf(table, 'Update', Update)
  if (Delete !== undefined) return writeOf(table, 'Delete', Delete)
  if (ConditionCheck !== undefined) return writeOf(table, 'ConditionCheck', ConditionCheck)
  throw new BadRequest('a transaction of nothing')
}

/** @throws TransactionCanceledException with a reason per item, in their order */
export function beginTransaction(table: MemoryTable, input: TransactWriteCommandInput): Transaction {
  const writes = (input.TransactItems ?? []).map((item) => oneWrite(table, item))
  const keys = writes.map(({ key }) => key)
  checkKeys(keys)
  const conflicts = keys.map((key) => ({ Code: table.isLocked(key) ? 'TransactionConflict' : 'None' }))
  if (conflicts.some(({ Code }) => Code !== 'None')) throw cancelled(conflicts)
  const reasons = writes.map((write) => {
    const before = table.get(write.key)
    if (holds(write, before)) return { Code: 'None' }
    const Item = inTheWay(write, before)
    return {
      Code: 'ConditionalCheckFailed',
      Message: 'The conditional request failed',
      ...(Item === undefined ? {} : { Item }),
    }
  })
  if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons)
  table.lock(keys)
  return {
    commit: () => {
      table.unlock(keys)
      for (const { key, next } of writes) table.countWrite(next(table.get(key)), table.get(key), true)
      table.commit(
        writes
          .filter(({ kind }) => kind !== 'ConditionCheck')
          .map(({ key, next }) => ({ key, after: next(table.get(key)) })),
      )
      return { ...META }
    },
    abort: () => table.unlock(keys),
  }
}

export function transactGet(table: MemoryTable, input: TransactGetCommandInput): object {
  const gets = (input.TransactItems ?? []).flatMap(({ Get }) => Get ?? [])
  const keys = gets.map(({ Key }) => keyOf(Key))
  checkKeys(keys)
  const conflicts = keys.map((key) => ({ Code: table.isLocked(key) ? 'TransactionConflict' : 'None' }))
  if (conflicts.some(({ Code }) => Code !== 'None')) throw cancelled(conflicts)
  const Responses = gets.map((one, n) => {
    const item = table.get(keys[n] ?? { pk: '', sk: '' })
    table.countRead(2 * bytesOf(item ?? {}), true)
    return item === undefined ? {} : { Item: project(item, one) }
  })
  return { ...META, Responses }
}
