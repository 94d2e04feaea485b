/** A random number from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number

/** Waits before retry number `attempt`, counted from 1. */
export type Pause = (attempt: number) => Promise<void>

const BASE_MS = 20
/** Milliseconds. Work that would have to wait longer between two attempts should be retried as a message instead. */
const CAP_MS = 1_000

/**
 * The wait before retry number `attempt`: random, up to a bound that doubles each time ("full jitter"), so that callers
 * that collided once don't collide again.
 */
export const backoffMs = (attempt: number, random: Random): number =>
  Math.floor(random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt))

export const pausing =
  (random: Random): Pause =>
  (attempt) =>
    new Promise((resolve) => setTimeout(resolve, backoffMs(attempt, random)))

/** `Math.random` is looked up at each pause, since the simulation replaces it by a seeded one. */
export const backoff: Pause = pausing(() => Math.random())
