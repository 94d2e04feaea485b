import { dynamoDbClient, sqsClient, WORKER } from '../../shared/aws/clients.ts'
import { failedMessages } from '../../shared/aws/failed-messages.ts'
import { sendAll, sendOne, waitingMessages } from '../../shared/aws/queues.ts'
import { functionVariables, readEnv } from '../../shared/contracts/environment.ts'
import type { DueMessage } from '../../shared/contracts/messages/due.ts'
import { createLog } from '../../shared/lib/log.ts'
import { createMetrics } from '../../shared/lib/metrics.ts'
import { messagesOf } from '../../shared/usecases/due/start-due-work.ts'
import { accountStore } from '../../shared/storage/stores/accounts.ts'
import { openTable } from '../../shared/storage/client.ts'
import { digestStore } from '../../shared/storage/stores/digests.ts'
import { dueStore } from '../../shared/storage/stores/due.ts'
import { pauseStore } from '../../shared/storage/stores/pauses.ts'
import { createHandler } from './handler.ts'

const {
  TABLE_NAME,
  DUE_QUEUE_URL,
  MIGRATION_QUEUE_URL,
  MAIL_QUEUE_URL,
  DELETION_QUEUE_URL,
  SYNC_QUEUE_URL,
  IMPORT_QUEUE_URL,
  EXPORT_QUEUE_URL,
  QUEUE_URL,
  DEAD_LETTERS_URL,
} = readEnv(functionVariables.due, process.env)
const table = openTable(TABLE_NAME, dynamoDbClient(WORKER))
const sqs = sqsClient(WORKER)

export const handler = createHandler(
  {
    accounts: accountStore(table),
    due: dueStore(table),
    digests: digestStore(table),
    pauses: pauseStore(table),
    startWork: async (work) => {
      const queues = messagesOf(work)
      await sendAll(sqs, MIGRATION_QUEUE_URL, queues.migrations)
      await sendAll(sqs, DELETION_QUEUE_URL, queues.deletions)
      await sendAll(sqs, SYNC_QUEUE_URL, queues.syncs)
      await sendAll(sqs, IMPORT_QUEUE_URL, queues.imports)
      await sendAll(sqs, EXPORT_QUEUE_URL, queues.exports)
      await sendAll(sqs, MAIL_QUEUE_URL, queues.mails)
    },
    queueMails: (mails) =>
      sendAll(
        sqs,
        MAIL_QUEUE_URL,
        mails.map((body) => ({ body, group: body.orgId })),
      ),
    waiting: (kind) => waitingMessages(sqs, kind === 'claim' ? MIGRATION_QUEUE_URL : DELETION_QUEUE_URL),
    continueLater: (rest) => sendOne(sqs, DUE_QUEUE_URL, { kind: 'rest', rest } satisfies DueMessage),
    now: () => new Date(),
  },
  createLog('due'),
  createMetrics(),
  failedMessages(
    { QUEUE_URL, DEAD_LETTERS_URL },
    { metrics: createMetrics(), now: () => new Date(), chance: Math.random },
  ),
)
