import { Duration } from 'aws-cdk-lib'
import type { AlarmSources, AlarmSpec } from '../alarm-specs.ts'
import * as metrics from '../metrics.ts'
import { period } from './thresholds.ts'

/**
 * Throttled calls per period, and the number of such periods. An on-demand table accepts twice its last peak at once,
 * so throttling for a quarter of an hour isn’t just a peak.
 */
const throttleEvents = 100
const throttledPeriods = 3

/** SES reviews an account at 5 % bounces or 0.1 % complaints, and suspends it at twice that. */
const bounceShare = 0.05
const complaintShare = 0.001
const reputationPeriod = Duration.hours(1)

/**
 * Schedules that EventBridge dropped after 24 h of retries. The sweep has made up for them, but something is wrong
 * with the queue.
 */
const droppedSchedules = 1

/** A bounce or complaint that EventBridge couldn't put on its queue. */
const lostFeedback = 1

const serverErrors = 5

/** Seconds. The platform waits for the answer at each sign-in. A single slow period may be a cold start or two. */
const latencySeconds = 3
const slowPeriods = 3

/** DynamoDB, SES, EventBridge and API Gateway, as the service meets them. */
export function awsAlarms({
  tableName,
  indexes,
  scheduleGroup,
  feedbackRule,
  api,
}: AlarmSources): AlarmSpec[] {
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
