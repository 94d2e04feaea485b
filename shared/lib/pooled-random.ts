import { randomFillSync } from 'node:crypto'

/** Bytes drawn from the system's random source at once: each draw has a high fixed cost. */
const POOL_BYTES = 4_096

const pool = new Uint8Array(POOL_BYTES)
let next = POOL_BYTES

/**
 * A cryptographically random number from 0 (inclusive) to 1 (exclusive) in steps of 1/256, which is enough to choose
 * one of a ULID's 32 letters.
 */
export function pooledRandom(): number {
  if (next === POOL_BYTES) {
    randomFillSync(pool)
    next = 0
  }
  return (pool[next++] ?? 0) / 256
}
