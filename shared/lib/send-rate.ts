import { SECOND_MS } from './time.ts'

/**
 * A rate that many workers keep together: each takes a stretch of time for what it has to send, behind everybody else's, and
 * sends one thing at each of its instants. What they share is a single number, the instant at which the next stretch begins
 * (the theoretical arrival time of the generic cell rate algorithm); nothing is to be renewed, and idle it costs nothing.
 */
export interface Stretch {
  /** Milliseconds since 1970; not whole. */
  readonly startMs: number
  readonly intervalMs: number
  readonly count: number
}

/**
 * So late after its instant a thing may still be sent: timers fire late, and sending takes a moment of CPU. What is later
 * leaves its instant unused.
 */
export const SEND_SLACK_MS = 25

/**
 * Instants are so much closer to all of a second than the rate says: the one after a second's last would fall out of that
 * second even if the first of them were late by all of its slack, and two workers' clocks some milliseconds apart.
 */
const USED_SHARE = 0.97

/** @param perSecond 1 or more */
export const intervalMsOf = (perSecond: number): number => SECOND_MS / (perSecond * USED_SHARE)

/** Where a stretch of so many begins, and what the next one is to begin at. */
export function stretchAt(nextAtMs: number | undefined, nowMs: number, count: number, intervalMs: number) {
  const startMs = Math.max(nextAtMs ?? 0, nowMs)
  return { stretch: { startMs, intervalMs, count }, nextAtMs: startMs + count * intervalMs }
}

export interface Pacing {
  /**
   * A stretch for up to so many, that begins so much later than now or after that; or how long it is until there may be one,
   * where that is too long to wait for.
   */
  readonly reserve: (count: number, aheadMs: number) => Promise<Stretch | { readonly waitMs: number }>
  readonly nowMs: () => number
  readonly pause: (ms: number) => Promise<void>
}

/**
 * How far ahead a stretch is taken by whom the last one was over for too soon: twice as far each time, and no less than taking
 * that one took. What is further ahead leaves too little of a worker's minute.
 */
const FIRST_AHEAD_MS = 50
const MOST_AHEAD_MS = 20_000

/** What wasn't begun, because nothing may be sent for now: it is to come again after so long. */
export interface Unsent<T> {
  readonly unsent: readonly T[]
  readonly waitMs: number
}

/**
 * Sends things one after another at the instants it is given, up to `atOnce` of them under way.
 * @param send answers for how long nothing may be sent any more, where whoever takes them says so; doesn't throw
 */
export async function sendPaced<T>(
  things: readonly T[],
  atOnce: number,
  pacing: Pacing,
  send: (thing: T) => Promise<number | undefined>,
): Promise<Unsent<T>> {
  const underWay = new Set<Promise<void>>()
  let stoppedForMs: number | undefined
  let aheadMs = 0
  let next = 0
  const begin = (thing: T): void => {
    const sending = send(thing).then((waitMs) => {
      underWay.delete(sending)
      if (waitMs !== undefined) stoppedForMs = Math.max(stoppedForMs ?? 0, waitMs)
    })
    underWay.add(sending)
  }
  try {
    while (next < things.length) {
      const askedMs = pacing.nowMs()
      const granted = await pacing.reserve(things.length - next, aheadMs)
      const tookMs = pacing.nowMs() - askedMs
      if ('waitMs' in granted) return { unsent: things.slice(next), waitMs: granted.waitMs }
      const before = next
      for (let n = 0; n < granted.count && next < things.length; n++) {
        const atMs = granted.startMs + n * granted.intervalMs
        await until(atMs, pacing)
        while (underWay.size >= atOnce) await Promise.race(underWay)
        if (stoppedForMs !== undefined) return { unsent: things.slice(next), waitMs: stoppedForMs }
        if (pacing.nowMs() <= atMs + SEND_SLACK_MS) begin(things[next++] as T)
      }
      // All of it was over before it was known: calls take longer than that here.
      if (next === before) aheadMs = Math.min(Math.max(2 * aheadMs, tookMs, FIRST_AHEAD_MS), MOST_AHEAD_MS)
    }
    return { unsent: [], waitMs: 0 }
  } finally {
    await Promise.all(underWay)
  }
}

/** Long enough to be seen on a clock of milliseconds. */
const PROBE_MS = 2

/** On a clock that stands still (the local service's, while it jumps) so many a second means nothing: nobody waits there. */
async function until(atMs: number, { nowMs, pause }: Pacing): Promise<void> {
  const before = nowMs()
  if (before >= atMs) return
  await pause(Math.min(atMs - before, PROBE_MS))
  const after = nowMs()
  if (after > before && after < atMs) await pause(atMs - after)
}
