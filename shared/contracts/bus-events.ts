/** `source` of every event on the bus: what rules match. */
export const EVENT_SOURCE = 'claim-service'

/** A2. `id` is stable: a consumer that has seen it may drop the repeat. Ids and states only, no personal data. */
export interface PublishedEvent {
  readonly id: string
  readonly type: string
  /** ISO 8601. */
  readonly at: string
  readonly detail: Readonly<Record<string, unknown>>
}
