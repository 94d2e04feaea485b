/**
 * C6, C10: a claim's idempotency origin says which import or request made it. A repeat of that row or request
 * recognizes its own claim by it.
 */
const IMPORT = 'i'
const REQUEST = 'r'

/**
 * The origin of a CSV row.
 * @param line the line on which the row begins
 */
export const originOfRow = (importId: string, line: number): string => `${IMPORT}:${importId}:${line}`

/**
 * The origin of a user of a request.
 * @param correlationId the request's, the same when it is repeated
 * @param index of the user in the request
 */
export const originOfUser = (correlationId: string, index: number): string =>
  `${REQUEST}:${correlationId}:${index}`

/** The import that made the claim; `undefined`: a request did. */
export function importIdOf(origin: string): string | undefined {
  const [kind, id] = origin.split(':')
  return kind === IMPORT ? id : undefined
}
