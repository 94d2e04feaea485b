import {
  compiler,
  nameOf,
  type Path,
  readPath,
  readValue,
  type Scope,
  type Used,
  type Value,
  valueAt,
} from './conditions.ts'
import { BadRequest, type Tokens } from './tokens.ts'
import { copyOf, type Item, isMap } from './values.ts'

/** One change of an attribute. Its new value is computed from the item as it was before all changes. */
export interface Step {
  readonly path: Path
  readonly to: Value
}

export type Update = (scope: Scope) => Item

const CLAUSES = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const
type Clause = (typeof CLAUSES)[number]

const absent: Value = () => undefined

function readOperand(tokens: Tokens, used: Used): Value {
  if (tokens.peek(1)?.text !== '(') return readValue(tokens, used)
  const { text } = tokens.next()
  tokens.expect('(')
  const path = text === 'if_not_exists' ? readPath(tokens, used) : undefined
  const first = path === undefined ? readValue(tokens, used) : absent
  tokens.expect(',')
  const second = readValue(tokens, used)
  tokens.expect(')')
  if (path !== undefined) return (scope) => valueAt(path, scope) ?? second(scope)
  if (text !== 'list_append') throw new BadRequest(`Invalid UpdateExpression: no function ${text}`)
  return (scope) => [listOf(first(scope)), listOf(second(scope))].flat()
}

const listOf = (value: unknown): unknown[] => {
  if (Array.isArray(value)) return value
  throw new BadRequest('An operand in the update expression has an incorrect data type')
}

const numberOf = (value: unknown): number => {
  if (typeof value === 'number') return value
  throw new BadRequest('An operand in the update expression has an incorrect data type')
}

function readSet(tokens: Tokens, used: Used): Step {
  const path = readPath(tokens, used)
  tokens.expect('=')
  const left = readOperand(tokens, used)
  const sign = tokens.take('+') ? 1 : tokens.take('-') ? -1 : undefined
  if (sign === undefined) return { path, to: (scope) => present(left(scope)) }
  const right = readOperand(tokens, used)
  return { path, to: (scope) => numberOf(left(scope)) + sign * numberOf(right(scope)) }
}

const present = (value: unknown): unknown => {
  if (value === undefined)
    throw new BadRequest('The provided expression refers to an attribute that does not exist in the item')
  return value
}

function readAdd(tokens: Tokens, used: Used): Step {
  const path = readPath(tokens, used)
  const value = readValue(tokens, used)
  return {
    path,
    to: (scope) => {
      const [before, added] = [valueAt(path, scope), value(scope)]
      if (added instanceof Set) return new Set([...(before instanceof Set ? before : []), ...added])
      return numberOf(before ?? 0) + numberOf(added)
    },
  }
}

function readDelete(tokens: Tokens, used: Used): Step {
  const path = readPath(tokens, used)
  const value = readValue(tokens, used)
  return {
    path,
    to: (scope) => {
      const [before, gone] = [valueAt(path, scope), value(scope)]
      if (!(before instanceof Set) || !(gone instanceof Set)) return before
      const left = [...before].filter((one) => !gone.has(one))
      return left.length === 0 ? undefined : new Set(left)
    },
  }
}

export function readStep(clause: Clause, tokens: Tokens, used: Used): Step {
  switch (clause) {
    case 'SET':
      return readSet(tokens, used)
    case 'REMOVE':
      return { path: readPath(tokens, used), to: absent }
    case 'ADD':
      return readAdd(tokens, used)
    case 'DELETE':
      return readDelete(tokens, used)
  }
}

export const compileUpdate = compiler((tokens, used): Update => {
  const steps: Step[] = []
  while (!tokens.done) {
    const clause = CLAUSES.find((one) => tokens.take(one))
    if (clause === undefined) throw new BadRequest(`Invalid UpdateExpression at ${tokens.peek()?.text}`)
    do steps.push(readStep(clause, tokens, used))
    while (tokens.take(','))
  }
  if (steps.length === 0) throw new BadRequest('Invalid UpdateExpression: The expression can not be empty')
  return taking(steps)
})

/** Applies all changes at once. */
export const taking =
  (steps: readonly Step[]): Update =>
  (scope) => {
    const changes = steps.map(({ path, to }) => ({ path, to: copyOf(to(scope)) }))
    const next = copyOf(scope.item ?? {})
    if (!isMap(next)) throw new BadRequest('no item')
    for (const { path, to } of changes) assign(next, path, to, scope)
    return next
  }

function assign(item: Item, path: Path, to: unknown, scope: Scope): void {
  const holder = valueAt(path.slice(0, -1), { ...scope, item })
  const last = path.at(-1)
  if (typeof last === 'string' && isMap(holder)) {
    if (to === undefined) delete holder[nameOf(last, scope)]
    else holder[nameOf(last, scope)] = to
  } else if (typeof last === 'number' && Array.isArray(holder)) {
    if (to === undefined) holder.splice(last, 1)
    else holder[Math.min(last, holder.length)] = to
  } else if (to !== undefined || path.length > 1)
    throw new BadRequest('The document path provided in the update expression is invalid for update')
}
