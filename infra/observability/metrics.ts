import type { Duration } from 'aws-cdk-lib'
import { MathExpression, Metric, Unit } from 'aws-cdk-lib/aws-cloudwatch'
import type { EventSourceMapping, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { METRICS_SERVICE, type MetricName } from '../../shared/lib/metric-names.ts'

/** What an alarm can watch. */
export type AlarmMetric = Metric | MathExpression

/** A metric of the service; without a dimension, the sum over all values. */
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

/** Stream records that Lambda gave up on, from the metrics enabled on its event source (`EventCount`). */
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
  // Ids must be unique on a dashboard, which has them all in one graph.
  const [reads, writes] = [`reads_${index ?? 'table'}`, `writes_${index ?? 'table'}`]
  return new MathExpression({
    // Without FILL, a metric that has no data would make the sum have none.
    expression: `FILL(${reads}, 0) + FILL(${writes}, 0)`,
    usingMetrics: { [reads]: of('ReadThrottleEvents'), [writes]: of('WriteThrottleEvents') },
    label: `Throttled: ${index ?? 'table'}`,
    period,
  })
}

/** Reputation of the whole account, by which SES reviews and suspends it. */
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
