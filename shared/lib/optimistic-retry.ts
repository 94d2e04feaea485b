import { backoff, type Pause } from './backoff.ts'
import { Busy } from './unavailable.ts'

/** Somebody else wrote in between, and nothing of this attempt was written: read again, and decide anew. */
export const LOST = { outcome: 'lost' } as const
export type Lost = typeof LOST

/** Somebody else was faster time after time: the caller may ask again. */
export const BUSY = { outcome: 'refused', code: 'busy' } as const
export type StillBusy = typeof BUSY

/** How often a value that others change too is read and written before the caller is told that it is busy. */
export const MAX_ROUNDS = 5

export interface RetryOptions {
  readonly rounds?: number
  /** Before every round but the first, so that writers that collided don't collide again. */
  readonly pause?: Pause
}

/** For work whose rounds are far enough apart as it is. */
export const withoutPause: Pause = async () => {}

const isLost = (answer: unknown): answer is Lost =>
  typeof answer === 'object' && answer !== null && 'outcome' in answer && answer.outcome === 'lost'

/**
 * Reads, decides and writes on the condition that nothing changed in between, until a round isn't lost.
 * @param attempt one round, from reading on: numbered from 0, and `lost` where somebody else was faster
 * @param otherwise what to answer when every round was lost
 */
export async function retryOrElse<T, E>(
  attempt: (round: number) => Promise<T | Lost>,
  otherwise: (rounds: number) => E,
  { rounds = MAX_ROUNDS, pause = backoff }: RetryOptions = {},
): Promise<T | E> {
  for (let round = 0; round < rounds; round++) {
    if (round > 0) await pause(round)
    const answer = await attempt(round)
    if (!isLost(answer)) return answer
  }
  return otherwise(rounds)
}

/** As `retryOrElse`, for callers to whom `busy` is one of the expected refusals. */
export const retryOptimistically = <T>(
  attempt: (round: number) => Promise<T | Lost>,
  options?: RetryOptions,
): Promise<T | StillBusy> => retryOrElse(attempt, () => BUSY, options)

/**
 * As `retryOrElse`, for work that a later delivery does again.
 * @param what others kept changing: the beginning of the error's message
 * @throws Busy when every round was lost
 */
export const retryOrThrow = <T>(
  what: string,
  attempt: (round: number) => Promise<T | Lost>,
  options?: RetryOptions,
): Promise<T> =>
  retryOrElse(
    attempt,
    (rounds): never => {
      throw new Busy(`${what} was changed by others ${rounds} times in a row`)
    },
    options,
  )
