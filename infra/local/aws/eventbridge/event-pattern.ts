/**
 * EventBridge's event patterns, as far as the template's rules and event source filters use them: exact values,
 * `prefix` and `exists`. Any other comparison is refused.
 */
export type Matches = (event: unknown) => boolean

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const absent = Symbol('absent')

function valueAt(event: unknown, key: string): unknown {
  return isRecord(event) && Object.hasOwn(event, key) ? event[key] : absent
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
      if (typeof argument !== 'string') throw unknown(name, argument)
      return (value) => typeof value === 'string' && value.startsWith(argument)
    case 'exists':
      if (typeof argument !== 'boolean') throw unknown(name, argument)
      return (value) => (value !== absent) === argument
    default:
      throw unknown(name, argument)
  }
}

/** Matches a value, or a list if one of its elements matches. */
function anyOf(rules: readonly unknown[]): Matches {
  const conditions = rules.map(condition)
  return (value) => {
    const candidates: unknown[] = Array.isArray(value) ? value : [value]
    return conditions.some((matches) => candidates.some(matches))
  }
}

/** @throws Error for a pattern that isn't supported, so that no filter passes more or less than it says */
export function compilePattern(pattern: unknown): Matches {
  if (!isRecord(pattern)) throw new Error(`an event pattern is an object, not ${JSON.stringify(pattern)}`)
  const tests = Object.entries(pattern).map(([key, rule]): Matches => {
    const matches = Array.isArray(rule) ? anyOf(rule) : compilePattern(rule)
    return (event) => matches(valueAt(event, key))
  })
  return (event) => tests.every((test) => test(event))
}

/** Whether any of the filters passes an event. Without filters, all events pass. */
export function compileFilters(patterns: readonly unknown[]): Matches {
  const filters = patterns.map(compilePattern)
  return filters.length === 0 ? () => true : (event) => filters.some((matches) => matches(event))
}
