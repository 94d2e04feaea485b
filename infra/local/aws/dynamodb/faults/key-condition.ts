import type { Item, Query } from './calls.ts'
import type { KeyNames } from './shapes.ts'

export type KeyCondition = (entry: Item) => boolean

type Value = Item[string] | undefined

/** DynamoDB's order of keys: numbers by value, strings by their UTF-8 bytes, binaries by their bytes. */
export function compareValues(one: Value, other: Value): number {
  if (one?.N !== undefined && other?.N !== undefined) return Number(one.N) - Number(other.N)
  const bytes = (value: Value): Buffer =>
    value?.B === undefined ? Buffer.from(String(value?.S ?? '')) : Buffer.from(String(value.B), 'base64')
  return Buffer.compare(bytes(one), bytes(other))
}

const NAME = String.raw`[#\w.-]+`
const VALUE = String.raw`:\w+`
const BETWEEN = new RegExp(String.raw`^(${NAME})\s+BETWEEN\s+(${VALUE})\s+AND\s+(${VALUE})$`, 'i')
const BEGINS = new RegExp(String.raw`^begins_with\s*\(\s*(${NAME})\s*,\s*(${VALUE})\s*\)$`, 'i')
const COMPARED = new RegExp(String.raw`^(${NAME})\s*(=|<=|>=|<|>)\s*(${VALUE})$`)

/** Splits a key condition at the AND that isn't part of BETWEEN. */
const PARTS = /\s+AND\s+(?!:\w+\s*(?:\)|$|AND\s))/i

const OPERATORS: Readonly<Record<string, (compared: number) => boolean>> = {
  '=': (compared) => compared === 0,
  '<': (compared) => compared < 0,
  '<=': (compared) => compared <= 0,
  '>': (compared) => compared > 0,
  '>=': (compared) => compared >= 0,
}

/** Compiles a key condition into a test of index entries; undefined for a condition in another form. */
export function readKeyCondition(
  query: Pick<Query, 'KeyConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>,
  keys: KeyNames,
): KeyCondition | undefined {
  const { KeyConditionExpression: text, ExpressionAttributeNames: names } = query
  const nameOf = (alias = ''): string => names[alias] ?? alias
  const given = (alias = ''): Value => query.ExpressionAttributeValues[alias]
  if (text === undefined) return undefined
  const conditions: KeyCondition[] = []
  for (const part of text.trim().split(PARTS)) {
    const between = BETWEEN.exec(part)
    const begins = BEGINS.exec(part)
    const compared = COMPARED.exec(part)
    const [, alias] = between ?? begins ?? compared ?? []
    const name = nameOf(alias)
    if (name !== keys.partition && name !== keys.sort) return undefined
    if (between !== null) {
      const [, , low, high] = between
      conditions.push((entry) => compareValues(entry[name], given(low)) >= 0)
      conditions.push((entry) => compareValues(entry[name], given(high)) <= 0)
    } else if (begins !== null) {
      const prefix = String(given(begins[2])?.S ?? '')
      conditions.push((entry) => String(entry[name]?.S ?? '').startsWith(prefix))
    } else if (compared !== null) {
      const holds = OPERATORS[compared[2] ?? '']
      if (holds === undefined) return undefined
      conditions.push((entry) => holds(compareValues(entry[name], given(compared[3]))))
    }
  }
  return (entry) => conditions.every((condition) => condition(entry))
}
