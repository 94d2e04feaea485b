import type { Metrics } from '../lib/metrics.ts'
import type { PausableWork } from '../contracts/pausable-work.ts'
import { ttlCached } from '../lib/ttl-cache.ts'
import { type Clock, SECOND_MS } from '../lib/time.ts'
import type { PauseStore } from '../storage/stores/pauses.ts'

/** A switch is honoured within a minute: what is known of it is half as old at most, and a step of work is shorter than the rest. */
const KNOWN_MS = 30 * SECOND_MS

/** Whether the work is paused, as of the last half minute; asked before each step, and a read of the table each half minute. */
export type IsPaused = (work: PausableWork) => Promise<boolean>

/** Whoever finds its work paused says so, so that the alarm needs no sweep. */
export function pauseReader(pauses: Pick<PauseStore, 'read'>, metrics: Metrics, now: Clock): IsPaused {
  const known = ttlCached(
    async (work) => {
      const isPaused = Object.entries(await pauses.read()).some(
        ([key, since]) => key === work && since !== undefined,
      )
      if (isPaused) metrics.count('Paused', 1, { work })
      return isPaused
    },
    KNOWN_MS,
    now,
  )
  return (work) => known(work)
}
