/** Refusals of any change: others are changing the record too, or it isn't at an expected revision. */
export type WriteRefusal = 'precondition_failed' | 'busy'

/**
 * The expected revisions (`If-Match`): a change is made only if the current one is among them. `existing`: any, but there
 * has to be one. `undefined`: any, or none.
 */
export type Versions = readonly number[] | 'existing'

/** @param version the current one; 0 for a record that doesn't exist */
export function isVersionAllowed(versions: Versions | undefined, version: number): boolean {
  if (versions === undefined) return true
  return versions === 'existing' ? version > 0 : versions.includes(version)
}
