import { backoff } from './backoff.ts'

/** What changes between reading and writing, since others write it too, is read again this often. */
export const MAX_ROUNDS = 5

/** Who lost a round waits a little, by chance, so that those who collided don't meet again. */
export const pauseBefore = (round: number): Promise<void> =>
  round === 0 ? Promise.resolve() : backoff(round)
