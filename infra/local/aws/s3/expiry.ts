import type { S3Store } from '../fauxqs/fauxqs-internals.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** A bucket's lifecycle rule: objects under the prefix expire after so many days. */
export interface Expiration {
  readonly prefix: string
  readonly days: number
}

/** S3 removes an object at the midnight (UTC) after the day on which it reaches its age. */
export function expiresAt(created: Date, days: number): Date {
  const aged = created.getTime() + days * DAY_MS
  return new Date((Math.floor(aged / DAY_MS) + 1) * DAY_MS)
}

/** Removes the bucket's objects that have expired by `now`. Returns how many. */
export function expireObjects(
  store: S3Store,
  bucket: string,
  rules: readonly Expiration[],
  now: Date,
): number {
  let removed = 0
  for (const { prefix, days } of rules) {
    // In one listing, since pages follow another order than the listing itself. It contains no bodies.
    const { objects } = store.listObjects(bucket, { prefix, maxKeys: Number.POSITIVE_INFINITY })
    const expired = objects.filter(({ lastModified }) => expiresAt(lastModified, days) <= now)
    for (const { key } of expired) store.deleteObject(bucket, key)
    removed += expired.length
  }
  return removed
}
