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

/** A date that may be left empty. @throws Error when it is none, at cold start */
export function optionalDate(name: string, value: string): Date | undefined {
  if (value === '') return undefined
  const date = new Date(value)
  if (Number.isNaN(date.getTime())) throw new Error(`${name} is no ISO 8601 date`)
  return date
}
