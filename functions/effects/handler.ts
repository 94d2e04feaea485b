import middy from '@middy/core'
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import type { PublishedEvent } from '../../shared/contracts/bus-events.ts'
import { mapConcurrent } from '../../shared/lib/concurrency.ts'
import type { Log } from '../../shared/lib/log.ts'
import type { Metrics } from '../../shared/lib/metrics.ts'
import { SECOND_MS } from '../../shared/lib/time.ts'
import { addEffects, type StreamChange } from '../../shared/usecases/effects/add-effects.ts'
import { type Effects, noEffects } from '../../shared/usecases/effects/effects.ts'
import { assignmentEvents } from '../../shared/usecases/effects/license-events.ts'
import { type DigestPorts, addToDigests } from '../../shared/usecases/effects/digests.ts'
import type { AuditEntry } from '../../shared/storage/stores/audit.ts'
import type { OrganizationStore } from '../../shared/storage/stores/organizations.ts'
import { endedStatuses } from '../../shared/rules/enumerations.ts'

export interface EffectsPorts {
  /** Converts a stream image to plain attributes. */
  readonly plain: (
    image: NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>,
  ) => Record<string, unknown>
  readonly schedule: (minutes: Effects['schedules']) => Promise<void>
  readonly append: (entries: readonly AuditEntry[]) => Promise<void>
  readonly organizations: Pick<OrganizationStore, 'get'>
  readonly publish: (events: readonly PublishedEvent[]) => Promise<void>
  readonly queueMails: (mails: Effects['mails']) => Promise<void>
  readonly digests: DigestPorts['digests']
  readonly queueMigrations: (migrations: Effects['migrations']) => Promise<void>
  readonly queueDeletions: (deletions: Effects['deletions']) => Promise<void>
  readonly queueExports: (exports: Effects['exports']) => Promise<void>
  readonly queueImports: (imports: Effects['imports']) => Promise<void>
  readonly queueSyncs: (syncs: Effects['syncs']) => Promise<void>
}

/**
 * Called by the table's stream: in order per item, at least once. A batch takes effect as a whole, or is delivered
 * again in halves, so every effect is idempotent: schedules, audit entries and digests are named after their cause,
 * mails are sent once by their worker, and events carry a stable id.
 */
export function createHandler(ports: EffectsPorts, log: Log, metrics: Metrics) {
  return middy(async ({ Records }: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> => {
    log.enter(context)
    const effects = noEffects()
    for (const record of Records) addEffects(effects, changeOf(ports, record))
    const assigned = await assignmentEvents(effects.assignments, ports.organizations)
    // In parallel: a batch spends most of its time waiting, and none of these depends on another.
    const targets = [
      () => ports.schedule(effects.schedules),
      () => ports.append(effects.audit),
      () => ports.publish([...effects.events, ...assigned]),
      () => ports.queueMigrations(effects.migrations),
      () => ports.queueDeletions(effects.deletions),
      () => ports.queueExports(effects.exports),
      () => ports.queueSyncs(effects.syncs),
      () => ports.queueImports(effects.imports),
      () => ports.queueMails(effects.mails),
      () => addToDigests(ports, effects.returned),
    ]
    await mapConcurrent(targets, targets.length, (carryOut) => carryOut())
    for (const how of endedStatuses) {
      const ended = effects.events.filter(({ type }) => type === `claim.${how}`).length
      if (ended > 0) metrics.count('ClaimsEnded', ended, { how })
    }
    log.info('effects.sent', {
      records: Records.length,
      ...Object.fromEntries(
        Object.entries(effects).flatMap(([of, { length }]) => (length > 0 ? [[of, length]] : [])),
      ),
    })
    return { batchItemFailures: [] }
  })
}

function changeOf({ plain }: EffectsPorts, { dynamodb }: DynamoDBRecord): StreamChange {
  const { OldImage, NewImage, ApproximateCreationDateTime = 0 } = dynamodb ?? {}
  return {
    before: OldImage === undefined ? undefined : plain(OldImage),
    after: NewImage === undefined ? undefined : plain(NewImage),
    at: new Date(ApproximateCreationDateTime * SECOND_MS).toISOString(),
  }
}
