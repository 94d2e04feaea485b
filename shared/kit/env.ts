/**
 * The environment's values under the names that a function's `env.ts` lists.
 * @throws Error naming every variable that is missing, at cold start and not at the first use
 */
export function readEnv<const K extends string>(
  names: readonly K[],
  source: Readonly<Record<string, string | undefined>>,
): Record<K, string> {
  const missing = names.filter((name) => source[name] === undefined)
  if (missing.length > 0) throw new Error(`environment lacks ${missing.join(', ')}`)
  return Object.fromEntries(names.map((name) => [name, source[name] ?? ''])) as Record<K, string>
}

const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/

/**
 * The last instant that a date, or a date and time, includes (T3: "on or before"); empty: there is none.
 * @throws Error when it is no ISO 8601 date, at cold start
 */
export function lastInstantOf(name: string, value: string): Date | undefined {
  if (value === '') return undefined
  const instant = new Date(DATE_ONLY.test(value) ? `${value}T23:59:59.999Z` : value)
  if (Number.isNaN(instant.getTime())) throw new Error(`${name} is no ISO 8601 date`)
  return instant
}
