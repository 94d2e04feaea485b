import { Duration } from 'aws-cdk-lib'
import { type FunctionName, functions, handingOn } from '../../functions.ts'
import type { AlarmSources, AlarmSpec } from '../alarm-specs.ts'
import * as metrics from '../metrics.ts'
import { deadLetters, period } from './thresholds.ts'

/** Effects follow their cause within seconds; after this long, mails and schedules are noticeably late. */
const streamAgeMinutes = 10

/** Errors per period. A single one is retried, and leaves a dead letter if it persists; this many are an outage. */
const errors = 5

/** Each token that is refused is somebody who can't work. */
const throttledTokens = 1

/** The share of its time-out that a function may use; the rest is for days on which AWS is slow. */
const timeoutShare = 0.8

/**
 * These use all of their time and then hand on the rest, so time near the time-out is normal. `mail` does so only
 * while paused.
 */
const usesAllItsTime = (name: string): boolean => name !== 'mail' && handingOn.some((each) => each === name)

const isFunctionName = (name: string): name is FunctionName => Object.hasOwn(functions, name)

/** A function that fails or is slow, and effects that come late or never. */
export function functionAlarms({ jobs, stream }: AlarmSources): AlarmSpec[] {
  const { effects, 'pool-token': token } = jobs
  const all = Object.keys(jobs).filter(isFunctionName)
  const fails = all.flatMap((name): AlarmSpec[] => {
    const job = jobs[name]
    if (job === undefined) return []
    const { timeoutSeconds } = functions[name]
    const slow: AlarmSpec = {
      id: `${job.node.id}Duration`,
      metric: job.fn.metricDuration({ period, statistic: 'p99' }),
      threshold: timeoutSeconds * 1000 * timeoutShare,
      says: `${name} takes more than ${timeoutShare * 100} % of its ${timeoutSeconds} s.`,
      entry: 'a-function-is-near-its-time-out',
    }
    const failing: AlarmSpec = {
      id: `${job.node.id}Errors`,
      metric: job.fn.metricErrors({ period }),
      threshold: errors,
      says: `${name} crashes or times out, again and again.`,
      entry: 'a-function-fails',
    }
    return usesAllItsTime(name) ? [failing] : [failing, slow]
  })
  return [
    ...fails,
    ...(token === undefined
      ? []
      : [
          {
            id: 'TokenThrottles',
            metric: token.fn.metricThrottles({ period }),
            threshold: throttledTokens,
            says: 'Sign-ins fail: the account has no concurrency left.',
            entry: 'sign-in-tokens-are-throttled',
          } as const,
        ]),
    ...(effects === undefined
      ? []
      : [
          {
            id: 'StreamAge',
            metric: metrics.iteratorAge(effects.fn, period),
            threshold: Duration.minutes(streamAgeMinutes).toMilliseconds(),
            says: "The effects of the table's changes come late.",
            entry: 'the-stream-is-behind',
          } as const,
          {
            id: 'EffectsGivenUp',
            metric: metrics.droppedRecords(stream, period),
            threshold: deadLetters,
            says: 'What follows from changes was given up, and waits in the bucket to be told again.',
            entry: 'dead-letters',
          } as const,
        ]),
  ]
}
