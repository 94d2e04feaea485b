import { dynamoDbClient, s3Client, WORKER } from '../../shared/aws/clients.ts'
import { failedMessages } from '../../shared/aws/failed-messages.ts'
import { objectWriter } from '../../shared/aws/object-writer.ts'
import { functionVariables, readEnv } from '../../shared/contracts/environment.ts'
import { createLog } from '../../shared/lib/log.ts'
import { createMetrics } from '../../shared/lib/metrics.ts'
import { accountStore } from '../../shared/storage/stores/accounts.ts'
import { claimStore } from '../../shared/storage/stores/claims.ts'
import { openTable } from '../../shared/storage/client.ts'
import { domainStore } from '../../shared/storage/stores/domains.ts'
import { exportStore } from '../../shared/storage/stores/exports.ts'
import { organizationStore } from '../../shared/storage/stores/organizations.ts'
import { createHandler } from './handler.ts'

const { TABLE_NAME, BUCKET_NAME, CONTENT_MIGRATION_CUTOFF, QUEUE_URL, DEAD_LETTERS_URL } = readEnv(
  functionVariables.export,
  process.env,
)
const table = openTable(TABLE_NAME, dynamoDbClient(WORKER))

export const handler = createHandler(
  {
    accounts: accountStore(table),
    claims: claimStore(table),
    domains: domainStore(table),
    exports: exportStore(table),
    organizations: organizationStore(table),
    write: objectWriter(s3Client(WORKER), BUCKET_NAME),
    migrationCutoff: CONTENT_MIGRATION_CUTOFF,
    now: () => new Date(),
  },
  createLog('export'),
  failedMessages(
    { QUEUE_URL, DEAD_LETTERS_URL },
    { metrics: createMetrics(), now: () => new Date(), chance: Math.random },
  ),
)
