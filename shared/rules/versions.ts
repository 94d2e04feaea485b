/** Versions of a record of which one has to be the current one for it to be changed; undefined: whichever it is. */
export type Versions = readonly number[]

export const isAmong = (versions: Versions | undefined, version: number): boolean =>
  versions === undefined || versions.includes(version)
