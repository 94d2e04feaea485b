import { Duration } from 'aws-cdk-lib'
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import type { EventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { pausableWork } from '../../shared/contracts/pausable-work.ts'
import { type FunctionName, functions, handingOn } from '../functions.ts'
import type { Job } from '../constructs/job.ts'
import * as metrics from './metrics.ts'
import type { Queues } from '../constructs/queues.ts'

/**
 * The usual period: CloudWatch's metrics of SQS, Lambda and DynamoDB come every minute, and a single minute says
 * little.
 */
const period = Duration.minutes(5)

/** The sweep runs and measures once in this period. */
const sweepPeriod = Duration.minutes(15)

/**
 * Minutes after which a waiting message is noticed. Jobs that take minutes: an hour means an outage or lasting
 * throttling. Mails and uploads: somebody is waiting for them. Deletions: nobody is.
 */
const queueAgeMinutes = {
  imports: 15,
  importRows: 60,
  reports: 60,
  mails: 60,
  due: 15,
  migrations: 60,
  exports: 60,
  feedback: 60,
  syncs: 60,
  deletions: 360,
} as const satisfies Record<WorkQueue, number>

type WorkQueue = { [K in keyof Queues]: Queues[K] extends Queue ? K : never }[keyof Queues]

/** Each dead letter is a row, a mail or a migration that nothing else will finish. */
const deadLetters = 1

/** Effects follow their cause within seconds; after this long, mails and schedules are noticeably late. */
const streamAgeMinutes = 10

/** Four sweeps: work that they haven't finished isn't merely late. */
const overdueSeconds = 3600

/** One of an hour's four sweeps may be lost. */
const sweepsAnHour = 1

/** A single error is retried, and leaves a dead letter if it stays; this many in one period are an outage. */
const errors = 5

/** Each token that is refused is somebody who can't work. */
const throttledTokens = 1

/** The share of its time-out that a function may use; the rest is for days on which AWS is slow. */
const timeoutShare = 0.8

/** An on-demand table takes twice its last peak at once; throttling for a quarter of an hour isn't a peak. */
const throttleEvents = 100
const throttledPeriods = 3

/** SES reviews an account at 5 % bounces or 0.1 % complaints, and suspends it at twice that. */
const bounceShare = 0.05
const complaintShare = 0.001
const reputationPeriod = Duration.hours(1)

/** A schedule dropped after 24 h of retries: the sweep made up for it, but something is wrong with the queue. */
const droppedSchedules = 1

const serverErrors = 5

/** Seconds. The platform waits for the answer at each sign-in. A single slow period may be a cold start or two. */
const latencySeconds = 3
const slowPeriods = 3

/** Failed tries per period; transient failures pass by themselves. */
const failedMessages = 20
const failingPeriods = 3

const stuckJobs = 1
const lostFeedback = 1
/** Somebody is waiting for an import that will never begin. */
const misplacedFiles = 1

export interface AlarmSources {
  readonly namespace: string
  readonly queues: Queues
  readonly jobs: Readonly<Partial<Record<FunctionName, Job>>>
  /** The event source of `effects`. */
  readonly stream: EventSourceMapping
  readonly tableName: string
  readonly indexes: readonly string[]
  readonly scheduleGroup: string
  readonly feedbackRule: string
  readonly api: HttpApi
}

/** The anchors of `docs/runbook.md`. */
export type RunbookEntry =
  | 'a-queue-is-old'
  | 'dead-letters'
  | 'the-stream-is-behind'
  | 'due-work-is-late'
  | 'the-sweep-does-not-run'
  | 'a-function-fails'
  | 'a-function-is-near-its-time-out'
  | 'sign-in-tokens-are-throttled'
  | 'the-table-is-throttled'
  | 'mails-bounce'
  | 'mails-are-complained-of'
  | 'bounces-are-lost'
  | 'schedules-are-dropped'
  | 'the-api-fails'
  | 'the-api-is-slow'
  | 'a-job-is-stuck'
  | 'messages-fail'
  | 'files-are-misplaced'
  | 'work-is-paused'

export interface AlarmSpec {
  readonly id: string
  readonly metric: metrics.AlarmMetric
  readonly threshold: number
  /** The text for whoever the alarm wakes up. */
  readonly says: string
  readonly entry: RunbookEntry
  /** Number of periods to evaluate; all of them must breach the threshold. */
  readonly periods?: number
  readonly atLeast?: number
  /** Alarms below the threshold instead, and if there is no data. */
  readonly below?: boolean
}

/** Every alarm of the service. Each is about a symptom and not a cause. */
export function alarmSpecs(sources: AlarmSources): readonly AlarmSpec[] {
  return [...queueAlarms(sources), ...functionAlarms(sources), ...awsAlarms(sources), ...workAlarms(sources)]
}

const isWorkQueue = (name: string): name is WorkQueue => Object.hasOwn(queueAgeMinutes, name)

function queueAlarms({ queues }: AlarmSources): AlarmSpec[] {
  const ages = Object.keys(queueAgeMinutes)
    .filter(isWorkQueue)
    .map((name): AlarmSpec => {
      const queue: Queue = queues[name]
      const minutes = queueAgeMinutes[name]
      return {
        id: `${queue.node.id}Age`,
        metric: queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
        threshold: minutes * 60,
        says: `A message has waited for ${minutes} minutes.`,
        entry: 'a-queue-is-old',
      }
    })
  const dead = queues.allDeadLetters.map(
    (queue): AlarmSpec => ({
      id: `${queue.node.id}Depth`,
      metric: queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      threshold: deadLetters,
      says: 'Messages were given up on.',
      entry: 'dead-letters',
    }),
  )
  return [...ages, ...dead]
}

/**
 * These use all of their time and then hand on the rest, so time near the time-out is normal. `mail` does so only
 * while paused.
 */
const usesAllItsTime = (name: string): boolean => name !== 'mail' && handingOn.some((each) => each === name)

const isFunctionName = (name: string): name is FunctionName => Object.hasOwn(functions, name)

function functionAlarms({ jobs, stream }: AlarmSources): AlarmSpec[] {
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

function awsAlarms({ tableName, indexes, scheduleGroup, feedbackRule, api }: AlarmSources): AlarmSpec[] {
  const throttled = [undefined, ...indexes].map(
    (index): AlarmSpec => ({
      id: `${index ?? 'table'}Throttled`,
      metric: metrics.throttles(tableName, index, period),
      threshold: throttleEvents,
      periods: throttledPeriods,
      says: `DynamoDB throttles ${index === undefined ? 'the table' : `the index ${index}`}.`,
      entry: 'the-table-is-throttled',
    }),
  )
  return [
    ...throttled,
    {
      id: 'BounceRate',
      metric: metrics.reputation('BounceRate', reputationPeriod),
      threshold: bounceShare,
      says: 'Too many mails bounce: SES may stop the account.',
      entry: 'mails-bounce',
    },
    {
      id: 'ComplaintRate',
      metric: metrics.reputation('ComplaintRate', reputationPeriod),
      threshold: complaintShare,
      says: 'Too many mails are complained of: SES may stop the account.',
      entry: 'mails-are-complained-of',
    },
    {
      id: 'FeedbackLost',
      metric: metrics.failedDeliveries(feedbackRule, period),
      threshold: lostFeedback,
      says: "SES's bounces and complaints don't arrive.",
      entry: 'bounces-are-lost',
    },
    {
      id: 'SchedulesDropped',
      metric: metrics.droppedSchedules(scheduleGroup, period),
      threshold: droppedSchedules,
      says: 'EventBridge Scheduler gave up on a schedule.',
      entry: 'schedules-are-dropped',
    },
    {
      id: 'ApiServerErrors',
      metric: api.metricServerError({ period, statistic: 'Sum' }),
      threshold: serverErrors,
      says: 'The API answers 5xx.',
      entry: 'the-api-fails',
    },
    {
      id: 'ApiLatency',
      metric: api.metricLatency({ period, statistic: 'p99' }),
      threshold: latencySeconds * 1000,
      periods: slowPeriods,
      says: `One request in a hundred takes more than ${latencySeconds} s.`,
      entry: 'the-api-is-slow',
    },
  ]
}

function workAlarms({ namespace }: AlarmSources): AlarmSpec[] {
  const paused = pausableWork.map(
    (work): AlarmSpec => ({
      id: `Paused-${work}`,
      metric: metrics.own(namespace, 'Paused', sweepPeriod, 'Maximum', { work }),
      threshold: 1,
      // The sweep's data point may fall on either side of a period's edge.
      periods: 2,
      atLeast: 1,
      says: `Somebody has paused: ${work}.`,
      entry: 'work-is-paused',
    }),
  )
  return [
    ...paused,
    {
      id: 'OverdueWork',
      metric: metrics.own(namespace, 'OverdueWork', sweepPeriod, 'Maximum'),
      threshold: overdueSeconds,
      says: 'Migrations, reminders or deletions are an hour late.',
      entry: 'due-work-is-late',
    },
    {
      id: 'SweepMissing',
      metric: metrics.own(namespace, 'OverdueWork', Duration.hours(1), 'SampleCount'),
      threshold: sweepsAnHour,
      below: true,
      says: 'The sweep has not run for an hour.',
      entry: 'the-sweep-does-not-run',
    },
    {
      id: 'JobsStuck',
      metric: metrics.own(namespace, 'JobsStuck', sweepPeriod, 'Maximum'),
      threshold: stuckJobs,
      says: "An import, export, sync, migration or deletion doesn't advance.",
      entry: 'a-job-is-stuck',
    },
    {
      id: 'MessagesFailed',
      metric: metrics.own(namespace, 'MessagesFailed', period, 'Sum'),
      threshold: failedMessages,
      periods: failingPeriods,
      says: 'Messages fail, again and again.',
      entry: 'messages-fail',
    },
    {
      id: 'FilesMisplaced',
      metric: metrics.own(namespace, 'FilesMisplaced', period, 'Sum'),
      threshold: misplacedFiles,
      says: 'A file was put into the bucket that no organization will see.',
      entry: 'files-are-misplaced',
    },
  ]
}
