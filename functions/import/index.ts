import { dynamoDbClient, s3Client, sqsClient, WORKER } from '../../shared/aws/clients.ts'
import { failedMessages } from '../../shared/aws/failed-messages.ts'
import { objectReader } from '../../shared/aws/objects.ts'
import { sendAll, sendOne } from '../../shared/aws/queues.ts'
import { continueImport } from '../../shared/contracts/messages/import.ts'
import { functionVariables, readEnv } from '../../shared/contracts/environment.ts'
import type { ReportRequest } from '../../shared/contracts/messages/report.ts'
import { createLog } from '../../shared/lib/log.ts'
import { createMetrics } from '../../shared/lib/metrics.ts'
import { openTable } from '../../shared/storage/client.ts'
import { importStore } from '../../shared/storage/stores/imports.ts'
import { organizationStore } from '../../shared/storage/stores/organizations.ts'
import { createHandler } from './handler.ts'

const {
  TABLE_NAME,
  BUCKET_NAME,
  IMPORT_QUEUE_URL,
  IMPORT_ROWS_QUEUE_URL,
  REPORT_QUEUE_URL,
  QUEUE_URL,
  DEAD_LETTERS_URL,
} = readEnv(functionVariables.import, process.env)
const table = openTable(TABLE_NAME, dynamoDbClient(WORKER))
const sqs = sqsClient(WORKER)

export const handler = createHandler(
  {
    imports: importStore(table),
    organizations: organizationStore(table),
    read: objectReader(s3Client(WORKER), BUCKET_NAME),
    sendChunks: (chunks) =>
      sendAll(
        sqs,
        IMPORT_ROWS_QUEUE_URL,
        chunks.map((body) => ({ body, group: body.orgId })),
      ),
    continueLater: (ref) => sendOne(sqs, IMPORT_QUEUE_URL, continueImport(ref)),
    queueReport: ({ orgId, importId }) =>
      sendOne(sqs, REPORT_QUEUE_URL, { orgId, importId } satisfies ReportRequest),
    now: () => new Date(),
  },
  createLog('import'),
  failedMessages(
    { QUEUE_URL, DEAD_LETTERS_URL },
    { metrics: createMetrics(), now: () => new Date(), chance: Math.random },
  ),
)
