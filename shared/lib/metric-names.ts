/** The `service` of all of them. What tells two stages apart is the namespace, `POWERTOOLS_METRICS_NAMESPACE`. */
export const METRICS_SERVICE = 'claims'

/** What a metric counts or measures in, as CloudWatch spells it. */
type Unit = 'Count' | 'Seconds'

interface Metric {
  readonly unit: Unit
  /** What it is also told apart by, beside the sum: few values that are known beforehand, never an id. */
  readonly by?: string
}

/**
 * The service's own metrics, in the business's words: nothing else is ever published, and alarms and dashboard take their
 * names from here. Each value of `by` is one metric more to pay for.
 */
export const metricNames = {
  /** Users that are claimed now, by where they were asked for: `request` or `file`. */
  ClaimsCreated: { unit: 'Count', by: 'way' },
  /** Users a claim was asked for and refused, by the code that was answered. One user may have several. */
  ClaimsRefused: { unit: 'Count', by: 'code' },
  /** Claims that are over: `completed` or `revoked`. */
  ClaimsEnded: { unit: 'Count', by: 'how' },
  /** Mails that SES took, by the mail's kind. */
  MailsSent: { unit: 'Count', by: 'kind' },
  /** Of those, the ones that left much later than what they tell of. */
  MailsLate: { unit: 'Count', by: 'kind' },
  /** Reports that came back: `bounced` or `complained`. */
  MailsReturned: { unit: 'Count', by: 'kind' },
  /** Accounts whose content has moved for good. */
  Migrations: { unit: 'Count' },
  /** From the moment that a migration was due, or decided, to the one that it was done. */
  MigrationLateness: { unit: 'Seconds' },
  /** Accounts and organizations that are gone for good. */
  Removals: { unit: 'Count', by: 'of' },
  /** Long jobs under way as the sweep sees them: `import`, `export`, `sync`, `migration`, `removal`. */
  JobsRunning: { unit: 'Count', by: 'job' },
  /** Of those, the ones that don't advance. */
  JobsStuck: { unit: 'Count', by: 'job' },
  /** Files put into the bucket that no org will see, by why: `no_organization` or `unknown_organization`. */
  FilesMisplaced: { unit: 'Count', by: 'why' },
  /** Deliveries of a queue's message that came to nothing: `unreadable`, `busy` (given back to wait) or `failed`. */
  MessagesFailed: { unit: 'Count', by: 'kind' },
  /** How long the oldest work that is due has waited, as the sweep finds it; 0 where none waits. */
  OverdueWork: { unit: 'Seconds' },
  /** 1 while the kind of work is paused, 0 while it isn't. */
  Paused: { unit: 'Count', by: 'work' },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof metricNames

type NameOf<U extends Unit> = {
  [N in MetricName]: (typeof metricNames)[N]['unit'] extends U ? N : never
}[MetricName]

/** Names of what is counted, one by one or by the batch. */
export type CountName = NameOf<'Count'>
/** Names of what is measured. */
export type SecondsName = NameOf<'Seconds'>

/** `{ code: 'claim_open' }` for a metric that is told apart by code; nothing for one that isn't told apart. */
export type Dimension<N extends MetricName> = (typeof metricNames)[N] extends {
  readonly by: infer B extends string
}
  ? readonly [{ readonly [K in B]: string }]
  : readonly []
