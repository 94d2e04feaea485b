/**
 * Fires the schedules: as time passes, and all at once when the clock jumps.
 *
 * A jump stops the clock, goes from one due schedule to the next in order of time, fires each at its own time, and
 * waits until everything that follows is done. So each schedule finds what it would have found if the days had
 * passed. Messages that wait for their visibility time-out take their turn among the schedules.
 *
 * A jump seldom ends at the end of a minute, but schedules that are exact to the minute are set to that time. So the
 * one-time schedules of the minute in which the jump ends are fired too, ahead of their time. They stay due and fire
 * again at their time; handlers only take what is due by now. (Schedules that are exact to the hour, such as
 * reminders, fire at the hour's end.)
 *
 * A recurring schedule fires less often than it would have: 14 days have 1,344 quarters of an hour. Between two
 * one-time schedules (or the jump's start and end) it fires only at its first and its last time, since the runs
 * between would find the same state as the first.
 */
import type { VirtualClock } from './clock.ts'
import type { Settled } from './settle.ts'

/** The next time of a schedule. */
export interface Occurrence {
  readonly group: string
  readonly name: string
  readonly at: Date
  readonly recurring: boolean
  /** The interval of a recurring schedule, if it is constant. */
  readonly everyMs?: number
}

export interface TimelineOptions<O extends Occurrence> {
  readonly clock: VirtualClock
  /** One-time schedules that haven't fired, and the next time of each recurring one, up to `until`; in order. */
  readonly dueBefore: (until: Date) => readonly O[]
  /** The time may be later than the recurring schedule's next one: the times between are skipped. */
  readonly fire: (occurrence: O) => Promise<void>
  /** Delivers like `fire`, but the schedule stays due. */
  readonly fireAhead: (occurrence: O) => Promise<void>
  readonly settle: () => Promise<Settled>
  /** When the next failed or delayed message returns to its queue. */
  readonly nextRelease: () => Date | undefined
  /** Deletes everything that has expired by now. */
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
  /** Resolves when everything up to the target has happened. Rejects with a RangeError if that time has passed. */
  jumpTo(target: (now: Date) => Date): Promise<Jump>
  /** Resolves when everything that is due by now has been fired. */
  playDue(): Promise<void>
  /** Starts to fire schedules as real time passes. */
  start(): void
  stop(): void
}

const tickMs = 250
const minuteMs = 60_000

/**
 * In a jump, messages that return within this time of each other are delivered in one step. The step grows with the
 * time since the last schedule, so that a message that fails every minute isn't delivered 20,000 times in 14 days.
 */
const releaseStepMs = 5_000
const releaseStepPart = 1 / 10

/** How long (real time) a schedule that couldn't be delivered is skipped, so that it doesn't hold up the others. */
const retryAfterMs = 30_000

const idOf = ({ group, name }: Occurrence): string => `${group}/${name}`

/** The last time of a recurring schedule that isn't later than `until`, if its interval is constant. */
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

  /** Runs one jump or tick after another. */
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

  /**
   * The next occurrence to fire up to `until`.
   * @param firedHere recurring schedules that have fired since the last one-time schedule
   */
  function next(until: Date, firedHere: ReadonlySet<string>): O | undefined {
    const due = options.dueBefore(until).filter((each) => !isWaitingToRetry(each))
    const oneTime = due.find((each) => !each.recurring)
    const periodEnd = oneTime?.at ?? until
    const [recurring] = due
      .filter((each) => each.recurring && each.at <= periodEnd)
      .map((each) => (firedHere.has(idOf(each)) ? lastUntil(each, periodEnd) : each))
      .sort((a, b) => a.at.getTime() - b.at.getTime())
    return recurring !== undefined && (oneTime === undefined || recurring.at <= oneTime.at)
      ? recurring
      : oneTime
  }

  /** The end of the step in which the next message returns; undefined if something else comes first. */
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
      // What the previous one led to may have added or removed schedules.
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

  /** Fires the schedules of the minute in which the clock stands, including those that are added meanwhile. */
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
      // The clock runs again, and releases messages that return within seconds.
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
