import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import {
  dynamoDbClient,
  EFFECTS,
  eventBridgeClient,
  schedulerClient,
  sqsClient,
} from '../../shared/aws/clients.ts'
import { publishAll } from '../../shared/aws/events.ts'
import { sendAll } from '../../shared/aws/queues.ts'
import { dueSchedules } from '../../shared/aws/scheduler.ts'
import { continueImport } from '../../shared/contracts/messages/import.ts'
import { functionVariables, readEnv } from '../../shared/contracts/environment.ts'
import { createLog } from '../../shared/lib/log.ts'
import { createMetrics } from '../../shared/lib/metrics.ts'
import { auditStore } from '../../shared/storage/stores/audit.ts'
import { openTable } from '../../shared/storage/client.ts'
import { digestStore } from '../../shared/storage/stores/digests.ts'
import { organizationStore } from '../../shared/storage/stores/organizations.ts'
import { createHandler } from './handler.ts'

const settings = readEnv(functionVariables.effects, process.env)
const sqs = sqsClient(EFFECTS)
const eventBridge = eventBridgeClient(EFFECTS)
const table = openTable(settings.TABLE_NAME, dynamoDbClient(EFFECTS))
const now = (): Date => new Date()

export const handler = createHandler(
  {
    // The event's own `AttributeValue` type differs from the SDK's in name only.
    plain: (image) => unmarshall(image as Record<string, AttributeValue>),
    schedule: dueSchedules(
      schedulerClient(EFFECTS),
      {
        group: settings.SCHEDULE_GROUP,
        scans: { queueArn: settings.DUE_QUEUE_ARN, deadLettersArn: settings.DUE_DEAD_LETTERS_ARN },
        workers: {
          mail: { queueArn: settings.MAIL_QUEUE_ARN, deadLettersArn: settings.MAIL_DEAD_LETTERS_ARN },
          migrate: {
            queueArn: settings.MIGRATION_QUEUE_ARN,
            deadLettersArn: settings.MIGRATION_DEAD_LETTERS_ARN,
          },
        },
        roleArn: settings.SCHEDULE_ROLE_ARN,
      },
      now,
    ),
    append: auditStore(table).append,
    organizations: organizationStore(table),
    digests: digestStore(table),
    publish: (events) => publishAll(eventBridge, settings.EVENT_BUS_NAME, events),
    queueMails: (mails) =>
      sendAll(
        sqs,
        settings.MAIL_QUEUE_URL,
        mails.map((body) => ({ body, group: body.orgId })),
      ),
    queueMigrations: (migrations) =>
      sendAll(
        sqs,
        settings.MIGRATION_QUEUE_URL,
        migrations.map((body) => ({ body })),
      ),
    queueDeletions: (deletions) =>
      sendAll(
        sqs,
        settings.DELETION_QUEUE_URL,
        deletions.map((body) => ({ body })),
      ),
    queueExports: (exports) =>
      sendAll(
        sqs,
        settings.EXPORT_QUEUE_URL,
        exports.map((body) => ({ body, group: body.orgId })),
      ),
    queueImports: (imports) =>
      sendAll(
        sqs,
        settings.IMPORT_QUEUE_URL,
        imports.map((ref) => ({ body: continueImport(ref), group: ref.orgId })),
      ),
    queueSyncs: (syncs) =>
      sendAll(
        sqs,
        settings.SYNC_QUEUE_URL,
        syncs.map((body) => ({ body, group: body.orgId })),
      ),
  },
  createLog('effects'),
  createMetrics(),
)
