import { describe, expect, it } from 'vitest'
import {
  intervalMsOf,
  SEND_SLACK_MS,
  type Reserved,
  sendPaced,
  reserveSlots,
} from '../../../shared/lib/send-rate.ts'

/** Time that passes only by what waits for it. */
function simulatedTime() {
  let nowMs = 1_000_000
  const waiting: { atMs: number; wake: () => void }[] = []
  return {
    nowMs: () => nowMs,
    pause: (ms: number) =>
      new Promise<void>((wake) => {
        waiting.push({ atMs: nowMs + ms, wake })
      }),
    /** Runs until nobody waits any more. */
    async run(until: Promise<unknown>): Promise<void> {
      let over = false
      const end = until.then(() => {
        over = true
      })
      for (;;) {
        // Whatever was awoken goes on as far as it can.
        for (let turn = 0; turn < 50; turn++) await Promise.resolve()
        if (over) break
        waiting.sort((a, b) => a.atMs - b.atMs)
        const first = waiting.shift()
        if (first === undefined) throw new Error('nobody waits, and it is not over')
        if (first.atMs > LATEST_MS) throw new Error('it goes in circles')
        nowMs = Math.max(nowMs, first.atMs)
        first.wake()
      }
      await end
    },
  }
}

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state / 2 ** 31
  }
}

interface Model {
  readonly perSecond: number
  readonly workers: number
  readonly batch: number
  /** Mails before there are none left. */
  readonly backlog: number
  readonly seed?: number
  /** The longest that a timer is late. */
  readonly lateMs?: number
  /** The longest that a call of the table or of SES takes. */
  readonly callMs?: number
  /** The shortest that taking a stretch takes. */
  readonly reserveMs?: number
}

/** Whoever hasn't sent everything by then never will. */
const LATEST_MS = 86_400_000

/** Workers that take batches off one queue and share one number. */
async function simulate({
  perSecond,
  workers,
  batch,
  backlog,
  seed = 7,
  lateMs = 5,
  callMs = 20,
  reserveMs = 0,
}: Model) {
  const time = simulatedTime()
  const chance = seeded(seed)
  const begun: number[] = []
  let nextAtMs: number | undefined
  let left = backlog
  const late = (ms: number) => time.pause(ms + chance() * lateMs)
  const reserve = async (count: number, aheadMs: number): Promise<Reserved> => {
    await time.pause(reserveMs / 2 + (chance() * callMs) / 2)
    const { slots, nextAtMs: next } = reserveSlots(
      nextAtMs,
      time.nowMs() + aheadMs,
      count,
      intervalMsOf(perSecond),
    )
    nextAtMs = next
    await time.pause(reserveMs / 2 + (chance() * callMs) / 2)
    return { outcome: 'reserved', slots }
  }
  const send = async (): Promise<undefined> => {
    begun.push(time.nowMs())
    await time.pause(50 + chance() * callMs)
  }
  const worker = async (): Promise<void> => {
    while (left > 0) {
      const taken = Math.min(batch, left)
      left -= taken
      // Reads, renders and leases before, marks after.
      await time.pause(chance() * callMs * 3)
      await sendPaced(Array.from({ length: taken }), 25, { reserve, nowMs: time.nowMs, pause: late }, send)
      await time.pause(chance() * callMs * 3)
    }
  }
  await time.run(Promise.all(Array.from({ length: workers }, worker)))
  return begun.sort((a, b) => a - b)
}

/** The most that fall into any second, wherever it begins. */
const mostInASecond = (instants: readonly number[]): number =>
  Math.max(
    ...instants
      .map((from, n) => instants.slice(n).findIndex((at) => at >= from + 1_000))
      .map((count, n) => (count === -1 ? instants.length - n : count)),
  )

const usedShare = (instants: readonly number[], perSecond: number): number => {
  const seconds = ((instants.at(-1) ?? 0) - (instants[0] ?? 0)) / 1_000
  return (instants.length - 1) / (seconds * perSecond)
}

describe('mails at a rate that all workers keep together', () => {
  const models: Model[] = [
    { perSecond: 14, workers: 2, batch: 25, backlog: 700 },
    { perSecond: 14, workers: 2, batch: 3, backlog: 300 },
    { perSecond: 14, workers: 10, batch: 25, backlog: 1_000 },
    { perSecond: 50, workers: 2, batch: 25, backlog: 2_000 },
    { perSecond: 200, workers: 5, batch: 25, backlog: 5_000 },
    { perSecond: 1, workers: 2, batch: 10, backlog: 60 },
  ]
  const name = ({ perSecond, workers, batch }: Model) =>
    `${workers} workers, ${batch} a batch, ${perSecond} a second`

  it.each(models.map((model) => [name(model), model] as const))(
    'never more than the rate in any second: %s',
    async (_, model) => {
      for (const seed of [1, 2, 3]) {
        expect(mostInASecond(await simulate({ ...model, seed }))).toBeLessThanOrEqual(model.perSecond)
      }
    },
  )

  it.each(models.map((model) => [name(model), model] as const))(
    'at least 95 % of the rate in a backlog: %s',
    async (_, model) => {
      for (const seed of [1, 2, 3])
        expect(usedShare(await simulate({ ...model, seed }), model.perSecond)).toBeGreaterThan(0.95)
    },
  )

  it('a worker that is stopped for a while leaves its instants unused, and catches nothing up', async () => {
    const model = { perSecond: 50, workers: 3, batch: 25, backlog: 1_000, lateMs: 4 * SEND_SLACK_MS }
    const instants = await simulate(model)
    expect(instants).toHaveLength(1_000)
    expect(mostInASecond(instants)).toBeLessThanOrEqual(50)
  })

  it('a worker whose calls take long takes its stretches ahead, and sends all the same', async () => {
    const model = { perSecond: 50, workers: 2, batch: 1, backlog: 20, callMs: 400 }
    const instants = await simulate(model)
    expect(instants).toHaveLength(20)
    expect(mostInASecond(instants)).toBeLessThanOrEqual(50)
  })

  it('however long: no call that is answered at all keeps mails from leaving', async () => {
    const instants = await simulate({ perSecond: 14, workers: 2, batch: 3, backlog: 12, reserveMs: 8_000 })
    expect(instants).toHaveLength(12)
    expect(mostInASecond(instants)).toBeLessThanOrEqual(14)
  })

  it('the first mail after an idle time waits for nothing', () => {
    const { slots, nextAtMs } = reserveSlots(500, 10_000, 2, 70)
    expect(slots).toEqual({ startMs: 10_000, intervalMs: 70, count: 2 })
    expect(nextAtMs).toBe(10_140)
  })

  const still = { nowMs: () => 0, pause: async () => {} }

  it('sends no more once it is told to stop, and says what is left and for how long', async () => {
    const sent: number[] = []
    const answer = await sendPaced(
      [1, 2, 3, 4],
      1,
      {
        ...still,
        reserve: async (count) => ({ outcome: 'reserved', slots: { startMs: 0, intervalMs: 1, count } }),
      },
      async (thing) => {
        sent.push(thing)
        return thing === 2 ? 900_000 : undefined
      },
    )
    expect(sent).toEqual([1, 2])
    expect(answer).toEqual({ unsent: [3, 4], waitMs: 900_000 })
  })

  it('gives back what there is no time for, with how long that is', async () => {
    const answer = await sendPaced(
      ['a'],
      1,
      { ...still, reserve: async () => ({ outcome: 'full', waitMs: 5 }) },
      async () => undefined,
    )
    expect(answer).toEqual({ unsent: ['a'], waitMs: 5 })
  })

  it('does not wait on a clock that stands still', async () => {
    const pauses: number[] = []
    const pacing = {
      nowMs: () => 0,
      pause: async (ms: number) => void pauses.push(ms),
      reserve: async (count: number): Promise<Reserved> => ({
        outcome: 'reserved',
        slots: { startMs: 60_000, intervalMs: 1_000, count },
      }),
    }
    expect(await sendPaced([1, 2, 3], 1, pacing, async () => undefined)).toEqual({ unsent: [], waitMs: 0 })
    expect(Math.max(...pauses)).toBeLessThan(10)
  })
})
