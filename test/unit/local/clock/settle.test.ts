import { describe, expect, it } from 'vitest'
import { type Activity, createActivity } from '../../../../infra/local/clock/activity.ts'
import { createSettle, type SettleSources } from '../../../../infra/local/clock/settle.ts'

const empty = { visible: 0, inFlight: 0, delayed: 0 }

function sources(changed: Partial<SettleSources> = {}): SettleSources {
  return {
    queueDepths: async () => ({ work: empty, dead: empty }),
    deadLetterQueues: new Set(['dead']),
    streams: [],
    pendingObjects: () => 0,
    nextReleases: () => new Map(),
    clock: { now: () => new Date(0), frozenAt: () => undefined },
    activity: createActivity(),
    waitForIndexes: async () => undefined,
    signal: new AbortController().signal,
    ...changed,
  }
}

describe('settling', () => {
  it('is over at once where there is nothing to do', async () => {
    expect(await createSettle(sources())()).toEqual({ settled: true, deadLetters: {} })
  })

  it('does not look into streams and queues while something is under way', async () => {
    const activity = createActivity()
    let looks = 0
    const { promise: looked, resolve } = Promise.withResolvers<void>()
    const work = Promise.withResolvers<void>()
    void activity.during(() => work.promise)
    const settling = createSettle(
      sources({
        activity,
        waitForIndexes: async () => {
          if (++looks === 3) resolve()
        },
        queueDepths: async () => {
          if (activity.underWay() > 0) throw new Error('the queues were looked at')
          return {}
        },
      }),
    )()
    await looked
    work.resolve()
    expect(await settling).toMatchObject({ settled: true })
  })

  it('does not wait for dead letters, but counts them', async () => {
    const queueDepths = async () => ({ work: empty, dead: { ...empty, visible: 2 } })
    expect(await createSettle(sources({ queueDepths }))()).toEqual({
      settled: true,
      deadLetters: { dead: 2 },
    })
  })

  it.each(['visible', 'inFlight', 'delayed'] as const)('waits for messages that are %s', async (state) => {
    let left = 3
    const queueDepths = async () => ({ work: { ...empty, [state]: Math.max(0, left--) } })
    expect(await createSettle(sources({ queueDepths }))()).toMatchObject({ settled: true })
    expect(left).toBeLessThan(0)
  })

  it('waits for a failed message that comes back within 15 seconds', async () => {
    let left = 3
    const queueDepths = async () => ({ work: { ...empty, inFlight: Math.max(0, left--) } })
    const nextReleases = () => new Map([['work', 15_000]])
    expect(await createSettle(sources({ queueDepths, nextReleases }))()).toEqual({
      settled: true,
      deadLetters: {},
    })
    expect(left).toBeLessThan(0)
  })

  it.each([
    ['comes back later than that', { now: () => new Date(0), frozenAt: () => undefined }, 15_001],
    ['waits for a clock that stands still', { now: () => new Date(0), frozenAt: () => 0 }, 1],
  ])('does not wait for one that %s, but tells', async (_, clock, at) => {
    const queueDepths = async () => ({ work: { ...empty, inFlight: 1 } })
    const nextReleases = () => new Map([['work', at]])
    expect(await createSettle(sources({ queueDepths, nextReleases, clock }))()).toEqual({
      settled: true,
      deadLetters: {},
      waiting: { work: new Date(at).toISOString() },
    })
  })

  it('is not deceived by work that came and went between two looks', async () => {
    const activity: Activity = createActivity()
    let looks = 0
    const queueDepths = async () => {
      looks += 1
      if (looks < 4) await activity.during(async () => undefined)
      return { work: empty }
    }
    await createSettle(sources({ activity, queueDepths }))()
    expect(looks).toBeGreaterThanOrEqual(5)
  })

  it('waits for streams, notifications, and what is under way, and says so where that lasts', async () => {
    const activity = createActivity()
    const { promise, resolve } = Promise.withResolvers<void>()
    const working = activity.during(() => promise)
    const stream = { poke: () => undefined, isDrained: async () => false, stop: () => undefined }
    const settle = createSettle(sources({ activity, streams: [stream], pendingObjects: () => 2 }))
    expect(await settle(1)).toEqual({
      settled: false,
      deadLetters: {},
      busy: ['1 under way', '2 notifications of the bucket', 'stream records'],
    })
    resolve()
    await working
  })

  it('ends when the service does', async () => {
    const stopping = new AbortController()
    stopping.abort()
    const settle = createSettle(sources({ signal: stopping.signal, pendingObjects: () => 1 }))
    expect(await settle()).toMatchObject({ settled: false })
  })
})
