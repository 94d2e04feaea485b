import { describe, expect, it } from 'vitest'
import { createClock } from '../../../../infra/local/clock/clock.ts'
import { openState } from '../../../../infra/local/aws/state.ts'
import { createTimeline, type Occurrence } from '../../../../infra/local/clock/timeline.ts'

const start = Date.parse('2026-01-01T00:00:00Z')
const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const quarterMs = 15 * minuteMs
const at = (ms: number) => new Date(start + ms)

interface Entry {
  name: string
  at: Date
  everyMs?: number
}

/** Schedules in memory, and a log of what happened at which time of the service's clock. */
function world(entries: Entry[], /** When hidden messages come back, in order. */ hidden: number[] = []) {
  const state = openState(undefined)
  const clock = createClock(state, () => start)
  const log: string[] = []
  const say = (text: string) => log.push(`${clock.now().toISOString().slice(0, 19)} ${text}`)
  const reported: string[] = []
  const undeliverable = new Set<string>()
  let onFire: (name: string) => void = () => undefined
  let settles = 0
  const occurrence = ({ name, at: time, everyMs }: Entry): Occurrence => ({
    group: 'g',
    name,
    at: time,
    recurring: everyMs !== undefined,
    ...(everyMs !== undefined && { everyMs }),
  })
  const timeline = createTimeline({
    clock,
    dueBefore: (until) =>
      entries
        .filter((each) => each.at <= until)
        .sort((a, b) => a.at.getTime() - b.at.getTime())
        .map(occurrence),
    async fire({ name, at: time }) {
      if (undeliverable.has(name)) throw new Error('not allowed')
      const entry = entries.find((each) => each.name === name)
      if (entry === undefined) throw new Error('gone')
      if (entry.everyMs === undefined) entries.splice(entries.indexOf(entry), 1)
      else entry.at = new Date(time.getTime() + entry.everyMs)
      say(name)
      onFire(name)
    },
    async fireAhead({ name }) {
      if (undeliverable.has(name)) throw new Error('not allowed')
      say(`${name} ahead`)
      onFire(name)
    },
    settle: async () => {
      settles += 1
      while (hidden[0] !== undefined && at(hidden[0]) <= clock.now()) {
        hidden.shift()
        say('a message came back')
      }
      return { settled: true, deadLetters: {} }
    },
    nextRelease: () => (hidden[0] === undefined ? undefined : at(hidden[0])),
    sweepExpired: async () => say('expired items swept'),
    report: (problem) => reported.push(problem),
  })
  return {
    timeline,
    clock,
    log,
    entries,
    reported,
    undeliverable,
    settles: () => settles,
    whenFired: (listener: (name: string) => void) => {
      onFire = listener
    },
  }
}

describe('a jump of the clock', () => {
  it('M1: fires what falls due on the way, in order, each at its own time', async () => {
    const { timeline, log, clock } = world([
      { name: 'second', at: at(2 * dayMs) },
      { name: 'first', at: at(dayMs) },
      { name: 'beyond', at: at(15 * dayMs) },
    ])
    const { fired } = await timeline.jumpTo(() => at(14 * dayMs))
    expect(log).toEqual([
      '2026-01-02T00:00:00 first',
      '2026-01-03T00:00:00 second',
      '2026-01-15T00:00:00 expired items swept',
    ])
    expect(fired.map((each) => each.name)).toEqual(['first', 'second'])
    expect(clock.now()).toEqual(at(14 * dayMs))
    expect(clock.frozenAt()).toBeUndefined()
  })

  it('M1: fires what is set to the end of the minute it lands in as well, and again when that comes', async () => {
    const { timeline, log } = world([
      { name: 'migration', at: at(14 * dayMs) },
      { name: 'other', at: at(14 * dayMs + minuteMs) },
    ])
    const { fired } = await timeline.jumpTo(() => at(14 * dayMs - 1))
    expect(fired.map((each) => each.name)).toEqual(['migration'])
    await timeline.jumpTo(() => at(14 * dayMs))
    expect(log.filter((line) => !line.endsWith('swept'))).toEqual([
      '2026-01-14T23:59:59 migration ahead',
      '2026-01-15T00:00:00 migration',
      '2026-01-15T00:00:00 other ahead',
    ])
  })

  it('M1: fires nothing of the minute after the one it lands in, and no recurring schedule ahead', async () => {
    const { timeline, log } = world([
      { name: 'migration', at: at(14 * dayMs) },
      { name: 'sweep', at: at(14 * dayMs - minuteMs), everyMs: quarterMs },
    ])
    await timeline.jumpTo(() => at(14 * dayMs - minuteMs - 1))
    expect(log).toEqual(['2026-01-14T23:58:59 expired items swept'])
  })

  it('M1: fires of the minute it lands in also what follows from the first of it, once', async () => {
    const { timeline, log, entries, whenFired } = world([{ name: 'first', at: at(dayMs + minuteMs) }])
    whenFired((name) => {
      if (entries.length === 1) entries.push({ name: `after ${name}`, at: at(dayMs + minuteMs) })
    })
    await timeline.jumpTo(() => at(dayMs))
    expect(log.slice(0, 2)).toEqual([
      '2026-01-02T00:00:00 first ahead',
      '2026-01-02T00:00:00 after first ahead',
    ])
  })

  it('M1: goes on where one of the minute it lands in can’t be delivered, and says so', async () => {
    const { timeline, log, undeliverable, reported } = world([
      { name: 'bad', at: at(dayMs + minuteMs) },
      { name: 'good', at: at(dayMs + minuteMs) },
    ])
    undeliverable.add('bad')
    await timeline.jumpTo(() => at(dayMs))
    expect(log).toContain('2026-01-02T00:00:00 good ahead')
    expect(reported).toHaveLength(1)
  })

  it('stands the clock still while it is played', async () => {
    const { timeline, clock, whenFired } = world([{ name: 'one', at: at(dayMs) }])
    let frozen: number | undefined
    whenFired(() => {
      frozen = clock.frozenAt()
    })
    await timeline.jumpTo(() => at(2 * dayMs))
    expect(frozen).toBe(at(dayMs).getTime())
  })

  it('brings messages back that failed, between the schedules, those of the same seconds in one step', async () => {
    const entries = [
      { name: 'first', at: at(minuteMs) },
      { name: 'second', at: at(10 * minuteMs) },
    ]
    const hidden = [2_000, 3_000, minuteMs + 30_000, 10 * minuteMs - 1_000, 20 * minuteMs]
    const { timeline, log } = world(entries, hidden)
    await timeline.jumpTo(() => at(15 * minuteMs))
    expect(log).toEqual([
      '2026-01-01T00:00:07 a message came back',
      '2026-01-01T00:00:07 a message came back',
      '2026-01-01T00:01:00 first',
      '2026-01-01T00:01:35 a message came back',
      '2026-01-01T00:10:00 a message came back',
      '2026-01-01T00:10:00 second',
      '2026-01-01T00:15:00 expired items swept',
    ])
  })

  it('plays what was scheduled by what it fired', async () => {
    const { timeline, log, entries, whenFired } = world([{ name: 'first', at: at(dayMs) }])
    whenFired((name) => {
      if (name === 'first') entries.push({ name: 'follows', at: at(2 * dayMs) })
    })
    await timeline.jumpTo(() => at(14 * dayMs))
    expect(log).toContain('2026-01-03T00:00:00 follows')
  })

  it('fires what is overdue at once, not in the past', async () => {
    const { timeline, log } = world([{ name: 'late', at: at(-dayMs) }])
    await timeline.jumpTo(() => at(minuteMs))
    expect(log[0]).toBe('2026-01-01T00:00:00 late')
  })

  it('fires a recurring schedule at its first and its last time of each stretch between others', async () => {
    const { timeline, log } = world([
      { name: 'sweep', at: at(quarterMs), everyMs: quarterMs },
      { name: 'migration', at: at(7 * dayMs + 1) },
    ])
    await timeline.jumpTo(() => at(14 * dayMs))
    expect(log).toEqual([
      '2026-01-01T00:15:00 sweep',
      '2026-01-08T00:00:00 sweep',
      '2026-01-08T00:00:00 migration',
      '2026-01-08T00:15:00 sweep',
      '2026-01-15T00:00:00 sweep',
      '2026-01-15T00:00:00 expired items swept',
    ])
  })

  it('M2: fires the recurring schedule that makes up for a lost one within its own interval', async () => {
    const { timeline, entries } = world([{ name: 'sweep', at: at(quarterMs), everyMs: quarterMs }])
    await timeline.jumpTo(() => at(14 * dayMs))
    expect(entries[0]?.at).toEqual(at(14 * dayMs + quarterMs))
  })

  it('settles before it starts, after each schedule, at the end, and when the clock runs again', async () => {
    const { timeline, settles } = world([{ name: 'one', at: at(dayMs) }])
    await timeline.jumpTo(() => at(2 * dayMs))
    expect(settles()).toBe(4)
  })

  it('refuses to go back, and the clock ticks on', async () => {
    const { timeline, clock } = world([])
    await expect(timeline.jumpTo(() => at(-1))).rejects.toThrow(RangeError)
    expect(clock.frozenAt()).toBeUndefined()
  })

  it('goes on without a schedule that cannot be delivered, and says so', async () => {
    const { timeline, log, undeliverable, reported } = world([
      { name: 'denied', at: at(dayMs) },
      { name: 'other', at: at(2 * dayMs) },
    ])
    undeliverable.add('denied')
    const { fired } = await timeline.jumpTo(() => at(14 * dayMs))
    expect(fired.map((each) => each.name)).toEqual(['other'])
    expect(log).toContain('2026-01-03T00:00:00 other')
    expect(reported).toEqual(['the schedule g/denied could not be delivered: Error: not allowed'])
  })

  it('comes after the one before, where two are asked for at once', async () => {
    const { timeline, clock } = world([])
    const forward = (now: Date) => new Date(now.getTime() + dayMs)
    await Promise.all([timeline.jumpTo(forward), timeline.jumpTo(forward)])
    expect(clock.now()).toEqual(at(2 * dayMs))
  })
})

describe('as time passes', () => {
  it('what has fallen due is fired in order, and a recurring schedule that missed many times twice at most', async () => {
    const { timeline, log, entries } = world([
      { name: 'sweep', at: at(-14 * dayMs), everyMs: quarterMs },
      { name: 'due', at: at(0) },
      { name: 'not due', at: at(1) },
    ])
    await timeline.playDue()
    expect(log.map((line) => line.slice(20))).toEqual(['sweep', 'sweep', 'due'])
    expect(entries.map((each) => each.name)).toEqual(['sweep', 'not due'])
    expect(entries[0]?.at).toEqual(at(quarterMs))
  })
})
