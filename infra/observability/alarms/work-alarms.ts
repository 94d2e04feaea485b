import { Duration } from 'aws-cdk-lib'
import { pausableWork } from '../../../shared/contracts/pausable-work.ts'
import type { AlarmSources, AlarmSpec } from '../alarm-specs.ts'
import * as metrics from '../metrics.ts'
import { period } from './thresholds.ts'

/** The sweep runs and measures once in this period. */
const sweepPeriod = Duration.minutes(15)

/** Four sweeps. Work that isn't done after those isn't merely late. */
const overdueSeconds = 3600

/** The least number of sweeps an hour. There should be four. */
const sweepsAnHour = 1

/** Failed tries per period; transient failures pass by themselves. */
const failedMessages = 20
const failingPeriods = 3

const stuckJobs = 1
/** Somebody is waiting for an import that will never begin. */
const misplacedFiles = 1

/** Work that is late, stuck, failing or paused, by the metrics that the service writes itself. */
export function workAlarms({ namespace }: AlarmSources): AlarmSpec[] {
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
      says: "An import, export or sync doesn't advance.",
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
