import { SQSClient } from '@aws-sdk/client-sqs'
import { sendOne } from '../../shared/aws/queues.ts'
import { readEnv } from '../../shared/kit/env.ts'
import { createLog } from '../../shared/kit/log.ts'
import { accountStore } from '../../shared/table/accounts.ts'
import { openTable } from '../../shared/table/client.ts'
import { conversationStore } from '../../shared/table/conversations.ts'
import { organizationStore } from '../../shared/table/organizations.ts'
import { env } from './env.ts'
import { createHandler } from './handler.ts'

const { TABLE_NAME, MIGRATION_QUEUE_URL } = readEnv(env, process.env)
const table = openTable(TABLE_NAME)
const sqs = new SQSClient({})

export const handler = createHandler(
  {
    accounts: accountStore(table),
    conversations: conversationStore(table),
    organizations: organizationStore(table),
    continueLater: (root) => sendOne(sqs, MIGRATION_QUEUE_URL, { root }),
    now: () => new Date(),
  },
  createLog('migrate'),
)
