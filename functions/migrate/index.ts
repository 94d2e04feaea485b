import { dynamoDbClient, sqsClient, WORKER } from '../../shared/aws/clients.ts'
import { failedMessages } from '../../shared/aws/failed-messages.ts'
import { sendOne } from '../../shared/aws/queues.ts'
import { functionVariables, readEnv } from '../../shared/contracts/environment.ts'
import type { MigrationRequest } from '../../shared/contracts/messages/migration.ts'
import { createLog } from '../../shared/lib/log.ts'
import { createMetrics } from '../../shared/lib/metrics.ts'
import { ttlCached } from '../../shared/lib/ttl-cache.ts'
import { pauseReader } from '../../shared/usecases/pause-reader.ts'
import { accountStore } from '../../shared/storage/stores/accounts.ts'
import { openTable } from '../../shared/storage/client.ts'
import { conversationStore } from '../../shared/storage/stores/conversations.ts'
import { organizationStore } from '../../shared/storage/stores/organizations.ts'
import { pauseStore } from '../../shared/storage/stores/pauses.ts'
import { createHandler } from './handler.ts'

/** Milliseconds that an org's settings may be outdated: most messages of a batch belong to one org. */
const ORGANIZATION_KEPT_MS = 10_000

const { TABLE_NAME, MIGRATION_QUEUE_URL, QUEUE_URL, DEAD_LETTERS_URL } = readEnv(
  functionVariables.migrate,
  process.env,
)
const table = openTable(TABLE_NAME, dynamoDbClient(WORKER))
const sqs = sqsClient(WORKER)
const now = (): Date => new Date()
const metrics = createMetrics()

export const handler = createHandler(
  {
    accounts: accountStore(table),
    conversations: conversationStore(table),
    // O1: migrations of an org that is being deleted are still finished.
    organizations: { get: ttlCached(organizationStore(table).getAny, ORGANIZATION_KEPT_MS, now) },
    isPaused: pauseReader(pauseStore(table), metrics, now),
    continueLater: (claims) => sendOne(sqs, MIGRATION_QUEUE_URL, { claims } satisfies MigrationRequest),
    now,
  },
  createLog('migrate'),
  metrics,
  failedMessages({ QUEUE_URL, DEAD_LETTERS_URL }, { metrics, now, chance: Math.random }),
)
