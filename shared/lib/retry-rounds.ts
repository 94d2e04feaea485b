import { backoff } from './backoff.ts'

/** Rounds of read, decide and conditional write before giving up as busy. */
export const MAX_ROUNDS = 5

/**
 * Waits before round number `round`, counted from 0: a random while, so that writers that collided don't collide again.
 */
export const pauseBefore = (round: number): Promise<void> =>
  round === 0 ? Promise.resolve() : backoff(round)
