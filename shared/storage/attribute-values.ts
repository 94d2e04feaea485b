import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { convertToAttr, convertToNative } from '@aws-sdk/util-dynamodb'

/**
 * Values of JavaScript as DynamoDB has them, and back. It is what the document client does (`undefined` members are left out), for the few
 * kinds of values that items consist of, at a third of its CPU time; of any other kind it asks the SDK.
 */
export function toAttribute(value: unknown): AttributeValue {
  // Stryker disable ConditionalExpression,EqualityOperator,StringLiteral: without a shortcut the SDK makes the same of a value
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'boolean') return { BOOL: value }
  if (value === null) return { NULL: true }
  if (typeof value === 'number' && Number.isSafeInteger(value)) return { N: String(value) }
  if (Array.isArray(value)) return { L: toList(value) }
  if (typeof value === 'object' && isPlain(value)) return { M: toAttributes(value) }
  // Stryker restore ConditionalExpression,EqualityOperator,StringLiteral
  return convertToAttr(value, { removeUndefinedValues: true })
}

const isPlain = (value: object): value is Readonly<Record<string, unknown>> => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function toList(values: readonly unknown[]): AttributeValue[] {
  const list: AttributeValue[] = []
  for (const value of values) if (value !== undefined) list.push(toAttribute(value))
  return list
}

/** An item, or a map in it. */
export function toAttributes(item: Readonly<Record<string, unknown>>): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {}
  for (const name in item) {
    const value = item[name]
    if (value !== undefined) attributes[name] = toAttribute(value)
  }
  return attributes
}

export function fromAttribute(value: AttributeValue): unknown {
  // Stryker disable ConditionalExpression,EqualityOperator: as above
  if (value.S !== undefined) return value.S
  if (value.M !== undefined) return fromAttributes(value.M)
  if (value.N !== undefined) {
    const number = Number(value.N)
    if (Number.isSafeInteger(number)) return number
  }
  if (value.L !== undefined) return value.L.map(fromAttribute)
  if (value.BOOL !== undefined) return value.BOOL
  // Stryker restore ConditionalExpression,EqualityOperator
  return convertToNative(value)
}

/** An item, or a map in it. */
export function fromAttributes(
  attributes: Readonly<Record<string, AttributeValue>>,
): Record<string, unknown> {
  const item: Record<string, unknown> = {}
  for (const name in attributes) {
    const value = attributes[name]
    if (value !== undefined) item[name] = fromAttribute(value)
  }
  return item
}
