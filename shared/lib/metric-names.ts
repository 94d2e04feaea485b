/** The `service` dimension of every metric. Stages are told apart by the namespace, `POWERTOOLS_METRICS_NAMESPACE`. */
export const METRICS_SERVICE = 'claims'

/** What a metric counts or measures in, as CloudWatch spells it. */
type Unit = 'Count' | 'Seconds'

interface Metric {
  readonly unit: Unit
  /** The dimension by which it is published besides the sum. Its values must be few and known beforehand, never ids. */
  readonly by?: string
}

/**
 * All metrics that the service publishes; alarms and dashboard take their names from here. Each value of a `by`
 * dimension is one more metric to pay for.
 */
export const metricNames = {
  /** Users claimed, by where the claim was asked for: `request` or `file`. */
  ClaimsCreated: { unit: 'Count', by: 'way' },
  /** Users whose claim was refused, by code. A user may have several codes. */
  ClaimsRefused: { unit: 'Count', by: 'code' },
  /** Claims that ended: `completed` or `revoked`. */
  ClaimsEnded: { unit: 'Count', by: 'how' },
  /** Mails accepted by SES, by kind. */
  MailsSent: { unit: 'Count', by: 'kind' },
  /** Mails sent much later than the event they are about. */
  MailsLate: { unit: 'Count', by: 'kind' },
  /** Feedback received: `bounced` or `complained`. */
  MailsReturned: { unit: 'Count', by: 'kind' },
  /** Completed migrations. */
  Migrations: { unit: 'Count' },
  /** From when a migration was due or decided to its completion. */
  MigrationLateness: { unit: 'Seconds' },
  /** Completed deletions: `account` or `organization`. Named as it was first published. */
  Deletions: { unit: 'Count', by: 'of' },
  /** Long jobs that the sweep found in progress: `import`, `export` or `sync`. */
  JobsRunning: { unit: 'Count', by: 'job' },
  /** Long jobs that make no progress. */
  JobsStuck: { unit: 'Count', by: 'job' },
  /** Files uploaded under no existing org: `no_organization` or `unknown_organization`. */
  FilesMisplaced: { unit: 'Count', by: 'why' },
  /** Failed deliveries: `unreadable`, `busy` (to be delivered again later) or `failed`. */
  MessagesFailed: { unit: 'Count', by: 'kind' },
  /** Age of the oldest overdue work at the time of the sweep; 0 if there is none. */
  OverdueWork: { unit: 'Seconds' },
  /** 1 while the kind of work is paused, 0 while it isn't. */
  Paused: { unit: 'Count', by: 'work' },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof metricNames

type NameOf<U extends Unit> = {
  [N in MetricName]: (typeof metricNames)[N]['unit'] extends U ? N : never
}[MetricName]

/** Metrics that are counted. */
export type CountName = NameOf<'Count'>
/** Metrics that are measured in seconds. */
export type SecondsName = NameOf<'Seconds'>

/**
 * The dimension argument of a metric: `[{ code: 'claim_open' }]` for one that has `by: 'code'`, `[]` for one without.
 */
export type Dimension<N extends MetricName> = (typeof metricNames)[N] extends {
  readonly by: infer B extends string
}
  ? readonly [{ readonly [K in B]: string }]
  : readonly []
