import { dynamoDbClient, s3Client, sqsClient, WORKER } from '../../shared/aws/clients.ts'
import { failedMessages } from '../../shared/aws/failed-messages.ts'
import { objectRemover } from '../../shared/aws/objects.ts'
import { sendOne } from '../../shared/aws/queues.ts'
import { functionVariables, readEnv } from '../../shared/contracts/environment.ts'
import { createLog } from '../../shared/lib/log.ts'
import { createMetrics } from '../../shared/lib/metrics.ts'
import { pauseReader } from '../../shared/usecases/pause-reader.ts'
import { accountStore } from '../../shared/storage/stores/accounts.ts'
import { openTable } from '../../shared/storage/client.ts'
import { conversationStore } from '../../shared/storage/stores/conversations.ts'
import { domainStore } from '../../shared/storage/stores/domains.ts'
import { organizationPartStore } from '../../shared/storage/stores/organization-parts.ts'
import { organizationStore } from '../../shared/storage/stores/organizations.ts'
import { pauseStore } from '../../shared/storage/stores/pauses.ts'
import { deletionStore } from '../../shared/storage/stores/deletions.ts'
import { suppressionStore } from '../../shared/storage/stores/suppressions.ts'
import { createHandler } from './handler.ts'

const { TABLE_NAME, BUCKET_NAME, DELETION_QUEUE_URL, QUEUE_URL, DEAD_LETTERS_URL } = readEnv(
  functionVariables.deletion,
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
    domains: domainStore(table),
    objects: objectRemover(s3Client(WORKER), BUCKET_NAME),
    organizations: organizationStore(table),
    parts: organizationPartStore(table),
    deletions: deletionStore(table),
    suppressions: suppressionStore(table),
    continueLater: (request) => sendOne(sqs, DELETION_QUEUE_URL, request),
    isPaused: pauseReader(pauseStore(table), metrics, now),
    now,
  },
  createLog('deletion'),
  metrics,
  failedMessages({ QUEUE_URL, DEAD_LETTERS_URL }, { metrics, now, chance: Math.random }),
)
