import { createHash } from 'node:crypto'

/** Characters kept of a SHA-256 hash's 43: 132 bits, so that two requests never share an id. */
const HASH_CHARACTERS = 22

/**
 * The correlation id of a request and of everything it sets off: a hash of its Idempotency-Key, so that a repeat has
 * the same one, or else the request's own id. Never the key itself, since people put addresses into it.
 */
export function correlationOfRequest(requestId: string, idempotencyKey: string | undefined): string {
  if (idempotencyKey === undefined) return requestId
  return createHash('sha256').update(idempotencyKey).digest('base64url').slice(0, HASH_CHARACTERS)
}
