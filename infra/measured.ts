import type { Duration } from 'aws-cdk-lib'
import { MathExpression, Metric, Unit } from 'aws-cdk-lib/aws-cloudwatch'
import type { EventSourceMapping, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { METRICS_SERVICE, type MetricName } from '../shared/lib/metric-names.ts'

/** What an alarm can be made of. */
export type Alarming = Metric | MathExpression

/** One of the service's own metrics; without a dimension: the sum over its values. */
export const own = (
  namespace: string,
  metricName: MetricName,
  period: Duration,
  statistic: string,
  dimension: Readonly<Record<string, string>> = {},
): Metric =>
  new Metric({
    namespace,
    metricName,
    period,
    statistic,
    dimensionsMap: { service: METRICS_SERVICE, ...dimension },
  })

export const iteratorAge = (fn: LambdaFunction, period: Duration): Metric =>
  fn.metric('IteratorAge', { period, statistic: 'Maximum', unit: Unit.MILLISECONDS })

/** Records of a stream that Lambda gave up, by the metrics that its event source has asked for (`EventCount`). */
export const droppedRecords = (source: EventSourceMapping, period: Duration): Metric =>
  new Metric({
    namespace: 'AWS/Lambda',
    metricName: 'DroppedEventCount',
    period,
    statistic: 'Sum',
    dimensionsMap: { EventSourceMappingUUID: source.eventSourceMappingId },
  })

/** Reads and writes of the table, or of one of its indexes, that DynamoDB throttled. */
export function throttles(tableName: string, index: string | undefined, period: Duration): MathExpression {
  const of = (metricName: string): Metric =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      period,
      statistic: 'Sum',
      dimensionsMap: {
        TableName: tableName,
        ...(index !== undefined && { GlobalSecondaryIndexName: index }),
      },
    })
  // Unique on a dashboard, where all of them are in one graph.
  const [reads, writes] = [`reads_${index ?? 'table'}`, `writes_${index ?? 'table'}`]
  return new MathExpression({
    // A metric without data is none, and would make none of the sum.
    expression: `FILL(${reads}, 0) + FILL(${writes}, 0)`,
    usingMetrics: { [reads]: of('ReadThrottleEvents'), [writes]: of('WriteThrottleEvents') },
    label: `Throttled: ${index ?? 'table'}`,
    period,
  })
}

/** Of the whole account, which is what SES judges. */
export const reputation = (rate: 'BounceRate' | 'ComplaintRate', period: Duration): Metric =>
  new Metric({ namespace: 'AWS/SES', metricName: `Reputation.${rate}`, period, statistic: 'Maximum' })

export const droppedSchedules = (group: string, period: Duration): Metric =>
  new Metric({
    namespace: 'AWS/Scheduler',
    metricName: 'InvocationDroppedCount',
    period,
    statistic: 'Sum',
    dimensionsMap: { ScheduleGroup: group },
  })

export const failedDeliveries = (rule: string, period: Duration): Metric =>
  new Metric({
    namespace: 'AWS/Events',
    metricName: 'FailedInvocations',
    period,
    statistic: 'Sum',
    dimensionsMap: { RuleName: rule },
  })
