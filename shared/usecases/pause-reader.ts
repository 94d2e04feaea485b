import type { Metrics } from '../lib/metrics.ts'
import type { PausableWork } from '../contracts/pausable-work.ts'
import { ttlCached } from '../lib/ttl-cache.ts'
import { type Clock, SECOND_MS } from '../lib/time.ts'
import type { PauseStore } from '../storage/stores/pauses.ts'

/** A pause takes effect within a minute: half of it passes before the switch is read again, and a step of work is shorter than the rest. */
const KNOWN_MS = 30 * SECOND_MS

/** Whether the work is paused, as of the last half minute. Asked before each step; reads the table once in half a minute. */
export type IsPaused = (work: PausableWork) => Promise<boolean>

/** Counts what it finds paused, so that the alarm doesn't have to wait for a sweep. */
export function pauseReader(pauses: Pick<PauseStore, 'read'>, metrics: Metrics, now: Clock): IsPaused {
  return ttlCached<boolean, PausableWork>(
    async (work) => {
      const isPaused = (await pauses.read())[work] !== undefined
      if (isPaused) metrics.count('Paused', 1, { work })
      return isPaused
    },
    KNOWN_MS,
    now,
  )
}
