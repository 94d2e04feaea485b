/**
 * Waits until nothing is left to handle: no message on a queue, no stream record unread, no notification
 * undelivered, nothing of it under way. Dead-letter queues don't count, since nobody reads them; how much
 * they hold is in the answer.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Activity } from './activity.ts'
import type { QueueDepth } from './aws/queues.ts'
import type { StreamSource } from './stream-source.ts'

/** Work of a whole import of a million rows is done in less; a service that needs longer is stuck. */
export const defaultLimitMs = 60 * 60_000

const pauseMs = 5

export interface SettleSources {
  readonly queueDepths: () => Promise<Readonly<Record<string, QueueDepth>>>
  readonly deadLetterQueues: ReadonlySet<string>
  readonly streams: readonly StreamSource[]
  readonly pendingObjects: () => number
  readonly activity: Activity
  /** Resolves when reads of an index show all that was written, and so what is still to do. */
  readonly indexesCaughtUp: () => Promise<void>
  /** The service stops: there is nothing left to wait for. */
  readonly signal: AbortSignal
}

export interface Settled {
  readonly settled: boolean
  /** By queue name, those that hold something. */
  readonly deadLetters: Readonly<Record<string, number>>
  /** What was still to do when the limit was reached. */
  readonly busy?: readonly string[]
}

const total = ({ visible, inFlight, delayed }: QueueDepth): number => visible + inFlight + delayed

export function createSettle(sources: SettleSources): (limitMs?: number) => Promise<Settled> {
  const { activity, deadLetterQueues, signal } = sources

  async function busy(): Promise<string[]> {
    const found: string[] = []
    await sources.indexesCaughtUp()
    if (activity.underWay() > 0) found.push(`${activity.underWay()} under way`)
    if (sources.pendingObjects() > 0) found.push(`${sources.pendingObjects()} notifications of the bucket`)
    // What a stream leads to is on a queue by the time it is drained, so queues come last.
    const drained = await Promise.all(sources.streams.map((stream) => stream.isDrained()))
    if (drained.includes(false)) found.push('stream records')
    for (const [name, depth] of Object.entries(await sources.queueDepths())) {
      const { visible, inFlight, delayed } = depth
      if (deadLetterQueues.has(name) || total(depth) === 0) continue
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
      left = await busy()
      // Work that came and went between two looks may have left more behind.
      const isQuiet = left.length === 0 && activity.underWay() === 0 && activity.begun() === begun
      quiet = isQuiet ? quiet + 1 : 0
      begun = activity.begun()
      if (isQuiet) continue
      if (performance.now() > deadline) break
      await sleep(pauseMs)
    }
    const depths = Object.entries(await sources.queueDepths())
    const deadLetters = depths.filter(([name, depth]) => deadLetterQueues.has(name) && total(depth) > 0)
    return {
      settled: quiet >= 2,
      deadLetters: Object.fromEntries(deadLetters.map(([name, depth]) => [name, total(depth)])),
      ...(quiet < 2 && { busy: left }),
    }
  }
}
