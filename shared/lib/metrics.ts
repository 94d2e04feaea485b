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
 * The service's metrics. Count a batch with one call and not with one an item: each call is a line in the log.
 *
 * ```ts
 * metrics.count('ClaimsRefused', 3, { code: 'claim_open' })
 * metrics.count('Migrations', 1)
 * metrics.seconds('MigrationLateness', 42)
 * ```
 */
export interface Metrics {
  count<N extends CountName>(name: N, value: number, ...dimension: Dimension<N>): void
  /** Of several, each counts for itself. */
  seconds<N extends SecondsName>(
    name: N,
    values: number | readonly number[],
    ...dimension: Dimension<N>
  ): void
}

/**
 * What a dimension's value may look like: a code of ours (`claim_open`, `delete-original`). Each value makes a metric that is
 * paid for and kept for 15 months, so whatever isn't a code (an id, an address) is published as `other`.
 */
const CODE = /^[a-z]+(?:[_-][a-z]+)*$/
const NO_CODE = 'other'

/**
 * Publishes by lines in the log that CloudWatch reads metrics from (EMF): nothing to call, nothing to wait for. Each is
 * written at once, so that what was counted before a time-out or a crash counts.
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
      // Alarms can't add up: beside each value's metric there is that of their sum.
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
