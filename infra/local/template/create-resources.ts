/** Creates the template's resources in the emulated services. Resources kept by `--data` stay as they are. */
import type { LocalDynamoDb } from '../aws/dynamodb/dynamodb.ts'
import type { EventBus } from '../aws/eventbridge/event-bus.ts'
import type { ObjectsAndQueues } from '../aws/fauxqs/objects-and-queues.ts'
import type { Schedules } from '../aws/scheduler/schedules.ts'
import type { Ses } from '../aws/ses/ses.ts'
import type { Wiring } from './wiring.ts'

export interface EmulatedParts {
  readonly dynamoDb: LocalDynamoDb
  readonly objectsAndQueues: ObjectsAndQueues
  readonly schedules: Schedules
  readonly eventBus: EventBus
  readonly ses: Ses
}

export async function makeResources(wiring: Wiring, parts: EmulatedParts): Promise<void> {
  const { dynamoDb, objectsAndQueues, schedules, eventBus, ses } = parts
  await Promise.all(wiring.tables.map((table) => dynamoDb.createTable(table.properties)))
  for (const bucket of wiring.buckets) objectsAndQueues.createBucket(bucket.name)
  for (const queue of wiring.queues) objectsAndQueues.createQueue(queue.name, queue.attributes)
  for (const name of wiring.eventBuses) eventBus.addBus(name)
  for (const name of wiring.mailIdentities) ses.addIdentity(name)
  for (const name of wiring.configurationSets) ses.addConfigurationSet(name)
  for (const { configurationSet, types } of wiring.mailEvents) ses.publishEvents(configurationSet, types)
  for (const name of wiring.scheduleGroups) schedules.createGroup(name)
  for (const schedule of wiring.schedules) schedules.putFromTemplate(schedule)
}
