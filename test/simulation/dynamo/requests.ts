import { ConditionalCheckFailedException, ResourceNotFoundException } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import {
  type Compiled,
  compileCondition,
  compileProjection,
  nothingUsed,
  type Scope,
  type Used,
} from './conditions.ts'
import { type ItemKey, keyOf, type MemoryTable, storedCopy } from './memory-table.ts'
import { BadRequest } from './tokens.ts'
import { compileUpdate } from './updates.ts'
import type { Item } from './values.ts'

/** Members that DynamoDB's requests share, in the document client's form. */
export interface Expressions {
  readonly ConditionExpression?: string | undefined
  readonly ExpressionAttributeNames?: Record<string, string> | undefined
  readonly ExpressionAttributeValues?: Record<string, unknown> | undefined
}

export const META = { $metadata: { httpStatusCode: 200, attempts: 1, totalRetryDelay: 0 } }

export const scopeOf = (request: Expressions, item: Item | undefined): Scope => ({
  item,
  names: request.ExpressionAttributeNames ?? {},
  values: request.ExpressionAttributeValues ?? {},
})

export function checkTable(table: MemoryTable, name: string | undefined): void {
  if (name !== table.name)
    throw new ResourceNotFoundException({ message: 'Requested resource not found', $metadata: {} })
}

/** DynamoDB refuses names and values that no expression of the request uses. */
export function checkUsed(request: Expressions, compiled: readonly (Compiled<unknown> | undefined)[]): void {
  const used: Used = nothingUsed()
  for (const one of compiled) {
    for (const name of one?.used.names ?? []) used.names.add(name)
    for (const value of one?.used.values ?? []) used.values.add(value)
  }
  for (const name of Object.keys(request.ExpressionAttributeNames ?? {}))
    if (!used.names.has(name))
      throw new BadRequest(
        `Value provided in ExpressionAttributeNames unused in expressions: keys: {${name}}`,
      )
  for (const value of Object.keys(request.ExpressionAttributeValues ?? {}))
    if (!used.values.has(value))
      throw new BadRequest(
        `Value provided in ExpressionAttributeValues unused in expressions: keys: {${value}}`,
      )
}

/** The projected attributes. The service only projects top-level ones. */
export function project(
  item: Item,
  request: { ProjectionExpression?: string | undefined } & Expressions,
): Item {
  const { ProjectionExpression } = request
  if (ProjectionExpression === undefined) return storedCopy(item)
  const { run: paths } = compileProjection(ProjectionExpression)
  const { names } = scopeOf(request, item)
  const projected: Item = {}
  for (const [step] of paths) {
    const name = typeof step === 'string' && step.startsWith('#') ? names[step] : step
    if (name !== undefined && item[name] !== undefined) projected[name] = item[name]
  }
  return storedCopy(projected)
}

export type WriteKind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck'

/** One write, single or part of a transaction, before it is carried out. */
export interface Write {
  readonly kind: WriteKind
  readonly key: ItemKey
  readonly request: Expressions & {
    readonly TableName?: string | undefined
    readonly ReturnValuesOnConditionCheckFailure?: string | undefined
  }
  readonly next: (before: Item | undefined) => Item | undefined
}

export type Requested = Write['request'] & {
  readonly Item?: object | undefined
  readonly Key?: object | undefined
  readonly UpdateExpression?: string | undefined
}

const plainItem = (value: object | undefined): Item => storedCopy(value ?? {})

/**
 * Parses a request.
 * @throws BadRequest if DynamoDB would refuse it whatever the table contains
 */
export function writeOf(table: MemoryTable, kind: WriteKind, request: Requested): Write {
  checkTable(table, request.TableName)
  const { ConditionExpression, UpdateExpression } = request
  const condition = ConditionExpression === undefined ? undefined : compileCondition(ConditionExpression)
  const update = UpdateExpression === undefined ? undefined : compileUpdate(UpdateExpression)
  checkUsed(request, [condition, update])
  const values = request.ExpressionAttributeValues
  const normal = values === undefined ? request : { ...request, ExpressionAttributeValues: plainItem(values) }
  switch (kind) {
    case 'Put': {
      const item = plainItem(request.Item)
      return { kind, key: keyOf(item), request: normal, next: () => item }
    }
    case 'Update': {
      const key = keyOf(plainItem(request.Key))
      const next = (before: Item | undefined): Item => {
        const scope = scopeOf(normal, before ?? { ...key })
        return update === undefined ? { ...(before ?? key) } : update.run(scope)
      }
      return { kind, key, request: normal, next }
    }
    case 'Delete':
      return { kind, key: keyOf(plainItem(request.Key)), request: normal, next: () => undefined }
    case 'ConditionCheck':
      return { kind, key: keyOf(plainItem(request.Key)), request: normal, next: (before) => before }
  }
}

export function holds({ request }: Write, item: Item | undefined): boolean {
  const { ConditionExpression } = request
  return (
    ConditionExpression === undefined || compileCondition(ConditionExpression).run(scopeOf(request, item))
  )
}

/** The item that failed the condition, if the request asks for it. */
export const inTheWay = ({ request }: Write, item: Item | undefined) =>
  request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && item !== undefined ? marshall(item) : undefined

export function conditionFailed(write: Write, item: Item | undefined): Error {
  const Item = inTheWay(write, item)
  return new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: { httpStatusCode: 400 },
    ...(Item === undefined ? {} : { Item }),
  })
}
