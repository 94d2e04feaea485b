import type { BusyTimes } from './errors.ts'
import type { FailureKind } from './failure-kinds.ts'
import { DAY_MS, HOUR_MS, SECOND_MS } from './time.ts'

/** What is known of a message whose delivery failed. */
export interface FailedAttempt {
  readonly kind: FailureKind
  /** How often SQS delivered it, this time included. */
  readonly receives: number
  readonly firstReceivedAt: Date
  /** For a busy failure: how long it is known to last. */
  readonly waits?: BusyTimes
}

export type RetryDecision =
  | { readonly outcome: 'set_aside' }
  | { readonly outcome: 'again'; readonly afterSeconds: number }

/**
 * Seconds before the second, third, fourth and fifth delivery of a message that failed for an unknown reason. Five
 * deliveries in five minutes reveal a bug soon, and outlive a short glitch.
 */
const FAILED_WAITS_SECONDS = [2, 15, 60, 200] as const

/** The wait doubles each time, up to this, so that work resumes within half an hour of the end of a long outage. */
const LONGEST_WAIT_SECONDS = 1_800
const FIRST_WAIT_SECONDS = 2

/** Fraction by which chance shortens a wait, so that messages that failed together don't all return together. */
const JITTER = 0.5

/** Fraction of a wait for one common instant over which chance spreads the messages that wait for it. */
const SPREAD = 0.1

/** How long throttling, outages and time-outs are retried, unless the handler says otherwise. */
export const RETRY_WINDOW_MS = 6 * HOUR_MS

/**
 * SES's daily quota, or a paused account, may last days, and mails must survive it. The queue keeps messages for 14
 * days; this leaves some of those for the dead-letter queue.
 */
export const MAIL_RETRY_WINDOW_MS = 10 * DAY_MS

/**
 * Decides whether a failed message is delivered again and when, or set aside. A `busy` failure is retried for
 * `retryWindowMs` since the first delivery; other failures are limited by SQS's receive count, which includes busy
 * deliveries, so they get at most five deliveries and sometimes fewer.
 * @param chance from 0 to 1
 */
export function decideRetry(
  { kind, receives, firstReceivedAt, waits = {} }: FailedAttempt,
  now: Date,
  chance: number,
  retryWindowMs: number = RETRY_WINDOW_MS,
): RetryDecision {
  switch (kind) {
    case 'unreadable':
      return { outcome: 'set_aside' }
    case 'busy': {
      if (now.getTime() - firstReceivedAt.getTime() >= retryWindowMs) return { outcome: 'set_aside' }
      const { shortestWaitSeconds = 0, longestWaitSeconds = LONGEST_WAIT_SECONDS } = waits
      const seconds = Math.min(FIRST_WAIT_SECONDS * 2 ** (receives - 1), longestWaitSeconds)
      const { afterSeconds } = again(seconds, chance)
      const shortest = Math.ceil(shortestWaitSeconds * (1 + SPREAD * chance))
      return { outcome: 'again', afterSeconds: Math.max(afterSeconds, shortest) }
    }
    case 'failed': {
      const seconds = FAILED_WAITS_SECONDS[receives - 1]
      return seconds === undefined ? { outcome: 'set_aside' } : again(seconds, chance)
    }
  }
}

const again = (seconds: number, chance: number) => ({
  outcome: 'again' as const,
  afterSeconds: Math.ceil(seconds * (1 - JITTER * chance)),
})

/**
 * The most deliveries that fit into `retryWindowMs`: a queue's `maxReceiveCount` must exceed it, or SQS gives up before
 * the handler does.
 */
export function maxAttemptsIn(retryWindowMs: number): number {
  let passedMs = 0
  let tries = 1
  for (; passedMs < retryWindowMs; tries++) {
    passedMs +=
      Math.min(FIRST_WAIT_SECONDS * 2 ** (tries - 1), LONGEST_WAIT_SECONDS) * (1 - JITTER) * SECOND_MS
  }
  return tries
}
