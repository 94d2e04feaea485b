import { dynamoDbClient, s3Client, WORKER } from '../../shared/aws/clients.ts'
import { failedMessages } from '../../shared/aws/failed-messages.ts'
import { objectWriter } from '../../shared/aws/objects.ts'
import { readEnv } from '../../shared/kit/env.ts'
import { createLog } from '../../shared/kit/log.ts'
import { createMetrics } from '../../shared/kit/metrics.ts'
import { accountStore } from '../../shared/table/accounts.ts'
import { claimStore } from '../../shared/table/claims.ts'
import { openTable } from '../../shared/table/client.ts'
import { domainStore } from '../../shared/table/domains.ts'
import { exportStore } from '../../shared/table/exports.ts'
import { organizationStore } from '../../shared/table/organizations.ts'
import { env } from './env.ts'
import { createHandler } from './handler.ts'

const { TABLE_NAME, BUCKET_NAME, CONTENT_MIGRATION_CUTOFF, QUEUE_URL, DEAD_LETTERS_URL } = readEnv(
  env,
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
