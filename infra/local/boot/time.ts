import { createSettle, firstRelease, type Settled } from '../clock/settle.ts'
import { createTimeline, type Timeline } from '../clock/timeline.ts'
import type { VirtualClock } from '../clock/clock.ts'
import type { EventSources } from '../event-sources/event-sources.ts'
import type { Wiring } from '../template/wiring.ts'
import type { EmulatedAws } from './emulated-aws.ts'

export interface Time {
  /** Resolves when there is nothing left to handle. */
  readonly settle: (limitMs?: number) => Promise<Settled>
  readonly timeline: Timeline
}

/** Fires schedules, and expires items and objects, as the service's clock moves. Ends with `stack`. */
export function startTime(
  o: {
    readonly aws: EmulatedAws
    readonly clock: VirtualClock
    readonly wiring: Pick<Wiring, 'deadLetterQueues'>
    readonly table: Wiring['tables'][number]
    readonly bucket: Wiring['buckets'][number]
    readonly sources: EventSources
    readonly report: (problem: string) => void
  },
  stack: AsyncDisposableStack,
): Time {
  const { clock, sources, table, bucket } = o
  const { deadLetterQueues } = o.wiring
  const { dynamoDb, objectsAndQueues, schedules, faults } = o.aws
  const stopping = new AbortController()
  const settle = createSettle({
    queueDepths: objectsAndQueues.queueDepths,
    deadLetterQueues,
    nextReleases: objectsAndQueues.nextReleases,
    clock,
    streams: sources.streams,
    pendingObjects: objectsAndQueues.pendingObjects,
    activity: sources.activity,
    waitForIndexes: async () => faults?.caughtUp(),
    signal: stopping.signal,
  })
  const timeline = createTimeline({
    clock,
    dueBefore: schedules.dueBefore,
    fire: schedules.fire,
    fireAhead: schedules.fireAhead,
    settle: () => settle(),
    nextRelease: () => firstRelease(objectsAndQueues.nextReleases(), deadLetterQueues),
    async sweepExpired() {
      const { ttlAttribute } = table
      if (ttlAttribute !== undefined) await dynamoDb.sweepTtl(table.name, ttlAttribute, clock.now())
      objectsAndQueues.expireObjects(bucket.name, bucket.expirations)
    },
    report: o.report,
  })
  timeline.start()
  stack.defer(() => timeline.stop())
  stack.defer(() => stopping.abort())
  return { settle, timeline }
}
