import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { backoff } from '../lib/backoff.ts'
import { inGroupsOf } from '../lib/concurrency.ts'
import { EVENT_SOURCE, type PublishedEvent } from '../contracts/bus-events.ts'
import { Unavailable } from '../lib/unavailable.ts'

/** PutEvents' limit. */
const BATCH_LIMIT = 10
const MAX_ATTEMPTS = 5

/**
 * Publishes events in batches, retrying what the bus didn't accept.
 * @throws Unavailable when the bus repeatedly leaves events unaccepted; some may have been accepted
 */
export async function publishAll(
  client: EventBridgeClient,
  busName: string,
  events: readonly PublishedEvent[],
): Promise<void> {
  for (const batch of inGroupsOf(events, BATCH_LIMIT)) {
    let left = batch.map(({ id, type, at, detail }) => ({
      EventBusName: busName,
      Source: EVENT_SOURCE,
      DetailType: type,
      Time: new Date(at),
      Detail: JSON.stringify({ id, at, ...detail }),
    }))
    for (let attempt = 0; left.length > 0; attempt++) {
      if (attempt === MAX_ATTEMPTS)
        throw new Unavailable(`${left.length} events left unpublished after ${attempt} attempts`)
      if (attempt > 0) await backoff(attempt)
      const { Entries } = await client.send(new PutEventsCommand({ Entries: left }))
      left = left.filter((_, n) => Entries?.[n]?.ErrorCode !== undefined)
    }
  }
}
