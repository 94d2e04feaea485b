/**
 * The types of the JSON between the studio's page and its server. Only types: the page runs in a browser, the server
 * in Node.js.
 */

export interface StudioLink {
  readonly text: string
  readonly href: string
  readonly about: string
}

export interface StudioAction {
  readonly id: string
  readonly title: string
  readonly about: string
}

export interface StudioState {
  /** On the service's clock. */
  readonly now: string
  readonly links: readonly StudioLink[]
  readonly actions: readonly StudioAction[]
  readonly problems: readonly string[]
}

export interface MailRow {
  readonly position: string
  readonly to: readonly string[]
  readonly from: string
  readonly subject: string
  readonly sentAt: string
  readonly deliveryStatus: 'sent' | 'bounced' | 'complained'
}

export interface MailPage {
  readonly mails: readonly MailRow[]
  readonly total: number
  /** Where the next page starts, if there is one. */
  readonly before?: string
}

export interface MailBody extends MailRow {
  readonly text: string
  readonly hasHtml: boolean
}

export interface ScheduleRow {
  readonly name: string
  readonly group: string
  readonly dueAt: string
  readonly target: string
  readonly expression: string
}

/** The earliest schedules; `total` is the number of all. */
export interface SchedulePage {
  readonly schedules: readonly ScheduleRow[]
  readonly total: number
}

export interface QueueRow {
  readonly name: string
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
  /** The queue to which its dead letters return; undefined if it isn't a dead-letter queue. */
  readonly redriveTo?: string
}

/** Changes whose effects were given up, which Lambda stored in the bucket. */
export interface GivenUpEffects {
  readonly batches: number
}

export interface EffectsPlayed {
  readonly batches: number
  readonly records: number
  /** Batches that failed again, and stay in the bucket. */
  readonly left: number
  readonly faults: readonly string[]
}

export interface DnsRow {
  readonly name: string
  readonly txt: readonly string[]
}

export interface FunctionRow {
  readonly name: string
  readonly logicalId: string
  readonly invocations: number
  readonly errors: number
  readonly processes: number
}

export interface LogRow {
  readonly sequence: number
  readonly at: string
  readonly source: string
  readonly level: string
  readonly text: string
}

/** The newest last. */
export interface LogPage {
  readonly lines: readonly LogRow[]
  readonly sources: readonly string[]
}

export interface EventRow {
  readonly id: string
  readonly time: string
  readonly source: string
  readonly detailType: string
  readonly detail: unknown
}

/** The result of a jump of the clock. */
export interface JumpAnswer {
  readonly now: string
  readonly fired: readonly unknown[]
  readonly settled: boolean
}
