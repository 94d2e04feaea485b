import {
  type Condition,
  compileCondition,
  nothingUsed,
  type Path,
  readPath,
  type Scope,
  type Value,
} from './conditions.ts'
import { type ItemKey, keyOf } from './memory-table.ts'
import { BadRequest, Tokens } from './tokens.ts'
import { readStep, type Step, taking, type Update } from './updates.ts'
import type { Item } from './values.ts'

interface Where {
  /** The key of the one item that the statement names. */
  readonly key: (scope: Scope) => ItemKey
  /** The whole condition: the key, and further conditions on the item. */
  readonly holds: Condition
}

type Action =
  | { readonly kind: 'select'; readonly where: Where; readonly paths: readonly Path[] | undefined }
  | { readonly kind: 'insert'; readonly item: (scope: Scope) => Item }
  | { readonly kind: 'update'; readonly where: Where; readonly next: Update }
  | { readonly kind: 'delete'; readonly where: Where }

/** A parsed PartiQL statement: what it does, with its names and literal values. */
export interface Statement {
  readonly table: string
  readonly action: Action
  readonly names: Readonly<Record<string, string>>
  readonly literals: Readonly<Record<string, unknown>>
  readonly parameters: number
}

/** The name of a parameter in the expression that the statement is translated to. */
export const parameterName = (n: number): string => `:p${n}`

const PIECE =
  /'(?<text>(?:[^']|'')*)'|"(?<quoted>(?:[^"]|"")*)"|(?<parameter>\?)|(?<constant>\b(?:true|false|null)\b)|(?<number>(?<![\w.[])\d+(?:\.\d+)?)|(?<colon>:)|[A-Za-z_]\w*|[\s\S]/gi

const MISSING = /(#?[A-Za-z_]\w*(?:\.#?\w+|\[\d+\])*)\s+IS\s+(NOT\s+)?MISSING\b/gi

const constants: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null }

/** Translates PartiQL to DynamoDB's other expressions, so that one evaluator serves both. */
function inExpressionTerms(statement: string) {
  const names: Record<string, string> = {}
  const literals: Record<string, unknown> = {}
  let parameters = 0
  const literal = (value: unknown): string => {
    const name = `:l${Object.keys(literals).length}`
    literals[name] = value
    return ` ${name} `
  }
  let text = ''
  for (const { 0: piece, groups } of statement.matchAll(PIECE)) {
    if (groups?.text !== undefined) text += literal(groups.text.replaceAll("''", "'"))
    else if (groups?.quoted !== undefined) {
      const name = `#q${Object.keys(names).length}`
      names[name] = groups.quoted.replaceAll('""', '"')
      text += name
    } else if (groups?.parameter !== undefined) text += ` ${parameterName(parameters++)} `
    else if (groups?.constant !== undefined) text += literal(constants[piece.toLowerCase()])
    else if (groups?.number !== undefined) text += literal(Number(piece))
    else text += groups?.colon === undefined ? piece : ' : '
  }
  const plain = text.replaceAll(MISSING, (_, path: string, not: string | undefined) =>
    not === undefined ? `attribute_not_exists(${path})` : `attribute_exists(${path})`,
  )
  return { text: plain, names, literals, parameters }
}

type Names = Statement['names']

const KEYS = ['pk', 'sk'] as const

/** Finds both keys, compared for equality, among conditions joined by AND. */
function readKey(expression: string, names: Names): Where['key'] {
  const tokens = new Tokens(expression)
  const found: Partial<Record<(typeof KEYS)[number], string>> = {}
  let depth = 0
  while (!tokens.done) {
    const { text } = tokens.next()
    if (text === '(') depth++
    if (text === ')') depth--
    if (depth > 0) continue
    if (text.toUpperCase() === 'OR')
      throw new BadRequest('Where clause does not contain a mandatory equality on all key attributes')
    const key = KEYS.find((one) => one === (names[text] ?? text))
    if (key === undefined || !tokens.take('=')) continue
    const value = tokens.next()
    if (value.kind === 'value') found[key] = value.text
  }
  const { pk, sk } = found
  if (pk === undefined || sk === undefined)
    throw new BadRequest('Where clause does not contain a mandatory equality on all key attributes')
  return ({ values }) => keyOf({ pk: values[pk], sk: values[sk] })
}

function readWhere(expression: string | undefined, names: Names): Where {
  if (expression === undefined) throw new BadRequest('Statement wasn’t well formed: it has no WHERE')
  return { key: readKey(expression, names), holds: compileCondition(expression).run }
}

function readTable(tokens: Tokens, names: Names): string {
  const { kind, text } = tokens.next()
  if (kind !== 'word' && kind !== 'name') throw new BadRequest(`Statement wasn’t well formed at ${text}`)
  return names[text] ?? text
}

/** Parses the value of an INSERT: maps and lists of literals and parameters. */
function readData(tokens: Tokens): Value {
  if (tokens.take('{')) return readMap(tokens)
  if (tokens.take('[')) {
    const values: Value[] = []
    do values.push(readData(tokens))
    while (tokens.take(','))
    tokens.expect(']')
    return (scope) => values.map((value) => value(scope))
  }
  const { kind, text } = tokens.next()
  if (kind !== 'value') throw new BadRequest(`Statement wasn’t well formed, a value expected at ${text}`)
  return ({ values }) => values[text]
}

/** Parses a map whose opening brace has been consumed. */
function readMap(tokens: Tokens): (scope: Scope) => Item {
  const entries: [Value, Value][] = []
  do {
    const { kind, text } = tokens.next()
    if (kind !== 'value') throw new BadRequest(`Statement wasn’t well formed, a name expected at ${text}`)
    tokens.expect(':')
    entries.push([({ values }) => values[text], readData(tokens)])
  } while (tokens.take(','))
  tokens.expect('}')
  return (scope) => Object.fromEntries(entries.map(([name, value]) => [String(name(scope)), value(scope)]))
}

/** A clause before each path, as it is documented: `SET a = ? SET b = ? REMOVE c`. */
function readSteps(tokens: Tokens): Step[] {
  const steps: Step[] = []
  while (!tokens.done) {
    const clause = (['SET', 'REMOVE'] as const).find((one) => tokens.take(one))
    if (clause === undefined) throw new BadRequest(`Statement wasn’t well formed at ${tokens.peek()?.text}`)
    steps.push(readStep(clause, tokens, nothingUsed()))
  }
  if (steps.length === 0) throw new BadRequest('Statement wasn’t well formed: it changes nothing')
  return steps
}

function readPaths(tokens: Tokens): Path[] | undefined {
  if (tokens.take('*')) return undefined
  const paths: Path[] = []
  do paths.push(readPath(tokens, nothingUsed()))
  while (tokens.take(','))
  return paths
}

function readAction(
  tokens: Tokens,
  condition: string | undefined,
  names: Names,
): Pick<Statement, 'table' | 'action'> {
  if (tokens.take('SELECT')) {
    const paths = readPaths(tokens)
    tokens.expect('FROM')
    return {
      table: readTable(tokens, names),
      action: { kind: 'select', paths, where: readWhere(condition, names) },
    }
  }
  if (tokens.take('INSERT')) {
    tokens.expect('INTO')
    const table = readTable(tokens, names)
    tokens.expect('VALUE')
    tokens.expect('{')
    if (condition !== undefined) throw new BadRequest('Statement wasn’t well formed: an INSERT has no WHERE')
    return { table, action: { kind: 'insert', item: readMap(tokens) } }
  }
  if (tokens.take('UPDATE')) {
    const table = readTable(tokens, names)
    const steps = readSteps(tokens)
    return { table, action: { kind: 'update', next: taking(steps), where: readWhere(condition, names) } }
  }
  tokens.expect('DELETE')
  tokens.expect('FROM')
  return { table: readTable(tokens, names), action: { kind: 'delete', where: readWhere(condition, names) } }
}

const known = new Map<string, Statement>()

/** @throws BadRequest for what isn't a statement on one item */
export function compileStatement(statement: string): Statement {
  const found = known.get(statement)
  if (found !== undefined) return found
  const { text, names, literals, parameters } = inExpressionTerms(statement)
  const [head = '', condition, ...others] = text.split(/\bWHERE\b/i)
  if (others.length > 0 || /\bif_not_exists\b/i.test(head))
    throw new BadRequest('Statement wasn’t well formed: one WHERE, and no if_not_exists')
  const tokens = new Tokens(head)
  const read = { ...readAction(tokens, condition, names), names, literals, parameters }
  if (!tokens.done)
    throw new BadRequest(`Statement wasn’t well formed, nothing expected at ${tokens.peek()?.text}`)
  known.set(statement, read)
  return read
}
