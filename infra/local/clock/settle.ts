/**
 * Waits until nothing is left to handle: no message on a queue, no stream record unread, no notification
 * undelivered, nothing of it under way. Dead-letter queues don't count, since nobody reads them; how much
 * they hold is in the answer.
 *
 * A message that failed waits for its visibility time, as a schedule waits for its own: by the service's clock. Where that
 * clock brings it back within 15 seconds, settling waits for it. Where it takes longer, or the clock stands still (in a
 * jump, which moves the clock to that time itself), only the clock is left to wait for: the service has settled, and the
 * answer says which queues hold such messages, and until when.
 */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { Activity } from './activity.ts'
import type { VirtualClock } from './clock.ts'
import type { QueueDepth } from '../aws/sqs/queues.ts'
import type { StreamSource } from '../event-sources/stream-source.ts'

/** Work of a whole import of a million rows is done in less; a service that needs longer is stuck. */
export const defaultLimitMs = 60 * 60_000

const pauseMs = 5

/** Waiting for a message that comes back later than this is for the clock's jump. */
const longestWaitMs = 15_000

export interface SettleSources {
  readonly queueDepths: () => Promise<Readonly<Record<string, QueueDepth>>>
  readonly deadLetterQueues: ReadonlySet<string>
  /** When, by the service's clock, the next of each queue's hidden messages comes back; in milliseconds. */
  readonly nextReleases: () => ReadonlyMap<string, number>
  readonly clock: Pick<VirtualClock, 'now' | 'frozenAt'>
  readonly streams: readonly StreamSource[]
  readonly pendingObjects: () => number
  readonly activity: Activity
  /** Resolves when reads of an index show all that was written, and so what is still to do. */
  readonly waitForIndexes: () => Promise<void>
  /** The service stops: there is nothing left to wait for. */
  readonly signal: AbortSignal
}

export interface Settled {
  readonly settled: boolean
  /** By queue name, those that hold something. */
  readonly deadLetters: Readonly<Record<string, number>>
  /** By queue name, those whose messages wait for their visibility time: when the next one comes back. */
  readonly waiting?: Readonly<Record<string, string>>
  /** What was still to do when the limit was reached. */
  readonly busy?: readonly string[]
}

const total = ({ visible, inFlight, delayed }: QueueDepth): number => visible + inFlight + delayed

/** The first of the times at which hidden messages come back, dead letters' left out. */
export function firstRelease(
  releases: ReadonlyMap<string, number>,
  deadLetterQueues: ReadonlySet<string>,
): Date | undefined {
  const times = [...releases].filter(([name]) => !deadLetterQueues.has(name)).map(([, at]) => at)
  return times.length === 0 ? undefined : new Date(times.reduce((a, b) => Math.min(a, b)))
}

export function createSettle(sources: SettleSources): (limitMs?: number) => Promise<Settled> {
  const { activity, clock, deadLetterQueues, signal } = sources

  /** Queues of whose hidden messages none comes back while one waits. */
  function waiting(): Map<string, number> {
    const untilMs = clock.now().getTime() + (clock.frozenAt() === undefined ? longestWaitMs : 0)
    return new Map(
      [...sources.nextReleases()].filter(([name, at]) => !deadLetterQueues.has(name) && at > untilMs),
    )
  }

  /** @param whole all that there is to do, and not only that there is something: looking costs what is under way its time */
  async function busy(whole: boolean): Promise<string[]> {
    const found: string[] = []
    await sources.waitForIndexes()
    if (activity.underWay() > 0) found.push(`${activity.underWay()} under way`)
    if (found.length > 0 && !whole) return found
    if (sources.pendingObjects() > 0) found.push(`${sources.pendingObjects()} notifications of the bucket`)
    // What a stream leads to is on a queue by the time it is drained, so queues come last.
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
      // Work that came and went between two looks may have left more behind.
      const isQuiet = left.length === 0 && activity.underWay() === 0 && activity.begun() === begun
      quiet = isQuiet ? quiet + 1 : 0
      begun = activity.begun()
      if (isQuiet) {
        // What was taken from a queue a moment ago, and lies between there and its handler, is under way by then.
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
