import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import type { EventSourceMapping } from 'aws-cdk-lib/aws-lambda'
import type { Job } from '../constructs/job.ts'
import type { Queues } from '../constructs/queues.ts'
import type { FunctionName } from '../functions.ts'
import { awsAlarms } from './alarms/aws-alarms.ts'
import { functionAlarms } from './alarms/function-alarms.ts'
import { queueAlarms } from './alarms/queue-alarms.ts'
import { workAlarms } from './alarms/work-alarms.ts'
import type * as metrics from './metrics.ts'

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
