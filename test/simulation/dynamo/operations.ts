import { TransactionConflictException } from '@aws-sdk/client-dynamodb'
import {
  BatchExecuteStatementCommand,
  BatchGetCommand,
  type BatchGetCommandInput,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  DeleteCommand,
  GetCommand,
  type GetCommandInput,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import { executeBatch } from './batch-statements.ts'
import { compileProjection } from './conditions.ts'
import { keyOf, type MemoryTable, storedCopy } from './memory-table.ts'
import { query } from './query.ts'
import {
  checkTable,
  checkUsed,
  conditionFailed,
  holds,
  META,
  project,
  type Write,
  writeOf,
} from './requests.ts'
import { BadRequest } from './tokens.ts'
import { bytesOf, type Item } from './values.ts'

const BATCH_GET_LIMIT = 100
const BATCH_WRITE_LIMIT = 25

/** What the simulated cloud decides about a call. */
export interface Whims {
  /** How many of a batch's requests are carried out; the rest is returned as unprocessed. */
  readonly served: (requests: number) => number
  /** Whether an eventually consistent read is answered by a copy that lags behind. */
  readonly late: () => boolean
}

const obliging: Whims = { served: (requests) => requests, late: () => false }

/**
 * Carries out one command of the document client, at one instant; transactions have a file of their own.
 * @returns `undefined` for a command that isn't one of these
 */
export function perform(table: MemoryTable, command: object, whims: Whims = obliging): object | undefined {
  if (command instanceof GetCommand) return get(table, command.input, whims)
  if (command instanceof QueryCommand) return query(table, command.input, whims.late)
  if (command instanceof PutCommand)
    return writeAlone(table, writeOf(table, 'Put', command.input), command.input.ReturnValues)
  if (command instanceof UpdateCommand)
    return writeAlone(table, writeOf(table, 'Update', command.input), command.input.ReturnValues)
  if (command instanceof DeleteCommand)
    return writeAlone(table, writeOf(table, 'Delete', command.input), command.input.ReturnValues)
  if (command instanceof BatchGetCommand) return batchGet(table, command.input, whims)
  if (command instanceof BatchWriteCommand) return batchWrite(table, command.input, whims)
  if (command instanceof BatchExecuteStatementCommand) return executeBatch(table, command.input, whims.served)
  return undefined
}

/** Only decided if copies differ, so that runs without lag draw the same random numbers. */
const isLate = (table: MemoryTable, consistent: boolean | undefined, { late }: Whims): boolean =>
  consistent !== true && table.lag > 0 && late()

function get(table: MemoryTable, input: GetCommandInput, whims: Whims): object {
  checkTable(table, input.TableName)
  const { ProjectionExpression } = input
  checkUsed(input, [ProjectionExpression === undefined ? undefined : compileProjection(ProjectionExpression)])
  const item = isLate(table, input.ConsistentRead, whims)
    ? table.getLate(keyOf(input.Key))
    : table.get(keyOf(input.Key))
  table.countRead(bytesOf(item ?? {}), input.ConsistentRead ?? false)
  return item === undefined ? { ...META } : { ...META, Item: project(item, input) }
}

function writeAlone(table: MemoryTable, write: Write, returned: string | undefined): object {
  const { key } = write
  if (table.isLocked(key))
    throw new TransactionConflictException({
      message: 'Transaction is ongoing for the item',
      $metadata: { httpStatusCode: 400 },
    })
  const before = table.get(key)
  if (!holds(write, before)) {
    table.countWrite(before, undefined, false)
    throw conditionFailed(write, before)
  }
  const after = write.next(before)
  if (after !== undefined) {
    const { pk, sk } = keyOf(after)
    if (pk !== key.pk || sk !== key.sk)
      throw new BadRequest('Cannot update attribute pk. This attribute is part of the key')
  }
  table.commit([{ key, after }])
  const CapacityUnits = table.countWrite(after, before, false)
  const Attributes = attributesOf(returned, before, after)
  return { ...META, ConsumedCapacity: { CapacityUnits }, ...(Attributes === undefined ? {} : { Attributes }) }
}

function attributesOf(
  returned: string | undefined,
  before: Item | undefined,
  after: Item | undefined,
): Item | undefined {
  const item = returned === 'ALL_OLD' ? before : returned === 'ALL_NEW' ? after : undefined
  return item === undefined ? undefined : storedCopy(item)
}

const only = <T>(table: MemoryTable, byTable: Record<string, T> | undefined): T => {
  const [entry, ...others] = Object.entries(byTable ?? {})
  if (entry === undefined || others.length > 0) throw new BadRequest('one table is all there is')
  checkTable(table, entry[0])
  return entry[1]
}

function checkBatch(keys: readonly { readonly pk: string; readonly sk: string }[], limit: number): void {
  if (keys.length === 0 || keys.length > limit)
    throw new BadRequest(`Too many, or no, items requested: ${keys.length}`)
  if (new Set(keys.map(({ pk, sk }) => `${pk}\n${sk}`)).size < keys.length)
    throw new BadRequest('Provided list of item keys contains duplicates')
}

function batchGet(table: MemoryTable, input: BatchGetCommandInput, whims: Whims): object {
  const asked = only(table, input.RequestItems)
  const keys = (asked.Keys ?? []).map((key) => keyOf(key))
  checkBatch(keys, BATCH_GET_LIMIT)
  const served = whims.served(keys.length)
  const items = keys.slice(0, served).flatMap((key): Item[] => {
    // Each item of a batch may be read from another copy.
    const item = isLate(table, asked.ConsistentRead, whims) ? table.getLate(key) : table.get(key)
    return item === undefined ? [] : [item]
  })
  for (const item of items) table.countRead(bytesOf(item), asked.ConsistentRead ?? false)
  const left = (asked.Keys ?? []).slice(served)
  return {
    ...META,
    Responses: { [table.name]: items.map((item): Item => project(item, asked)) },
    UnprocessedKeys: left.length === 0 ? {} : { [table.name]: { ...asked, Keys: left } },
  }
}

function batchWrite(table: MemoryTable, input: BatchWriteCommandInput, whims: Whims): object {
  const requests = only(table, input.RequestItems)
  const writes = requests.map(({ PutRequest, DeleteRequest }): Write => {
    const TableName = table.name
    if (PutRequest !== undefined) return writeOf(table, 'Put', { TableName, Item: PutRequest.Item ?? {} })
    return writeOf(table, 'Delete', { TableName, Key: DeleteRequest?.Key })
  })
  checkBatch(
    writes.map(({ key }) => key),
    BATCH_WRITE_LIMIT,
  )
  const served = whims.served(requests.length)
  // Items held by a transaction are returned as unprocessed, like throttled ones: a batch never fails for one item.
  const left: typeof requests = []
  for (const [n, write] of writes.entries()) {
    const request = requests[n]
    if (request !== undefined && (n >= served || table.isLocked(write.key))) left.push(request)
    else {
      const before = table.get(write.key)
      const after = write.next(before)
      table.commit([{ key: write.key, after }])
      table.countWrite(after, before, false)
    }
  }
  return { ...META, UnprocessedItems: left.length === 0 ? {} : { [table.name]: left } }
}
