/**
 * Plays the schedules: as time passes, and in one go when the clock jumps.
 *
 * A jump stands the clock still, goes from one due schedule to the next in order of time, fires each at its
 * own time and waits until all that follows from it is done before it goes on. So what a schedule finds is
 * what it would have found if the days had passed. Messages that wait for their visibility time take their turn among
 * the schedules.
 *
 * A jump seldom lands on a minute's end, and what is exact to the minute is set to that. So the one-time schedules of the
 * minute it lands in are fired too, ahead of their time, and stay: they fire again when it comes. Whoever is woken by them
 * takes only what is due by now. (What is exact to the hour, as reminders are, comes at the hour's end.)
 *
 * A recurring schedule isn't fired as often as it would have been: 14 days hold 1,344 quarters of an hour.
 * In each stretch between two one-time schedules (or the jump's start and end) it is fired at its first and
 * at its last time. The runs between would have found the same state as the first.
 */
import type { VirtualClock } from './clock.ts'
import type { Settled } from './settle.ts'

/** A schedule's next time. */
export interface Occurrence {
  readonly group: string
  readonly name: string
  readonly at: Date
  readonly recurring: boolean
  /** Where two times of a recurring one are always as far apart. */
  readonly everyMs?: number
}

export interface TimelineOptions<O extends Occurrence> {
  readonly clock: VirtualClock
  /** Unfired one-time schedules, and each recurring one's next time, up to a time; in order. */
  readonly dueBefore: (until: Date) => readonly O[]
  /** May be given a later time than the recurring schedule's next: those between are left out. */
  readonly fire: (occurrence: O) => Promise<void>
  /** Delivers what it delivers, and leaves it due when it is. */
  readonly fireAhead: (occurrence: O) => Promise<void>
  readonly settle: () => Promise<Settled>
  /** When the next message that failed, or was sent with a delay, comes back to its queue. */
  readonly nextRelease: () => Date | undefined
  /** Deletes what has expired by now. */
  readonly sweepExpired: () => Promise<unknown>
  readonly report: (problem: string) => void
}

export interface Fired {
  readonly name: string
  readonly group: string
  /** ISO 8601. */
  readonly at: string
}

export interface Jump {
  readonly fired: readonly Fired[]
  readonly settled: Settled
}

export interface Timeline {
  /** Resolves when everything up to the target has happened. Rejects with a RangeError for a time that has passed. */
  jumpTo(target: (now: Date) => Date): Promise<Jump>
  /** Resolves when what has fallen due by now is on its way. */
  playDue(): Promise<void>
  /** Fires what has fallen due as real time passed. */
  start(): void
  stop(): void
}

const tickMs = 250
const minuteMs = 60_000

/**
 * Messages that come back within so long of each other do so in one step of a jump; the longer since the last schedule
 * fired, the longer the step: one that waits a minute again and again isn't delivered 20,000 times in 14 days.
 */
const releaseStepMs = 5_000
const releaseStepPart = 1 / 20

/** A schedule that can't be delivered is left out this long, in real time, so that it holds up nothing else. */
const retryAfterMs = 30_000

const idOf = ({ group, name }: Occurrence): string => `${group}/${name}`

/** A recurring schedule's last time that is no later than `until`, as far as that can be told. */
function lastUntil<O extends Occurrence>(occurrence: O, until: Date): O {
  const { everyMs } = occurrence
  if (everyMs === undefined) return occurrence
  const skipped = Math.floor((until.getTime() - occurrence.at.getTime()) / everyMs)
  return { ...occurrence, at: new Date(occurrence.at.getTime() + skipped * everyMs) }
}

export function createTimeline<O extends Occurrence>(options: TimelineOptions<O>): Timeline {
  const { clock } = options
  let queue: Promise<unknown> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  /** One jump, or one tick, at a time. */
  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    const done = queue.then(work)
    queue = done.catch(() => undefined)
    return done
  }

  const retryAt = new Map<string, number>()
  const isWaitingToRetry = (occurrence: O): boolean =>
    (retryAt.get(idOf(occurrence)) ?? 0) > performance.now()

  async function fire(occurrence: O, how = options.fire): Promise<boolean> {
    try {
      await how(occurrence)
      return true
    } catch (error) {
      retryAt.set(idOf(occurrence), performance.now() + retryAfterMs)
      options.report(`the schedule ${idOf(occurrence)} could not be delivered: ${String(error)}`)
      return false
    }
  }

  /** The next to fire up to `until`. `firedHere`: recurring ones that had their first time in this stretch. */
  function next(until: Date, firedHere: ReadonlySet<string>): O | undefined {
    const due = options.dueBefore(until).filter((each) => !isWaitingToRetry(each))
    const oneTime = due.find((each) => !each.recurring)
    const stretchEnd = oneTime?.at ?? until
    const [recurring] = due
      .filter((each) => each.recurring && each.at <= stretchEnd)
      .map((each) => (firedHere.has(idOf(each)) ? lastUntil(each, stretchEnd) : each))
      .sort((a, b) => a.at.getTime() - b.at.getTime())
    return recurring !== undefined && (oneTime === undefined || recurring.at <= oneTime.at)
      ? recurring
      : oneTime
  }

  /** The end of the step in which the next message comes back, where that is before all else. */
  function releaseBefore(limit: Date, since: Date): Date | undefined {
    const release = options.nextRelease()
    if (release === undefined || release > limit) return undefined
    const stepMs = Math.max(releaseStepMs, (release.getTime() - since.getTime()) * releaseStepPart)
    return new Date(Math.min(release.getTime() + stepMs, limit.getTime()))
  }

  async function play(
    until: Date,
    steps: { beforeEach?: () => Promise<unknown>; moveTo?: (at: Date) => Promise<void> },
  ): Promise<Fired[]> {
    const fired: Fired[] = []
    const firedHere = new Set<string>()
    let since = clock.now()
    for (;;) {
      // What the one before has led to may add schedules, and take some away.
      await steps.beforeEach?.()
      const occurrence = next(until, firedHere)
      const release = steps.moveTo && releaseBefore(occurrence?.at ?? until, since)
      if (release !== undefined) {
        await steps.moveTo?.(release)
        continue
      }
      if (occurrence === undefined) return fired
      if (occurrence.recurring) firedHere.add(idOf(occurrence))
      else firedHere.clear()
      await steps.moveTo?.(occurrence.at)
      since = clock.now()
      if (!(await fire(occurrence))) continue
      fired.push({ name: occurrence.name, group: occurrence.group, at: occurrence.at.toISOString() })
    }
  }

  /** What the minute that the clock stands in has. What follows may add to it. */
  async function fireMinuteOfLanding(): Promise<Fired[]> {
    const end = new Date((Math.floor(clock.now().getTime() / minuteMs) + 1) * minuteMs)
    const fired = new Map<string, Fired>()
    for (;;) {
      const due = options.dueBefore(end).filter((each) => !each.recurring && !isWaitingToRetry(each))
      const fresh = due.filter((each) => !fired.has(idOf(each)))
      if (fresh.length === 0) return [...fired.values()]
      for (const { name, group, at } of fresh)
        fired.set(`${group}/${name}`, { name, group, at: at.toISOString() })
      for (const each of fresh) await fire(each, options.fireAhead)
      await options.settle()
    }
  }

  async function jump(target: (now: Date) => Date): Promise<Jump> {
    await clock.freeze(clock.now())
    try {
      const until = target(clock.now())
      if (until < clock.now()) throw new RangeError(`the clock is past ${until.toISOString()} already`)
      const fired = await play(until, {
        beforeEach: options.settle,
        moveTo: async (at) => {
          if (at > clock.now()) await clock.moveTo(at)
        },
      })
      await clock.moveTo(until)
      fired.push(...(await fireMinuteOfLanding()))
      await options.sweepExpired()
      await options.settle()
      await clock.release()
      // The clock runs again, and brings back what it takes only seconds to.
      return { fired, settled: await options.settle() }
    } finally {
      await clock.release()
    }
  }

  const playDue = () =>
    exclusively(async () => {
      await play(clock.now(), {})
    })

  return {
    jumpTo: (target) => exclusively(() => jump(target)),
    playDue,
    start() {
      timer = setInterval(() => {
        playDue().catch((error: unknown) => options.report(`playing the schedules failed: ${String(error)}`))
      }, tickMs)
      timer.unref()
    },
    stop: () => clearInterval(timer),
  }
}
