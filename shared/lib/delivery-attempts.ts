import type { BusyTimes } from './errors.ts'
import type { FailureKind } from './failure-kinds.ts'
import { DAY_MS, HOUR_MS, SECOND_MS } from './time.ts'

/** What SQS tells of a message whose try has failed. */
export interface FailedTry {
  readonly kind: FailureKind
  /** How often it was received, this time included. */
  readonly receives: number
  readonly firstReceivedAt: Date
  /** Of a busy failure: what is known of how long it lasts. */
  readonly waits?: BusyTimes
}

export type Verdict =
  | { readonly next: 'set_aside' }
  | { readonly next: 'again'; readonly afterSeconds: number }

/**
 * Before the second try of a message that failed for no reason that passes, the third, and so on: five tries in five minutes.
 * A bug is seen to soon, and what was only an instant's bad luck is done within seconds.
 */
const FAILED_WAITS_SECONDS = [2, 15, 60, 200] as const

/** A wait doubles each time, up to this: after an outage of hours the work goes on within the half hour. */
const LONGEST_WAIT_SECONDS = 1_800
const FIRST_WAIT_SECONDS = 2

/** Waits are this much shorter at most, by chance: those who failed together don't all come back together. */
const JITTER = 0.5

/** What all wait for until one instant comes back over so much of the wait after it, by chance. */
const SPREAD = 0.1

/** How long throttling, outages and time-outs are sat out, where a handler doesn't say otherwise. */
export const PATIENCE_MS = 6 * HOUR_MS

/**
 * SES's daily quota, or its pause of an account, may take days: mails wait and don't die. The queue keeps them 14 days, and
 * this leaves some of those.
 */
export const MAIL_PATIENCE_MS = 10 * DAY_MS

/**
 * What becomes of a message whose try has failed. `busy` failures wait as long as the patience is; other failures are counted
 * by SQS's count of receives, so those among a row of busy ones have less than their five tries, and never more.
 * @param chance from 0 to 1
 */
export function verdictOn(
  { kind, receives, firstReceivedAt, waits = {} }: FailedTry,
  now: Date,
  chance: number,
  patienceMs: number = PATIENCE_MS,
): Verdict {
  switch (kind) {
    case 'unreadable':
      return { next: 'set_aside' }
    case 'busy': {
      if (now.getTime() - firstReceivedAt.getTime() >= patienceMs) return { next: 'set_aside' }
      const { shortestWaitSeconds = 0, longestWaitSeconds = LONGEST_WAIT_SECONDS } = waits
      const seconds = Math.min(FIRST_WAIT_SECONDS * 2 ** (receives - 1), longestWaitSeconds)
      const { afterSeconds } = again(seconds, chance)
      const shortest = Math.ceil(shortestWaitSeconds * (1 + SPREAD * chance))
      return { next: 'again', afterSeconds: Math.max(afterSeconds, shortest) }
    }
    case 'failed': {
      const seconds = FAILED_WAITS_SECONDS[receives - 1]
      return seconds === undefined ? { next: 'set_aside' } : again(seconds, chance)
    }
  }
}

const again = (seconds: number, chance: number) => ({
  next: 'again' as const,
  afterSeconds: Math.ceil(seconds * (1 - JITTER * chance)),
})

/** The most tries that the waits leave room for in so long: a queue must not give up a message before its handler does. */
export function mostTriesIn(patienceMs: number): number {
  let passedMs = 0
  let tries = 1
  for (; passedMs < patienceMs; tries++) {
    passedMs +=
      Math.min(FIRST_WAIT_SECONDS * 2 ** (tries - 1), LONGEST_WAIT_SECONDS) * (1 - JITTER) * SECOND_MS
  }
  return tries
}
