import { type MetricName, metricNames } from '../../shared/lib/metric-names.ts'
import type { Metrics } from '../../shared/lib/metrics.ts'

export interface Measured {
  readonly name: MetricName
  readonly value: number
  /** The value of the metric's dimension, if it has one. */
  readonly of?: string
}

/** Records what was published. */
export function fakeMetrics() {
  const measured: Measured[] = []
  const keep = (name: MetricName, value: number, dimension: Readonly<Record<string, string>> = {}): void => {
    const [of] = Object.values(dimension)
    measured.push({ name, value, ...(of !== undefined && { of }) })
  }
  const metrics: Metrics = {
    count: (name, value, ...[dimension]) => keep(name, value, dimension),
    seconds: (name, values, ...[dimension]) => {
      for (const value of [values].flat()) keep(name, value, dimension)
    },
  }
  return {
    ...metrics,
    measured: measured as readonly Measured[],
    /** The sum of a metric, or of one value of its dimension. */
    total: (name: MetricName, of?: string): number =>
      measured
        .filter((each) => each.name === name && (of === undefined || each.of === of))
        .reduce((sum, { value }) => sum + value, 0),
    /** The names of the metrics that were published, in the catalogue's order. */
    names: (): readonly string[] =>
      Object.keys(metricNames).filter((name) => measured.some((each) => each.name === name)),
  }
}
