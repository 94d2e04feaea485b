import { dynamoDbClient, EFFECTS } from '../../shared/aws/clients.ts'
import { failedMessages } from '../../shared/aws/failed-messages.ts'
import { readEnv } from '../../shared/kit/env.ts'
import { createLog } from '../../shared/kit/log.ts'
import { createMetrics } from '../../shared/kit/metrics.ts'
import { accountStore } from '../../shared/table/accounts.ts'
import { claimStore } from '../../shared/table/claims.ts'
import { openTable } from '../../shared/table/client.ts'
import { suppressionStore } from '../../shared/table/suppressions.ts'
import { env } from './env.ts'
import { createHandler } from './handler.ts'

const { TABLE_NAME, QUEUE_URL, DEAD_LETTERS_URL } = readEnv(env, process.env)
const table = openTable(TABLE_NAME, dynamoDbClient(EFFECTS))

export const handler = createHandler(
  {
    accounts: accountStore(table),
    claims: claimStore(table),
    suppressions: suppressionStore(table),
    now: () => new Date(),
  },
  createLog('feedback'),
  createMetrics(),
  failedMessages(
    { QUEUE_URL, DEAD_LETTERS_URL },
    { metrics: createMetrics(), now: () => new Date(), chance: Math.random },
  ),
)
