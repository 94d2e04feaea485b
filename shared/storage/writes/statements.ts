import type { Table } from '../client.ts'
import type { Key } from '../keys.ts'
import { isSame } from './is-same.ts'

/**
 * Conditional writes of single items as statements of PartiQL, of which `executeAll` sends 25 a call, each answered by itself:
 *
 * ```ts
 * const slot = ['mail', 'slots', mailId] as const
 * const lease = updating(
 *   table,
 *   keys.account(recordId),
 *   [[slot, { until, by }], ['mail.told', undefined]],
 *   where`"claim"."id" = ${id} AND (${path(...slot)} IS MISSING OR ${path(...slot, 'until')} < ${now})`,
 * )
 * const [outcome] = await executeAll(table, [lease])
 * ```
 *
 * DynamoDB sets nothing below a map that isn't there (the embedded one makes the map): the condition must say that it is.
 */
export interface Statement {
  readonly text: string
  readonly parameters: readonly unknown[]
  readonly key: Key
  /** What is true of the item once the statement has been carried out; `undefined`: it is gone. */
  readonly leaves: Changes | undefined
}

/** Of an attribute, or of what is within it; names that contain dots need the list. */
export type Path = string | readonly string[]
/** Values by path, as `SET`; those that are `undefined` are removed. */
export type Changes = readonly (readonly [path: Path, value: unknown])[]

/** A piece of a statement with the values of its `?`s. */
export interface StatementPart {
  readonly text: string
  readonly values: readonly unknown[]
}

const isPiece = (value: unknown): value is StatementPart =>
  typeof value === 'object' && value !== null && 'text' in value && 'values' in value

/** A condition beyond the key. Values become parameters; pieces (of `where` and `path`) stand as they are. */
export function where(texts: TemplateStringsArray, ...given: readonly unknown[]): StatementPart {
  const values: unknown[] = []
  const text = texts.reduce((soFar, next, n) => {
    const value = given[n - 1]
    if (!isPiece(value)) {
      values.push(value)
      return `${soFar}?${next}`
    }
    values.push(...value.values)
    return `${soFar}${value.text}${next}`
  })
  return { text, values }
}

const quoted = (names: readonly string[]): string =>
  names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.')

/** A path whose names aren't known beforehand. */
export const path = (...names: readonly string[]): StatementPart => ({ text: quoted(names), values: [] })

const namesOf = (given: Path): readonly string[] => (typeof given === 'string' ? given.split('.') : given)

/** Attributes' names as they stand in statements: those that the code spells, and so not many. */
const texts = new Map<string, string>()

function textOf(given: Path): string {
  if (typeof given !== 'string') return quoted(given)
  let text = texts.get(given)
  if (text === undefined) {
    text = quoted(namesOf(given))
    texts.set(given, text)
  }
  return text
}

function keyed(key: Key, condition: StatementPart | undefined): StatementPart {
  const itself = where`"pk" = ${key.pk} AND "sk" = ${key.sk}`
  return condition === undefined ? itself : where`${itself} AND ${condition}`
}

/** Changes an item that is there, on a condition: one that isn't fails it. */
export function updating(table: Table, key: Key, changes: Changes, condition?: StatementPart): Statement {
  let clauses = ''
  let removals = ''
  const parameters: unknown[] = []
  for (const [to, value] of changes) {
    if (value === undefined) removals += `REMOVE ${textOf(to)} `
    else {
      clauses += `SET ${textOf(to)} = ? `
      parameters.push(value)
    }
  }
  const { text, values } = keyed(key, condition)
  return {
    text: `UPDATE "${table.name}" ${clauses}${removals}WHERE ${text}`,
    parameters: [...parameters, ...values],
    key,
    leaves: changes,
  }
}

/** Puts an item where none is; one that is there is refused, and not told. */
export function inserting(table: Table, item: Key & Readonly<Record<string, unknown>>): Statement {
  const entries = Object.entries(item).filter(([, value]) => value !== undefined)
  const members = entries.map(([name]) => `'${name.replaceAll("'", "''")}': ?`)
  return {
    text: `INSERT INTO "${table.name}" VALUE {${members.join(', ')}}`,
    parameters: entries.map(([, value]) => value),
    key: { pk: item.pk, sk: item.sk },
    leaves: entries,
  }
}

/** Deletes an item on a condition; one that isn't there is deleted already. */
export function deleting(table: Table, key: Key, condition?: StatementPart): Statement {
  const { text, values } = keyed(key, condition)
  return { text: `DELETE FROM "${table.name}" WHERE ${text}`, parameters: values, key, leaves: undefined }
}

const within = (item: unknown, name: string): unknown =>
  typeof item === 'object' && item !== null
    ? Object.entries(item).find(([own]) => own === name)?.[1]
    : undefined

/** Whether the item is as the statement leaves it. */
export function isLeftBy({ leaves }: Pick<Statement, 'leaves'>, item: unknown): boolean {
  if (leaves === undefined) return item === undefined
  return item !== undefined && leaves.every(([to, value]) => isSame(namesOf(to).reduce(within, item), value))
}
