import { SQSClient } from '@aws-sdk/client-sqs'
import { sendOne } from '../../shared/aws/queues.ts'
import { readEnv } from '../../shared/kit/env.ts'
import { createLog } from '../../shared/kit/log.ts'
import { accountStore } from '../../shared/table/accounts.ts'
import { openTable } from '../../shared/table/client.ts'
import { removalStore } from '../../shared/table/removals.ts'
import { suppressionStore } from '../../shared/table/suppressions.ts'
import { env } from './env.ts'
import { createHandler } from './handler.ts'

const { TABLE_NAME, PURGE_QUEUE_URL } = readEnv(env, process.env)
const table = openTable(TABLE_NAME)
const sqs = new SQSClient({})

export const handler = createHandler(
  {
    accounts: accountStore(table),
    removals: removalStore(table),
    suppressions: suppressionStore(table),
    continueLater: (request) => sendOne(sqs, PURGE_QUEUE_URL, request),
    now: () => new Date(),
  },
  createLog('purge'),
)
