import { SECOND_MS } from './time.ts'

/**
 * A rate that many workers keep together. Each reserves a stretch of time for what it has to send, after all earlier
 * stretches, and sends one item at each of its instants. They share a single number, the instant at which the next
 * stretch begins (the theoretical arrival time of the generic cell rate algorithm), which costs nothing while idle.
 */
export interface SendSlots {
  /** Milliseconds since 1970; not whole. */
  readonly startMs: number
  readonly intervalMs: number
  readonly count: number
}

/**
 * Milliseconds by which an item may leave after its instant, since timers fire late and sending takes CPU. An item
 * later than that waits for another instant.
 */
export const SEND_SLACK_MS = 25

/**
 * Share of a second that a second's items take up. The rest absorbs the slack of the first item and a difference of
 * some milliseconds between two workers' clocks, so that no second sees more items than the rate.
 */
const USED_SHARE = 0.97

/** @param perSecond 1 or more */
export const intervalMsOf = (perSecond: number): number => SECOND_MS / (perSecond * USED_SHARE)

/** Reserves a stretch for `count` items, and says where the next stretch begins. */
export function reserveSlots(nextAtMs: number | undefined, nowMs: number, count: number, intervalMs: number) {
  const startMs = Math.max(nextAtMs ?? 0, nowMs)
  return { slots: { startMs, intervalMs, count }, nextAtMs: startMs + count * intervalMs }
}

export type Reserved =
  | { readonly outcome: 'reserved'; readonly slots: SendSlots }
  /** The next free stretch is too far away. */
  | { readonly outcome: 'full'; readonly waitMs: number }

export interface Pacing {
  /**
   * Reserves a stretch for at most `count` items that begins no earlier than `aheadMs` from now; or answers how long to
   * wait where the next free stretch is too far away.
   */
  readonly reserve: (count: number, aheadMs: number) => Promise<Reserved>
  readonly nowMs: () => number
  readonly pause: (ms: number) => Promise<void>
}

/**
 * How far ahead a worker reserves after a stretch had passed before its reservation was answered: twice as far each
 * time, and at least as far as that reservation took. More than the maximum would leave too little of a worker's
 * minute.
 */
const FIRST_AHEAD_MS = 50
const MOST_AHEAD_MS = 20_000

/** Items that weren't started, and how long nothing may be sent. */
export interface Unsent<T> {
  readonly unsent: readonly T[]
  readonly waitMs: number
}

/**
 * Sends items one after another at the reserved instants, with up to `atOnce` in flight.
 * @param send answers how long nothing may be sent any more, where the receiver said so; must not throw
 */
export async function sendPaced<T>(
  items: readonly T[],
  atOnce: number,
  pacing: Pacing,
  send: (item: T) => Promise<number | undefined>,
): Promise<Unsent<T>> {
  const underWay = new Set<Promise<void>>()
  let stoppedForMs: number | undefined
  let aheadMs = 0
  let next = 0
  const begin = (item: T): void => {
    const sending = send(item).then((waitMs) => {
      underWay.delete(sending)
      if (waitMs !== undefined) stoppedForMs = Math.max(stoppedForMs ?? 0, waitMs)
    })
    underWay.add(sending)
  }
  try {
    while (next < items.length) {
      const askedMs = pacing.nowMs()
      const granted = await pacing.reserve(items.length - next, aheadMs)
      const tookMs = pacing.nowMs() - askedMs
      if (granted.outcome === 'full') return { unsent: items.slice(next), waitMs: granted.waitMs }
      const { startMs, intervalMs, count } = granted.slots
      const before = next
      for (let n = 0; n < count && next < items.length; n++) {
        const atMs = startMs + n * intervalMs
        await until(atMs, pacing)
        while (underWay.size >= atOnce) await Promise.race(underWay)
        if (stoppedForMs !== undefined) return { unsent: items.slice(next), waitMs: stoppedForMs }
        if (pacing.nowMs() <= atMs + SEND_SLACK_MS) begin(items[next++] as T)
      }
      // The whole stretch passed before the reservation was answered: calls take longer than that here.
      if (next === before) aheadMs = Math.min(Math.max(2 * aheadMs, tookMs, FIRST_AHEAD_MS), MOST_AHEAD_MS)
    }
    return { unsent: [], waitMs: 0 }
  } finally {
    await Promise.all(underWay)
  }
}

/** Milliseconds; long enough to see a running clock advance. */
const PROBE_MS = 2

/**
 * Waits until `atMs`. On a clock that stands still (the local service's, while it jumps) a rate means nothing, so it
 * doesn't wait there.
 */
async function until(atMs: number, { nowMs, pause }: Pacing): Promise<void> {
  const before = nowMs()
  if (before >= atMs) return
  await pause(Math.min(atMs - before, PROBE_MS))
  const after = nowMs()
  if (after > before && after < atMs) await pause(atMs - after)
}
