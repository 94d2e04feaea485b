import { dynamoDbClient, s3Client, sqsClient, WORKER } from '../../shared/aws/clients.ts'
import { failedMessages } from '../../shared/aws/failed-messages.ts'
import { objectReader, objectRemover } from '../../shared/aws/objects.ts'
import { objectWriter } from '../../shared/aws/object-writer.ts'
import { sendAll } from '../../shared/aws/queues.ts'
import { functionVariables, readEnv } from '../../shared/contracts/environment.ts'
import { createLog } from '../../shared/lib/log.ts'
import { createMetrics } from '../../shared/lib/metrics.ts'
import { SYNC_SIZES } from '../../shared/usecases/directory/sync-runs.ts'
import { accountStore } from '../../shared/storage/stores/accounts.ts'
import { openTable } from '../../shared/storage/client.ts'
import { organizationStore } from '../../shared/storage/stores/organizations.ts'
import { syncStore } from '../../shared/storage/stores/syncs.ts'
import { createHandler } from './handler.ts'

const { TABLE_NAME, BUCKET_NAME, SYNC_QUEUE_URL, SYNC_MAX_INACTIVE_PERCENT, QUEUE_URL, DEAD_LETTERS_URL } =
  readEnv(functionVariables.sync, process.env)
const table = openTable(TABLE_NAME, dynamoDbClient(WORKER))
const s3 = s3Client(WORKER)
const sqs = sqsClient(WORKER)
const objects = objectRemover(s3, BUCKET_NAME)

export const handler = createHandler(
  {
    syncs: syncStore(table),
    accounts: accountStore(table),
    organizations: organizationStore(table),
    read: objectReader(s3, BUCKET_NAME),
    write: objectWriter(s3, BUCKET_NAME),
    listObjects: objects.list,
    removeObject: objects.remove,
    send: (requests) =>
      sendAll(
        sqs,
        SYNC_QUEUE_URL,
        requests.map((body) => ({ body, group: body.orgId })),
      ),
    maxInactivePercent: SYNC_MAX_INACTIVE_PERCENT,
    sizes: SYNC_SIZES,
    now: () => new Date(),
  },
  createLog('sync'),
  failedMessages(
    { QUEUE_URL, DEAD_LETTERS_URL },
    { metrics: createMetrics(), now: () => new Date(), chance: Math.random },
  ),
)
