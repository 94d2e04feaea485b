import type { Actor } from '../types.ts'

/**
 * C6, C10: what a claim remembers of how it came to be. A repeat of the same request or row finds its own claim by it, and
 * it says which import, or which request, the claim was made by.
 */
const IMPORT = 'i'
const REQUEST = 'r'

/** @param line on which the row begins in the file */
export const originOfRow = (importId: string, line: number): string => `${IMPORT}:${importId}:${line}`

/** @param correlationId the request's, the same when it comes again @param index of the user in it */
export const originOfUser = (correlationId: string, index: number): string =>
  `${REQUEST}:${correlationId}:${index}`

/** The import that a claim was made by; `undefined`: it was a request. */
export function importIdOf(origin: string): string | undefined {
  const [kind, id] = origin.split(':')
  return kind === IMPORT ? id : undefined
}

/** Who asked for a claim (C10). Of one from before that was kept: as much as its origin tells. */
export function creatorOf({ createdBy, origin }: { createdBy?: Actor; origin: string }): string {
  if (createdBy !== undefined) return createdBy
  const importId = importIdOf(origin)
  return importId === undefined ? `request:${origin.split(':')[1] ?? origin}` : `import:${importId}`
}
