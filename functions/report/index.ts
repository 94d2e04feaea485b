import { dynamoDbClient, s3Client, WORKER } from '../../shared/aws/clients.ts'
import { failedMessages } from '../../shared/aws/failed-messages.ts'
import { objectReader, objectWriter } from '../../shared/aws/objects.ts'
import { readEnv } from '../../shared/kit/env.ts'
import { createLog } from '../../shared/kit/log.ts'
import { createMetrics } from '../../shared/kit/metrics.ts'
import { openTable } from '../../shared/table/client.ts'
import { importStore } from '../../shared/table/imports.ts'
import { organizationStore } from '../../shared/table/organizations.ts'
import { env } from './env.ts'
import { createHandler } from './handler.ts'

const { TABLE_NAME, BUCKET_NAME, QUEUE_URL, DEAD_LETTERS_URL } = readEnv(env, process.env)
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
