/**
 * EventBridge's event patterns, as far as event source filters use them: exact values, `prefix`, `suffix`,
 * `equals-ignore-case`, `exists`, `anything-but`, `numeric` and `$or`.
 */
export type Matches = (event: unknown) => boolean

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const absent = Symbol('absent')

function valueAt(event: unknown, key: string): unknown {
  return isRecord(event) && Object.hasOwn(event, key) ? event[key] : absent
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
}

function numeric(terms: unknown): Matches {
  if (!Array.isArray(terms) || terms.length === 0 || terms.length % 2 !== 0) throw unknown('numeric', terms)
  const tests = Array.from({ length: terms.length / 2 }, (_, i): ((value: number) => boolean) => {
    const [operator, bound]: unknown[] = terms.slice(2 * i)
    const compare = comparisons[String(operator)]
    if (compare === undefined || typeof bound !== 'number') throw unknown('numeric', terms)
    return (value) => compare(value, bound)
  })
  return (value) => typeof value === 'number' && tests.every((test) => test(value))
}

function text(name: string, argument: unknown, test: (value: string, argument: string) => boolean): Matches {
  if (typeof argument !== 'string') throw unknown(name, argument)
  return (value) => typeof value === 'string' && test(value, argument)
}

function unknown(name: string, argument: unknown): Error {
  return new Error(`no such event pattern here: ${JSON.stringify({ [name]: argument })}`)
}

function condition(rule: unknown): Matches {
  if (!isRecord(rule)) return (value) => value === rule
  const [[name, argument] = ['', undefined], ...more] = Object.entries(rule)
  if (more.length > 0) throw unknown(name, rule)
  switch (name) {
    case 'prefix':
      return text(name, argument, (value, start) => value.startsWith(start))
    case 'suffix':
      return text(name, argument, (value, end) => value.endsWith(end))
    case 'equals-ignore-case':
      return text(name, argument, (value, other) => value.toLowerCase() === other.toLowerCase())
    case 'numeric':
      return numeric(argument)
    case 'exists':
      if (typeof argument !== 'boolean') throw unknown(name, argument)
      return (value) => (value !== absent) === argument
    case 'anything-but': {
      const excluded = (Array.isArray(argument) ? argument : [argument]).map(condition)
      return (value) => value !== absent && !excluded.some((matches) => matches(value))
    }
    default:
      throw unknown(name, argument)
  }
}

/** A list in the event matches when one of its elements does. */
function anyOf(rules: readonly unknown[]): Matches {
  const conditions = rules.map(condition)
  return (value) => {
    const candidates: unknown[] = Array.isArray(value) ? value : [value]
    return conditions.some((matches) => candidates.some(matches))
  }
}

/** Throws for a pattern that isn't understood, so that no filter lets through more or less than it says. */
export function compilePattern(pattern: unknown): Matches {
  if (!isRecord(pattern)) throw new Error(`an event pattern is an object, not ${JSON.stringify(pattern)}`)
  const tests = Object.entries(pattern).map(([key, rule]): Matches => {
    if (key === '$or') {
      if (!Array.isArray(rule)) throw unknown(key, rule)
      const alternatives = rule.map(compilePattern)
      return (event) => alternatives.some((matches) => matches(event))
    }
    const matches = Array.isArray(rule) ? anyOf(rule) : compilePattern(rule)
    return (event) => matches(valueAt(event, key))
  })
  return (event) => tests.every((test) => test(event))
}

/** Whether any of a source's filters lets an event through; without filters all pass. */
export function compileFilters(patterns: readonly unknown[]): Matches {
  const filters = patterns.map(compilePattern)
  return filters.length === 0 ? () => true : (event) => filters.some((matches) => matches(event))
}
