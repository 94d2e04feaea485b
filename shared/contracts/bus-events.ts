/** The `source` of every event on the bus, by which consumers' rules match. */
export const EVENT_SOURCE = 'claim-service'

/**
 * A2: an event for the bus. `id` is stable, so consumers can drop repeats. `detail` has ids and states only, no
 * personal data.
 */
export interface PublishedEvent {
  readonly id: string
  readonly type: string
  /** ISO 8601. */
  readonly at: string
  readonly detail: Readonly<Record<string, unknown>>
}
