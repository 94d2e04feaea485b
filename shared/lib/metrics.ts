import { Metrics as Powertools } from '@aws-lambda-powertools/metrics'
import {
  type CountName,
  type Dimension,
  METRICS_SERVICE,
  type MetricName,
  metricNames,
  type SecondsName,
} from './metric-names.ts'

/**
 * The service's metrics. Count a whole batch with one call: each call writes a line to the log.
 *
 * ```ts
 * metrics.count('ClaimsRefused', 3, { code: 'claim_open' })
 * metrics.count('Migrations', 1)
 * metrics.seconds('MigrationLateness', 42)
 * ```
 */
export interface Metrics {
  count<N extends CountName>(name: N, value: number, ...dimension: Dimension<N>): void
  /** Several values are several samples. */
  seconds<N extends SecondsName>(
    name: N,
    values: number | readonly number[],
    ...dimension: Dimension<N>
  ): void
}

/**
 * A dimension's value must be one of our codes (`claim_open`, `delete-original`). Each value makes a metric that is
 * paid for and kept for 15 months, so anything else (an id, an address) is published as `other`.
 */
const CODE = /^[a-z]+(?:[_-][a-z]+)*$/
const NO_CODE = 'other'

/**
 * Publishes through log lines that CloudWatch parses (EMF), without any call. Each line is written at once, so a count
 * survives a later time-out or crash.
 */
export function createMetrics(): Metrics {
  const powertools = new Powertools({ serviceName: METRICS_SERVICE })
  const publish = (
    name: MetricName,
    values: number | readonly number[],
    dimension: Readonly<Record<string, string>> = {},
  ): void => {
    const isOne = typeof values === 'number'
    const line = isOne ? powertools.singleMetric() : new Powertools({ serviceName: METRICS_SERVICE })
    for (const [by, of] of Object.entries(dimension)) {
      // Alarms can't sum over a dimension, so the metric is also published without it.
      line.addDimensions({}).addDimension(by, CODE.test(of) ? of : NO_CODE)
    }
    for (const value of isOne ? [values] : values) line.addMetric(name, metricNames[name].unit, value)
    if (!isOne) line.publishStoredMetrics()
  }
  return {
    count: (name, value, ...[dimension]) => publish(name, value, dimension),
    seconds: (name, values, ...[dimension]) => publish(name, values, dimension),
  }
}
