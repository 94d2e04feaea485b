import type { Clock } from './time.ts'

/** Keys remembered at once; after so many it starts afresh. */
const MAX_KEYS = 1_000

/**
 * Remembers what `load` gave for a key, for `keepMs` after it was asked for: for what many messages of a batch ask alike
 * and may be told a little late. A load that fails isn't remembered.
 */
export function ttlCached<T>(
  load: (key: string) => Promise<T>,
  lifetimeMs: number,
  now: Clock,
): (key: string) => Promise<T> {
  const known = new Map<string, { readonly at: number; readonly value: Promise<T> }>()
  return (key) => {
    const found = known.get(key)
    const at = now().getTime()
    if (found !== undefined && at - found.at < lifetimeMs) return found.value
    if (known.size >= MAX_KEYS) known.clear()
    const value = load(key)
    known.set(key, { at, value })
    value.catch(() => known.delete(key))
    return value
  }
}
