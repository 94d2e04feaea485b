import { BadRequest, Tokens } from './tokens.ts'
import { compare, type Item, isMap, same, typeOf } from './values.ts'

/** The input of an expression: the item, if there is one, and the request's names and values. */
export interface Scope {
  readonly item: Item | undefined
  readonly names: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, unknown>>
}

export type Value = (scope: Scope) => unknown
export type Condition = (scope: Scope) => boolean
/** Steps into an item: an attribute's name, `#name` or an index. */
export type Path = readonly (string | number)[]

/** The names and values that a compiled expression uses, so that unused ones of the request can be refused. */
export interface Used {
  readonly names: Set<string>
  readonly values: Set<string>
}

export const nothingUsed = (): Used => ({ names: new Set(), values: new Set() })

export const nameOf = (step: string, { names }: Pick<Scope, 'names'>): string => {
  if (!step.startsWith('#')) return step
  const name = names[step]
  if (name === undefined) throw new BadRequest(`An expression attribute name is not defined: ${step}`)
  return name
}

export function valueAt(path: Path, scope: Scope): unknown {
  let at: unknown = scope.item
  for (const step of path) {
    if (typeof step === 'number') at = Array.isArray(at) ? at[step] : undefined
    else at = isMap(at) ? at[nameOf(step, scope)] : undefined
  }
  return at
}

export function readPath(tokens: Tokens, used: Used): Path {
  const path: (string | number)[] = []
  do {
    const { kind, text } = tokens.next()
    if (kind !== 'word' && kind !== 'name')
      throw new BadRequest(`Invalid expression, a path expected at ${text}`)
    if (kind === 'name') used.names.add(text)
    path.push(text)
    while (tokens.take('[')) {
      path.push(Number(tokens.next().text))
      tokens.expect(']')
    }
  } while (tokens.take('.'))
  return path
}

export function readValue(tokens: Tokens, used: Used): Value {
  const token = tokens.peek()
  if (token?.kind === 'value') {
    tokens.next()
    const { text } = token
    used.values.add(text)
    return ({ values }) => {
      if (!(text in values)) throw new BadRequest(`An expression attribute value is not defined: ${text}`)
      return values[text]
    }
  }
  if (token?.text.toLowerCase() === 'size' && tokens.peek(1)?.text === '(') {
    tokens.next()
    tokens.next()
    const path = readPath(tokens, used)
    tokens.expect(')')
    return (scope) => sizeOf(valueAt(path, scope))
  }
  const path = readPath(tokens, used)
  return (scope) => valueAt(path, scope)
}

const sizeOf = (value: unknown): number | undefined => {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (Array.isArray(value)) return value.length
  return isMap(value) ? Object.keys(value).length : undefined
}

const functions: Readonly<Record<string, (arguments_: readonly Value[]) => Condition>> = {
  attribute_exists:
    ([path]) =>
    (scope) =>
      path?.(scope) !== undefined,
  attribute_not_exists:
    ([path]) =>
    (scope) =>
      path?.(scope) === undefined,
  attribute_type:
    ([path, type]) =>
    (scope) =>
      typeOf(path?.(scope)) === type?.(scope),
  begins_with:
    ([path, prefix]) =>
    (scope) => {
      const [text, start] = [path?.(scope), prefix?.(scope)]
      return typeof text === 'string' && typeof start === 'string' && text.startsWith(start)
    },
  contains:
    ([path, part]) =>
    (scope) => {
      const [whole, wanted] = [path?.(scope), part?.(scope)]
      if (typeof whole === 'string') return typeof wanted === 'string' && whole.includes(wanted)
      if (whole instanceof Set) return whole.has(wanted)
      return Array.isArray(whole) && whole.some((one) => same(one, wanted))
    },
}

const comparators: Readonly<Record<string, (a: unknown, b: unknown) => boolean>> = {
  '=': same,
  '<>': (a, b) => !same(a, b),
  '<': (a, b) => (compare(a, b) ?? 0) < 0,
  '<=': (a, b) => (compare(a, b) ?? 1) <= 0,
  '>': (a, b) => (compare(a, b) ?? 0) > 0,
  '>=': (a, b) => (compare(a, b) ?? -1) >= 0,
}

export function readCondition(tokens: Tokens, used: Used): Condition {
  const left = readAnd(tokens, used)
  if (!tokens.take('OR')) return left
  const right = readCondition(tokens, used)
  return (scope) => left(scope) || right(scope)
}

function readAnd(tokens: Tokens, used: Used): Condition {
  const left = readNot(tokens, used)
  if (!tokens.take('AND')) return left
  const right = readAnd(tokens, used)
  return (scope) => left(scope) && right(scope)
}

function readNot(tokens: Tokens, used: Used): Condition {
  if (tokens.take('NOT')) {
    const inner = readNot(tokens, used)
    return (scope) => !inner(scope)
  }
  if (tokens.take('(')) {
    const inner = readCondition(tokens, used)
    tokens.expect(')')
    return inner
  }
  const called = functions[tokens.peek()?.text ?? '']
  if (called !== undefined && tokens.peek(1)?.text === '(') {
    tokens.next()
    return called(readList(tokens, used))
  }
  return readComparison(tokens, used)
}

function readList(tokens: Tokens, used: Used): Value[] {
  tokens.expect('(')
  const values: Value[] = []
  do values.push(readValue(tokens, used))
  while (tokens.take(','))
  tokens.expect(')')
  return values
}

function readComparison(tokens: Tokens, used: Used): Condition {
  const left = readValue(tokens, used)
  if (tokens.take('BETWEEN')) {
    const low = readValue(tokens, used)
    tokens.expect('AND')
    const high = readValue(tokens, used)
    return (scope) => {
      const value = left(scope)
      return (compare(value, low(scope)) ?? -1) >= 0 && (compare(value, high(scope)) ?? 1) <= 0
    }
  }
  if (tokens.take('IN')) {
    const options = readList(tokens, used)
    return (scope) => options.some((option) => same(left(scope), option(scope)))
  }
  const { text } = tokens.next()
  const compared = comparators[text]
  if (compared === undefined) throw new BadRequest(`Invalid expression, no comparison: ${text}`)
  const right = readValue(tokens, used)
  return (scope) => compared(left(scope), right(scope))
}

export interface Compiled<T> {
  readonly run: T
  readonly used: Used
}

/** A cache: there are few different expressions. */
export function compiler<T>(read: (tokens: Tokens, used: Used) => T): (expression: string) => Compiled<T> {
  const known = new Map<string, Compiled<T>>()
  return (expression) => {
    const found = known.get(expression)
    if (found !== undefined) return found
    const tokens = new Tokens(expression)
    const used = nothingUsed()
    const compiled = { run: read(tokens, used), used }
    if (!tokens.done) throw new BadRequest(`Invalid expression, nothing expected at ${tokens.peek()?.text}`)
    known.set(expression, compiled)
    return compiled
  }
}

export const compileCondition = compiler(readCondition)

export const compileProjection = compiler((tokens, used) => {
  const paths: Path[] = []
  do paths.push(readPath(tokens, used))
  while (tokens.take(','))
  return paths
})
