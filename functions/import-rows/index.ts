import { ulid } from 'ulid'
import { dynamoDbClient, s3Client, sqsClient, WORKER } from '../../shared/aws/clients.ts'
import { failedMessages } from '../../shared/aws/failed-messages.ts'
import { objectReader } from '../../shared/aws/objects.ts'
import { sendOne } from '../../shared/aws/queues.ts'
import { functionVariables, readEnv } from '../../shared/contracts/environment.ts'
import type { ReportRequest } from '../../shared/contracts/messages/report.ts'
import { createLog } from '../../shared/lib/log.ts'
import { createMetrics } from '../../shared/lib/metrics.ts'
import { pooledRandom } from '../../shared/lib/pooled-random.ts'
import { accountStore } from '../../shared/storage/stores/accounts.ts'
import { openTable } from '../../shared/storage/client.ts'
import { domainStore } from '../../shared/storage/stores/domains.ts'
import { importStore } from '../../shared/storage/stores/imports.ts'
import { organizationStore } from '../../shared/storage/stores/organizations.ts'
import { createHandler } from './handler.ts'

const { TABLE_NAME, BUCKET_NAME, CONTENT_MIGRATION_CUTOFF, REPORT_QUEUE_URL, QUEUE_URL, DEAD_LETTERS_URL } =
  readEnv(functionVariables['import-rows'], process.env)
const table = openTable(TABLE_NAME, dynamoDbClient(WORKER))
const sqs = sqsClient(WORKER)
const accounts = accountStore(table)
const organizations = organizationStore(table)

export const handler = createHandler(
  {
    imports: importStore(table),
    read: objectReader(s3Client(WORKER), BUCKET_NAME),
    claimPorts: {
      accounts,
      organizations,
      domains: domainStore(table),
      ulid: (now) => ulid(now.getTime(), pooledRandom),
    },
    loadPorts: { accounts, organizations },
    organizations,
    migrationCutoff: CONTENT_MIGRATION_CUTOFF,
    queueReport: ({ orgId, importId }) =>
      sendOne(sqs, REPORT_QUEUE_URL, { orgId, importId } satisfies ReportRequest),
    now: () => new Date(),
  },
  createLog('import-rows'),
  createMetrics(),
  failedMessages(
    { QUEUE_URL, DEAD_LETTERS_URL },
    { metrics: createMetrics(), now: () => new Date(), chance: Math.random },
  ),
)
