/**
 * Waits until there is nothing left to handle: no message on a queue, no unread stream record, no undelivered
 * notification, and nothing under way. Dead-letter queues don't count, since nobody reads them; the answer says how
 * much they hold.
 *
 * A failed message returns when its visibility time-out is over, by the service's clock. If that is within 15
 * seconds, settling waits for it. If it takes longer, or the clock stands still (in a jump, which moves the clock to
 * that time itself), the service counts as settled, and the answer names the queues with such messages, and when the
 * next one returns.
 */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Activity } from './activity.ts'
import type { VirtualClock } from './clock.ts'
import type { QueueDepth } from '../aws/sqs/queues.ts'
import type { StreamSource } from '../event-sources/stream-source.ts'

/** An import of a million rows takes less. A service that takes longer is stuck. */
export const defaultLimitMs = 60 * 60_000

const pauseMs = 5

/** Settling doesn't wait for messages that return later than this. */
const longestWaitMs = 15_000

export interface SettleSources {
  readonly queueDepths: () => Promise<Readonly<Record<string, QueueDepth>>>
  readonly deadLetterQueues: ReadonlySet<string>
  /** When the next hidden message of each queue returns, in milliseconds since 1970 on the service's clock. */
  readonly nextReleases: () => ReadonlyMap<string, number>
  readonly clock: Pick<VirtualClock, 'now' | 'frozenAt'>
  readonly streams: readonly StreamSource[]
  readonly pendingObjects: () => number
  readonly activity: Activity
  /** Resolves when index reads show everything that was written, and so everything that is still to do. */
  readonly waitForIndexes: () => Promise<void>
  /** Aborted when the service stops. */
  readonly signal: AbortSignal
}

export interface Settled {
  readonly settled: boolean
  /** Number of messages in dead-letter queues, by queue name. Empty queues are left out. */
  readonly deadLetters: Readonly<Record<string, number>>
  /** When the next message that waits for its visibility time-out returns, by queue name. */
  readonly waiting?: Readonly<Record<string, string>>
  /** What was still to do when the time limit was reached. */
  readonly busy?: readonly string[]
}

const total = ({ visible, inFlight, delayed }: QueueDepth): number => visible + inFlight + delayed

/** The earliest time at which a hidden message returns, in any queue but dead-letter queues. */
export function firstRelease(
  releases: ReadonlyMap<string, number>,
  deadLetterQueues: ReadonlySet<string>,
): Date | undefined {
  const times = [...releases].filter(([name]) => !deadLetterQueues.has(name)).map(([, at]) => at)
  return times.length === 0 ? undefined : new Date(times.reduce((a, b) => Math.min(a, b)))
}

export function createSettle(sources: SettleSources): (limitMs?: number) => Promise<Settled> {
  const { activity, clock, deadLetterQueues, signal } = sources

  /** Queues whose hidden messages all return later than settling waits. */
  function waiting(): Map<string, number> {
    const untilMs = clock.now().getTime() + (clock.frozenAt() === undefined ? longestWaitMs : 0)
    return new Map(
      [...sources.nextReleases()].filter(([name, at]) => !deadLetterQueues.has(name) && at > untilMs),
    )
  }

  /**
   * @param whole list everything there is to do, and don't stop at the first: each look slows down the work under way
   */
  async function busy(whole: boolean): Promise<string[]> {
    const found: string[] = []
    await sources.waitForIndexes()
    if (activity.underWay() > 0) found.push(`${activity.underWay()} under way`)
    if (found.length > 0 && !whole) return found
    if (sources.pendingObjects() > 0) found.push(`${sources.pendingObjects()} notifications of the bucket`)
    // Queues come last: when a stream is drained, everything that it led to is on a queue.
    const drained = await Promise.all(sources.streams.map((stream) => stream.isDrained()))
    if (drained.includes(false)) found.push('stream records')
    const depths = Object.entries(await sources.queueDepths())
    const held = waiting()
    for (const [name, depth] of depths) {
      const { visible, inFlight, delayed } = depth
      if (deadLetterQueues.has(name) || total(depth) === 0) continue
      if (visible === 0 && held.has(name)) continue
      found.push(`${name}: ${visible} visible, ${inFlight} in flight, ${delayed} delayed`)
    }
    return found
  }

  return async (limitMs = defaultLimitMs) => {
    const deadline = performance.now() + limitMs
    let quiet = 0
    let begun = activity.begun()
    let left: string[] = []
    while (quiet < 2 && !signal.aborted) {
      left = await busy(performance.now() > deadline)
      // Work that began and ended between two looks may have led to more work.
      const isQuiet = left.length === 0 && activity.underWay() === 0 && activity.begun() === begun
      quiet = isQuiet ? quiet + 1 : 0
      begun = activity.begun()
      if (isQuiet) {
        // A message on its way from its queue to its handler counts as under way after this turn.
        await nextTurn()
        continue
      }
      if (performance.now() > deadline) break
      await sleep(pauseMs)
    }
    const depths = Object.entries(await sources.queueDepths())
    const held = Object.fromEntries([...waiting()].map(([name, at]) => [name, new Date(at).toISOString()]))
    const deadLetters = depths.filter(([name, depth]) => deadLetterQueues.has(name) && total(depth) > 0)
    return {
      settled: quiet >= 2,
      deadLetters: Object.fromEntries(deadLetters.map(([name, depth]) => [name, total(depth)])),
      ...(Object.keys(held).length > 0 && { waiting: held }),
      ...(quiet < 2 && { busy: left }),
    }
  }
}
