import { createHash } from 'node:crypto'

/** Of a hash's 43 characters: far more than a day's requests could ever meet in. */
const HASH_CHARACTERS = 22

/**
 * What a request is known by in the logs, and in what follows from it: its Idempotency-Key's hash where it has one, the same
 * when it comes again, and its own id otherwise. Never the key itself: people put addresses into it.
 */
export function correlationOfRequest(requestId: string, idempotencyKey: string | undefined): string {
  if (idempotencyKey === undefined) return requestId
  return createHash('sha256').update(idempotencyKey).digest('base64url').slice(0, HASH_CHARACTERS)
}
