/** Why a change is refused, whatever it changes: others change the record too, or it isn't at an expected revision. */
export type WriteRefusal = 'precondition_failed' | 'busy'

/** The revisions of which one must be current for a change to be made (`If-Match`); `undefined`: any. */
export type Versions = readonly number[]

export const isVersionAllowed = (versions: Versions | undefined, version: number): boolean =>
  versions === undefined || versions.includes(version)
