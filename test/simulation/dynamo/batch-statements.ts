import { type BatchStatementErrorCodeEnum, ResourceNotFoundException } from '@aws-sdk/client-dynamodb'
import type { BatchExecuteStatementCommandInput } from '@aws-sdk/lib-dynamodb'
import { nameOf, type Path, type Scope, valueAt } from './conditions.ts'
import { type ItemKey, keyOf, type MemoryTable, storedCopy } from './memory-table.ts'
import { checkTable, META } from './requests.ts'
import { compileStatement, parameterName, type Statement } from './statements.ts'
import { BadRequest } from './tokens.ts'
import { bytesOf, type Item } from './values.ts'

const STATEMENT_LIMIT = 25

type Asked = NonNullable<BatchExecuteStatementCommandInput['Statements']>[number]

interface Answer {
  readonly TableName?: string
  readonly Item?: Item
  readonly Error?: {
    readonly Code: BatchStatementErrorCodeEnum
    readonly Message: string
    readonly Item?: Item
  }
}

const refused = (Code: BatchStatementErrorCodeEnum, Message: string): Answer => ({ Error: { Code, Message } })

const isRead = ({ Statement = '' }: Asked): boolean => /^\s*SELECT\b/i.test(Statement)

/**
 * Carries out up to 25 statements one after the other. Each has its own answer, so a successful batch may contain
 * failed statements.
 * @param served how many are carried out; the others are throttled
 */
export function executeBatch(
  table: MemoryTable,
  input: BatchExecuteStatementCommandInput,
  served: (statements: number) => number,
): object {
  const asked = input.Statements ?? []
  if (asked.length === 0 || asked.length > STATEMENT_LIMIT)
    throw new BadRequest(
      `Member must have length less than or equal to ${STATEMENT_LIMIT}, and greater than 0`,
    )
  if (asked.some(({ Parameters }) => Parameters?.length === 0))
    throw new BadRequest('Member must have length greater than or equal to 1: parameters')
  if (new Set(asked.map(isRead)).size > 1)
    throw new BadRequest('Batch execute statement can only have either read statements or write statements')
  checkKeys(asked)
  const before = unitsOf(table)
  const left = served(asked.length)
  const Responses = asked.map((one, n) =>
    n < left ? answerTo(table, one) : refused('ThrottlingError', 'Request is throttled'),
  )
  const { ReturnConsumedCapacity: told = 'NONE' } = input
  const ConsumedCapacity = [{ TableName: table.name, CapacityUnits: unitsOf(table) - before }]
  return { ...META, Responses, ...(told === 'NONE' ? {} : { ConsumedCapacity }) }
}

const unitsOf = ({ capacity }: MemoryTable): number => capacity.reads + capacity.writes

function answerTo(table: MemoryTable, asked: Asked): Answer {
  try {
    return execute(table, compileStatement(asked.Statement ?? ''), asked)
  } catch (error) {
    if (error instanceof BadRequest) return refused('ValidationError', error.message)
    if (error instanceof ResourceNotFoundException) return refused('ResourceNotFound', error.message)
    throw error
  }
}

function scopeOf({ names, literals, parameters }: Statement, { Parameters = [] }: Asked): Scope {
  if (Parameters.length !== parameters)
    throw new BadRequest("Number of parameters in request and statement don't match.")
  const given = Object.fromEntries(Parameters.map((value: unknown, n) => [parameterName(n), value]))
  return { item: undefined, names, values: storedCopy({ ...literals, ...given }) }
}

function keyIn({ action }: Statement, scope: Scope): ItemKey {
  return action.kind === 'insert' ? keyOf(action.item(scope)) : action.where.key(scope)
}

/** Refuses batches that name an item twice. A statement that names no item is refused by itself later. */
function checkKeys(asked: readonly Asked[]): void {
  const seen = new Set<string>()
  for (const one of asked) {
    const key = keyAskedFor(one)
    if (key === undefined) continue
    const id = `${key.pk}\n${key.sk}`
    if (seen.has(id)) throw new BadRequest('Provided list of item keys contains duplicates')
    seen.add(id)
  }
}

function keyAskedFor(asked: Asked): ItemKey | undefined {
  try {
    const statement = compileStatement(asked.Statement ?? '')
    return keyIn(statement, scopeOf(statement, asked))
  } catch (error) {
    if (error instanceof BadRequest) return undefined
    throw error
  }
}

function execute(table: MemoryTable, statement: Statement, asked: Asked): Answer {
  checkTable(table, statement.table)
  const scope = scopeOf(statement, asked)
  const { action } = statement
  const key = keyIn(statement, scope)
  const item = table.get(key)
  const here = { ...scope, item }
  if (action.kind === 'select') {
    table.countRead(bytesOf(item ?? {}), asked.ConsistentRead ?? false)
    const isFound = item !== undefined && action.where.holds(here)
    return { TableName: table.name, ...(isFound ? { Item: selected(item, action.paths, scope) } : {}) }
  }
  if (table.isLocked(key)) return refused('TransactionConflict', 'Transaction is ongoing for the item')
  if (action.kind === 'insert') {
    if (item === undefined) return write(table, storedCopy(action.item(scope)), undefined)
    table.countWrite(item, undefined, false)
    return refused('DuplicateItem', 'Duplicate primary key exists in table')
  }
  // Deleting a missing item succeeds, whatever the condition; an update never creates an item.
  if (action.kind === 'delete' && item === undefined) return write(table, undefined, undefined)
  if (item === undefined || !action.where.holds(here)) {
    table.countWrite(item, undefined, false)
    return conditionFailed(item, asked)
  }
  if (action.kind === 'delete') return write(table, undefined, item)
  const after = action.next(here)
  const { pk, sk } = keyOf(after)
  if (pk !== key.pk || sk !== key.sk)
    throw new BadRequest('Cannot update attribute pk. This attribute is part of the key')
  return write(table, after, item)
}

function write(table: MemoryTable, after: Item | undefined, before: Item | undefined): Answer {
  const there = after ?? before
  if (there !== undefined) table.commit([{ key: keyOf(there), after }])
  table.countWrite(after, before, false)
  return { TableName: table.name }
}

function conditionFailed(item: Item | undefined, { ReturnValuesOnConditionCheckFailure }: Asked): Answer {
  const isTold = ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && item !== undefined
  return {
    Error: {
      Code: 'ConditionalCheckFailed',
      Message: 'The conditional request failed',
      ...(isTold ? { Item: storedCopy(item) } : {}),
    },
  }
}

function selected(item: Item, paths: readonly Path[] | undefined, scope: Scope): Item {
  if (paths === undefined) return storedCopy(item)
  const chosen: Item = {}
  for (const path of paths) {
    const last = path.at(-1)
    if (typeof last === 'string') chosen[nameOf(last, scope)] = valueAt(path, { ...scope, item })
  }
  return storedCopy(chosen)
}
