import { dynamoDbClient, s3Client, WORKER } from '../../shared/aws/clients.ts'
import { failedMessages } from '../../shared/aws/failed-messages.ts'
import { objectReader } from '../../shared/aws/objects.ts'
import { objectWriter } from '../../shared/aws/object-writer.ts'
import { functionVariables, readEnv } from '../../shared/contracts/environment.ts'
import { createLog } from '../../shared/lib/log.ts'
import { createMetrics } from '../../shared/lib/metrics.ts'
import { openTable } from '../../shared/storage/client.ts'
import { importStore } from '../../shared/storage/stores/imports.ts'
import { organizationStore } from '../../shared/storage/stores/organizations.ts'
import { createHandler } from './handler.ts'

const { TABLE_NAME, BUCKET_NAME, QUEUE_URL, DEAD_LETTERS_URL } = readEnv(
  functionVariables.report,
  process.env,
)
const s3 = s3Client(WORKER)
const table = openTable(TABLE_NAME, dynamoDbClient(WORKER))

export const handler = createHandler(
  {
    imports: importStore(table),
    organizations: organizationStore(table),
    read: objectReader(s3, BUCKET_NAME),
    write: objectWriter(s3, BUCKET_NAME),
    now: () => new Date(),
  },
  createLog('report'),
  failedMessages(
    { QUEUE_URL, DEAD_LETTERS_URL },
    { metrics: createMetrics(), now: () => new Date(), chance: Math.random },
  ),
)
