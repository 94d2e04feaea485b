import { dynamoDbClient, EFFECTS } from '../../shared/aws/clients.ts'
import { failedMessages } from '../../shared/aws/failed-messages.ts'
import { functionVariables, readEnv } from '../../shared/contracts/environment.ts'
import { createLog } from '../../shared/lib/log.ts'
import { createMetrics } from '../../shared/lib/metrics.ts'
import { accountStore } from '../../shared/storage/stores/accounts.ts'
import { claimStore } from '../../shared/storage/stores/claims.ts'
import { openTable } from '../../shared/storage/client.ts'
import { suppressionStore } from '../../shared/storage/stores/suppressions.ts'
import { createHandler } from './handler.ts'

const { TABLE_NAME, QUEUE_URL, DEAD_LETTERS_URL } = readEnv(functionVariables.feedback, process.env)
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
