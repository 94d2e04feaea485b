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
  /** What the item has once the statement is carried out; `undefined`: it is deleted. */
  readonly leaves: Changes | undefined
}

/** The path of an attribute or of a part of it; names that contain dots need the list. */
export type Path = string | readonly string[]
/** Values by path, as `SET`; those that are `undefined` are removed. */
export type Changes = readonly (readonly [path: Path, value: unknown])[]

/** A part of a statement with the values of its `?`s. */
export interface StatementPart {
  readonly text: string
  readonly values: readonly unknown[]
}

const isPart = (value: unknown): value is StatementPart =>
  typeof value === 'object' && value !== null && 'text' in value && 'values' in value

/** A condition beyond the key. Values become parameters; parts (of `where` and `path`) are inserted as text. */
export function where(texts: TemplateStringsArray, ...given: readonly unknown[]): StatementPart {
  const values: unknown[] = []
  const text = texts.reduce((soFar, next, n) => {
    const value = given[n - 1]
    if (!isPart(value)) {
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

/** A path whose names are known only at run time. */
export const path = (...names: readonly string[]): StatementPart => ({ text: quoted(names), values: [] })

const namesOf = (given: Path): readonly string[] => (typeof given === 'string' ? given.split('.') : given)

/** Attributes' names as spelled in statements. All are spelled in the code, so there are few. */
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

/** Changes an existing item on a condition; if it doesn't exist, the condition fails. */
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

/** Inserts an item; refused if one exists, which isn't returned. */
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

/** Deletes an item on a condition; one that doesn't exist counts as deleted. */
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
