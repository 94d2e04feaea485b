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
  seconds<N extends SecondsName>(name: N, value: number, ...dimension: Dimension<N>): void
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
    value: number,
    dimension: Readonly<Record<string, string>> = {},
  ): void => {
    const single = powertools.singleMetric()
    for (const [by, of] of Object.entries(dimension)) {
      // Alarms can't add up: beside each value's metric there is that of their sum.
      single.addDimensions({}).addDimension(by, CODE.test(of) ? of : NO_CODE)
    }
    single.addMetric(name, metricNames[name].unit, value)
  }
  return {
    count: (name, value, ...[dimension]) => publish(name, value, dimension),
    seconds: (name, value, ...[dimension]) => publish(name, value, dimension),
  }
}
