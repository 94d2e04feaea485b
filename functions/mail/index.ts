import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { dynamoDbClient, EFFECTS, sesClient, sqsClient } from '../../shared/aws/clients.ts'
import { failedMessages } from '../../shared/aws/failed-messages.ts'
import { mailbox, mailer } from '../../shared/aws/mailer.ts'
import { presigner } from '../../shared/aws/presigned.ts'
import { sendLater } from '../../shared/aws/queues.ts'
import { functionVariables, readEnv } from '../../shared/contracts/environment.ts'
import { createLog } from '../../shared/lib/log.ts'
import { createMetrics } from '../../shared/lib/metrics.ts'
import { ttlCached } from '../../shared/lib/ttl-cache.ts'
import { SECOND_MS } from '../../shared/lib/time.ts'
import { pauseReader } from '../../shared/usecases/pause-reader.ts'
import { accountStore } from '../../shared/storage/stores/accounts.ts'
import { claimStore } from '../../shared/storage/stores/claims.ts'
import { openTable } from '../../shared/storage/client.ts'
import { digestStore } from '../../shared/storage/stores/digests.ts'
import { importStore } from '../../shared/storage/stores/imports.ts'
import { mailStore } from '../../shared/storage/stores/mails.ts'
import { organizationStore } from '../../shared/storage/stores/organizations.ts'
import { pauseStore } from '../../shared/storage/stores/pauses.ts'
import { sendRateStore } from '../../shared/storage/stores/send-rate.ts'
import { suppressionStore } from '../../shared/storage/stores/suppressions.ts'
import { syncStore } from '../../shared/storage/stores/syncs.ts'
import { tokenStore } from '../../shared/storage/stores/tokens.ts'
import { createHandler } from './handler.ts'

/**
 * Seconds. A link signed with a role's credentials expires with its session, and Lambda's last some hours. The API
 * issues new links.
 */
const REPORT_LINK_SECONDS = 3 * 3600
const TOKEN_BYTES = 32
const ATTEMPT_BYTES = 8

/**
 * Milliseconds within which a batch's mails must be sent, or wait on the queue: a worker has a minute, in which SES
 * has to answer, too.
 */
const SENT_WITHIN_MS = 20 * SECOND_MS

/** Milliseconds that an org's name and settings may be outdated: most messages of a batch belong to one org. */
const ORGANIZATION_KEPT_MS = 10_000

/**
 * Seconds between two looks at a message while mail is paused. Two invocations at a time bound the work, however many
 * wait.
 */
const PAUSED_MAIL_SECONDS = 60

const {
  TABLE_NAME,
  BUCKET_NAME,
  MAIL_QUEUE_URL,
  MAIL_FROM,
  MAIL_CONFIGURATION_SET,
  API_URL,
  PRODUCT_NAME,
  SUPPORT_URL,
  LOGO_URL,
  MAILS_PER_SECOND,
  QUEUE_URL,
  DEAD_LETTERS_URL,
} = readEnv(functionVariables.mail, process.env)
const table = openTable(TABLE_NAME, dynamoDbClient(EFFECTS))
const sqs = sqsClient(EFFECTS)
const now = (): Date => new Date()
const presign = presigner(BUCKET_NAME, now, process.env)
const metrics = createMetrics()
const rate = sendRateStore(table, MAILS_PER_SECOND, () => now().getTime())
const token = (bytes: number) => () => randomBytes(bytes).toString('base64url')

export const handler = createHandler(
  {
    accounts: accountStore(table),
    claims: claimStore(table),
    // O1: mails about an org that is being deleted are still sent.
    organizations: { get: ttlCached(organizationStore(table).getAnyRecent, ORGANIZATION_KEPT_MS, now) },
    imports: importStore(table),
    syncs: syncStore(table),
    mails: mailStore(table),
    digests: digestStore(table),
    suppressions: suppressionStore(table),
    tokens: tokenStore(table),
    send: mailer(sesClient(), mailbox(PRODUCT_NAME, MAIL_FROM), MAIL_CONFIGURATION_SET),
    rate: {
      reserve: (count, aheadMs) => rate.reserve(count, SENT_WITHIN_MS, aheadMs),
      stopFor: rate.stopFor,
    },
    pause: sleep,
    randomBytes,
    newToken: token(TOKEN_BYTES),
    newAttempt: token(ATTEMPT_BYTES),
    decisionUrl: (token) => `${API_URL}/decisions/${token}`,
    returnedMailsUrl: `${API_URL}/console/claims?notification=bounced`,
    confirmationUrl: (token) => `${API_URL}/decisions/confirmations/${token}`,
    reportLink: async (key, fileName) => ({
      url: await presign.download(key, { fileName, expiresInSeconds: REPORT_LINK_SECONDS }),
      endsAt: new Date(now().getTime() + REPORT_LINK_SECONDS * SECOND_MS).toISOString(),
    }),
    isPaused: pauseReader(pauseStore(table), metrics, now),
    waitAgain: (message, group) =>
      sendLater(sqs, MAIL_QUEUE_URL, { body: message, group }, PAUSED_MAIL_SECONDS),
    product: { productName: PRODUCT_NAME, supportUrl: SUPPORT_URL, logoUrl: LOGO_URL },
    now,
  },
  createLog('mail'),
  metrics,
  failedMessages({ QUEUE_URL, DEAD_LETTERS_URL }, { metrics, now, chance: Math.random }),
)
