/** Refusals of any change: others are changing the record too, or it isn't at an expected revision. */
export type WriteRefusal = 'precondition_failed' | 'busy'

/** The expected revisions (`If-Match`): a change is made only if the current one is among them. `undefined`: any. */
export type Versions = readonly number[]

export const isVersionAllowed = (versions: Versions | undefined, version: number): boolean =>
  versions === undefined || versions.includes(version)
