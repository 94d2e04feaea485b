import type { S3Store } from '../fauxqs/fauxqs-internals.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** A bucket's lifecycle rule: objects whose keys begin with the prefix are removed at so many days' age. */
export interface Expiration {
  readonly prefix: string
  readonly days: number
}

/** S3 removes an object at the midnight (UTC) that follows the day on which it comes to its age. */
export function expiresAt(created: Date, days: number): Date {
  const aged = created.getTime() + days * DAY_MS
  return new Date((Math.floor(aged / DAY_MS) + 1) * DAY_MS)
}

/** Removes the bucket's objects that a rule has expired by `now`; returns how many. */
export function expireObjects(
  store: S3Store,
  bucket: string,
  rules: readonly Expiration[],
  now: Date,
): number {
  let removed = 0
  for (const { prefix, days } of rules) {
    // All at once: a listing in pages goes by another order than its own. The bodies aren't in it.
    const { objects } = store.listObjects(bucket, { prefix, maxKeys: Number.POSITIVE_INFINITY })
    const expired = objects.filter(({ lastModified }) => expiresAt(lastModified, days) <= now)
    for (const { key } of expired) store.deleteObject(bucket, key)
    removed += expired.length
  }
  return removed
}
