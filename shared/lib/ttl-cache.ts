import type { Clock } from './time.ts'

/** Cached keys; at this many the cache is emptied. */
const MAX_KEYS = 1_000

/**
 * Caches what `load` returns for a key for `lifetimeMs`, counted from the call. For reads that many messages of a batch
 * repeat and that may be slightly stale. A failed load isn't cached.
 */
export function ttlCached<T, Key extends string = string>(
  load: (key: Key) => Promise<T>,
  lifetimeMs: number,
  now: Clock,
): (key: Key) => Promise<T> {
  const known = new Map<Key, { readonly at: number; readonly value: Promise<T> }>()
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
