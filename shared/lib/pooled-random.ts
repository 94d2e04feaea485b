import { randomFillSync } from 'node:crypto'

/** A draw from the system's source costs more than all else of an id, however little is drawn. */
const POOL_BYTES = 4_096

const pool = new Uint8Array(POOL_BYTES)
let next = POOL_BYTES

/** As unpredictable as the system's own, from 0, included, to 1, excluded, in steps of 1/256: enough for one of 32 letters. */
export function pooledRandom(): number {
  if (next === POOL_BYTES) {
    randomFillSync(pool)
    next = 0
  }
  return (pool[next++] ?? 0) / 256
}
