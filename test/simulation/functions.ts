import { setTimeout as sleep } from 'node:timers/promises'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { ChangeMessageVisibilityCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { ulid } from 'ulid'
import { createHandler as createAdminApi } from '../../functions/admin-api/handler.ts'
import { createHandler as createDecisions } from '../../functions/decisions/handler.ts'
import { createHandler as createDue } from '../../functions/due/handler.ts'
import { createHandler as createEffects } from '../../functions/effects/handler.ts'
import { createHandler as createExport } from '../../functions/export/handler.ts'
import { createHandler as createFeedback } from '../../functions/feedback/handler.ts'
import { createHandler as createImport } from '../../functions/import/handler.ts'
import { createHandler as createImportRows } from '../../functions/import-rows/handler.ts'
import { createHandler as createMail } from '../../functions/mail/handler.ts'
import { createHandler as createMigrate } from '../../functions/migrate/handler.ts'
import { createHandler as createPlatformApi } from '../../functions/platform-api/handler.ts'
import { createHandler as createDeletion } from '../../functions/deletion/handler.ts'
import { createHandler as createReport } from '../../functions/report/handler.ts'
import { createHandler as createSync } from '../../functions/sync/handler.ts'
import { publishAll } from '../../shared/aws/events.ts'
import { mailer } from '../../shared/aws/mailer.ts'
import { objectReader, objectRemover } from '../../shared/aws/objects.ts'
import { objectWriter } from '../../shared/aws/object-writer.ts'
import { type QueueMessage, sendAll, sendLater, sendOne, waitingMessages } from '../../shared/aws/queues.ts'
import { dueSchedules } from '../../shared/aws/scheduler.ts'
// Functions import this when they first need it. Imported here in advance, since reading a file takes real time, in
// which the simulated clock would move on.
import '../../shared/rules/domains/domain-name.ts'
import type { FailedMessages } from '../../shared/lib/queue-handler.ts'
import type { Log, LogFields } from '../../shared/lib/log.ts'
import type { LogCode } from '../../shared/lib/log-codes.ts'
import type { Metrics } from '../../shared/lib/metrics.ts'
import { ttlCached } from '../../shared/lib/ttl-cache.ts'
import { plainSender } from '../../shared/mail/sender.ts'
import { messagesOf } from '../../shared/usecases/due/start-due-work.ts'
import { pauseReader } from '../../shared/usecases/pause-reader.ts'
import type { SyncSizes } from '../../shared/usecases/directory/sync-runs.ts'
import { sendRateStore } from '../../shared/storage/stores/send-rate.ts'
import { storesOf } from '../support/background.ts'
import type { Cloud } from './cloud/clients.ts'
import { deadLettersOf } from './cloud/queues.ts'
import type { Random } from './random.ts'
import type { Told } from './told.ts'

/** The queues, by the functions that read them. */
export const queueNames = [
  'import',
  'import-rows',
  'report',
  'mail',
  'due',
  'migrate',
  'export',
  'feedback',
  'sync',
  'deletion',
] as const
export type QueueName = (typeof queueNames)[number]

export const URL_BASE = 'https://claims.example'
const BUCKET = 'bucket'
/** As the functions' index.ts files compose it. */
const ORGANIZATION_KEPT_MS = 10_000
const MAX_INACTIVE_PERCENT = 20
const SYNC_PAUSE_MS = 250
const DOMAIN_TOKEN_BYTES = 16
const TOKEN_BYTES = 32
const ATTEMPT_BYTES = 8
const MAILS_PER_SECOND = 14
const SENT_WITHIN_MS = 20_000
const PAUSED_MAIL_SECONDS = 60

export interface Surroundings {
  readonly now: () => Date
  readonly random: Random
  readonly txtRecords: ReadonlyMap<string, readonly string[]>
  readonly pause: (ms: number) => Promise<void>
  readonly syncSizes: SyncSizes
  readonly told: Told
}

function logTo(told: Told, common: LogFields = {}): Log {
  const line = (code: LogCode, facts?: LogFields): void => told('log', { code, ...common, ...facts })
  return {
    info: line,
    warn: line,
    error: line,
    with: (more) => logTo(told, { ...common, ...more }),
    enter: () => {},
  }
}

const metricsTo = (told: Told): Metrics => ({
  count: (name, ...of) => told('metrics', [name, of]),
  seconds: (name, ...of) => told('metrics', [name, of]),
})

type Clients = ReturnType<Cloud['clientsFor']>

/**
 * What each function's `index.ts` builds from the clients: stores and adapters, here with simulated time and
 * randomness.
 */
export function partsOf(clients: Clients, { now, random, syncSizes, told }: Surroundings) {
  const { table, sqs, s3 } = clients
  const stores = storesOf(table)
  const [log, metrics] = [logTo(told), metricsTo(told)]
  const { list, remove } = objectRemover(s3, BUCKET)
  return {
    clients,
    stores,
    log,
    metrics,
    now,
    isPaused: pauseReader(stores.pauses, metrics, now),
    sendRate: sendRateStore(table, MAILS_PER_SECOND, () => now().getTime()),
    random,
    read: objectReader(s3, BUCKET),
    write: objectWriter(s3, BUCKET),
    list,
    remove,
    anyOrganization: { get: ttlCached(stores.organizations.getAny, ORGANIZATION_KEPT_MS, now) },
    recentOrganization: { get: ttlCached(stores.organizations.getAnyRecent, ORGANIZATION_KEPT_MS, now) },
    ulid: (at: Date) => ulid(at.getTime(), () => random.next()),
    token: (bytes: number) => (): string => random.bytes(bytes).toString('base64url'),
    send: (queue: QueueName) => (bodies: readonly unknown[]) =>
      sendAll(
        sqs,
        queue,
        bodies.map((body): QueueMessage => ({ body })),
      ),
    sendOne: (queue: QueueName) => (body: unknown) => sendOne(sqs, queue, body),
    failed: (queue: QueueName): FailedMessages => ({
      giveBack: async ({ receiptHandle: ReceiptHandle }, VisibilityTimeout) => {
        await sqs.send(
          new ChangeMessageVisibilityCommand({ QueueUrl: queue, ReceiptHandle, VisibilityTimeout }),
        )
      },
      setAside: async ({ messageId: MessageGroupId, body: MessageBody }) => {
        await sqs.send(
          new SendMessageCommand({ QueueUrl: deadLettersOf(queue), MessageBody, MessageGroupId }),
        )
      },
      metrics,
      now,
      chance: () => random.next(),
    }),
    decisionUrl: (token: string) => `${URL_BASE}/decisions/${token}`,
    confirmationUrl: (token: string) => `${URL_BASE}/decisions/confirmations/${token}`,
    migrationCutoff: undefined,
    syncSizes,
  }
}

export type Parts = ReturnType<typeof partsOf>

const presign = {
  upload: async (key: string) => ({ url: `${URL_BASE}/upload`, fields: { key } }),
  download: async (key: string) => `${URL_BASE}/files/${key}`,
}

const apiOf = (parts: Parts, { random }: Surroundings) => ({
  ...parts.stores,
  now: parts.now,
  log: parts.log,
  metrics: parts.metrics,
  idempotency: { store: parts.stores.idempotency, randomBytes: (size: number) => random.bytes(size) },
})

export const httpFunctions = {
  'admin-api': (parts: Parts, surroundings: Surroundings) =>
    createAdminApi({
      ...apiOf(parts, surroundings),
      presign,
      readObject: parts.read,
      pause: () => surroundings.pause(SYNC_PAUSE_MS),
      resolveTxt: async (domain) => [...(surroundings.txtRecords.get(domain) ?? [])],
      newToken: parts.token(DOMAIN_TOKEN_BYTES),
      ulid: parts.ulid,
      migrationCutoff: parts.migrationCutoff,
    }),
  'platform-api': (parts: Parts, surroundings: Surroundings) =>
    createPlatformApi({
      ...apiOf(parts, surroundings),
      presign,
      newToken: parts.token(TOKEN_BYTES),
      decisionUrl: parts.decisionUrl,
    }),
  decisions: (parts: Parts, surroundings: Surroundings) =>
    createDecisions({ ...apiOf(parts, surroundings), product: plainSender }),
} as const

export type HttpFunction = keyof typeof httpFunctions

export const effectsFunction = (parts: Parts) =>
  createEffects(
    {
      plain: (image) => unmarshall(image as Record<string, AttributeValue>),
      schedule: dueSchedules(
        parts.clients.scheduler,
        {
          group: 'group',
          scans: { queueArn: 'due', deadLettersArn: 'due-dead' },
          workers: {
            mail: { queueArn: 'mail', deadLettersArn: 'mail-dead' },
            migrate: { queueArn: 'migrate', deadLettersArn: 'migrate-dead' },
          },
          roleArn: 'role',
        },
        parts.now,
      ),
      append: parts.stores.audit.append,
      organizations: parts.stores.organizations,
      digests: parts.stores.digests,
      publish: (events) => publishAll(parts.clients.eventBridge, 'bus', events),
      queueMails: parts.send('mail'),
      queueMigrations: parts.send('migrate'),
      queueDeletions: parts.send('deletion'),
      queueExports: parts.send('export'),
      queueImports: (refs) => parts.send('import')(refs.map((ref) => ({ kind: 'continue', ...ref }))),
      queueSyncs: parts.send('sync'),
    },
    parts.log,
    parts.metrics,
  )

export const queueFunctions = {
  import: ({ stores: { imports, organizations }, read, send, sendOne, now, failed, log }: Parts) =>
    createImport(
      {
        imports,
        organizations,
        read,
        sendChunks: send('import-rows'),
        continueLater: ({ orgId, importId }) => sendOne('import')({ kind: 'continue', orgId, importId }),
        queueReport: sendOne('report'),
        now,
      },
      log,
      failed('import'),
    ),
  'import-rows': ({ stores, read, ulid, migrationCutoff, sendOne, now, failed, log, metrics }: Parts) => {
    const { accounts, organizations, domains, imports } = stores
    return createImportRows(
      {
        imports,
        read,
        claimPorts: { accounts, organizations, domains, ulid },
        loadPorts: { accounts, organizations },
        organizations,
        migrationCutoff,
        queueReport: sendOne('report'),
        now,
      },
      log,
      metrics,
      failed('import-rows'),
    )
  },
  report: ({ stores: { imports, organizations }, read, write, now, failed, log }: Parts) =>
    createReport({ imports, organizations, read, write, now }, log, failed('report')),
  mail: ({
    stores,
    recentOrganization,
    clients,
    isPaused,
    token,
    decisionUrl,
    confirmationUrl,
    sendRate,
    random,
    now,
    failed,
    log,
    metrics,
  }: Parts) =>
    createMail(
      {
        accounts: stores.accounts,
        claims: stores.claims,
        organizations: recentOrganization,
        imports: stores.imports,
        syncs: stores.syncs,
        mails: stores.mails,
        digests: stores.digests,
        returnedMailsUrl: 'https://claims.example/console/claims?notification=bounced',
        suppressions: stores.suppressions,
        tokens: stores.tokens,
        isPaused,
        waitAgain: (message) => sendLater(clients.sqs, 'mail', { body: message }, PAUSED_MAIL_SECONDS),
        send: mailer(clients.ses, 'claims@service.example', 'mails'),
        newToken: token(TOKEN_BYTES),
        newAttempt: token(ATTEMPT_BYTES),
        randomBytes: (size) => random.bytes(size),
        rate: {
          reserve: (count, aheadMs) => sendRate.reserve(count, SENT_WITHIN_MS, aheadMs),
          stopFor: sendRate.stopFor,
        },
        pause: sleep,
        decisionUrl,
        confirmationUrl,
        product: plainSender,
        reportLink: async (key) => ({
          url: await presign.download(key),
          endsAt: now().toISOString(),
        }),
        now,
      },
      log,
      metrics,
      failed('mail'),
    ),
  due: ({
    stores: { accounts, digests, due, pauses },
    clients,
    send,
    sendOne,
    now,
    failed,
    log,
    metrics,
  }: Parts) =>
    createDue(
      {
        accounts,
        queueMails: send('mail'),
        waiting: (kind) => waitingMessages(clients.sqs, kind === 'claim' ? 'migrate' : 'deletion'),
        due,
        digests,
        pauses,
        startWork: async (work) => {
          const { migrations, deletions, syncs, imports, exports, mails } = messagesOf(work)
          const bodies = (messages: readonly QueueMessage[]) => messages.map(({ body }) => body)
          await send('migrate')(bodies(migrations))
          await send('deletion')(bodies(deletions))
          await send('sync')(bodies(syncs))
          await send('import')(bodies(imports))
          await send('export')(bodies(exports))
          await send('mail')(bodies(mails))
        },
        continueLater: (rest) => sendOne('due')({ kind: 'rest', rest }),
        now,
      },
      log,
      metrics,
      failed('due'),
    ),
  migrate: ({
    stores: { accounts, conversations },
    anyOrganization,
    isPaused,
    sendOne,
    now,
    failed,
    log,
    metrics,
  }: Parts) =>
    createMigrate(
      {
        accounts,
        conversations,
        organizations: anyOrganization,
        isPaused,
        continueLater: (claims) => sendOne('migrate')({ claims }),
        now,
      },
      log,
      metrics,
      failed('migrate'),
    ),
  export: ({ stores, write, migrationCutoff, now, failed, log }: Parts) => {
    const { accounts, claims, domains, exports, organizations } = stores
    return createExport(
      { accounts, claims, domains, exports, organizations, write, migrationCutoff, now },
      log,
      failed('export'),
    )
  },
  feedback: ({ stores: { accounts, claims, suppressions }, now, failed, log, metrics }: Parts) =>
    createFeedback({ accounts, claims, suppressions, now }, log, metrics, failed('feedback')),
  sync: ({ stores, read, write, list, remove, send, syncSizes, now, failed, log }: Parts) =>
    createSync(
      {
        syncs: stores.syncs,
        accounts: stores.accounts,
        organizations: stores.organizations,
        read,
        write,
        listObjects: list,
        removeObject: remove,
        send: send('sync'),
        maxInactivePercent: MAX_INACTIVE_PERCENT,
        sizes: syncSizes,
        now,
      },
      log,
      failed('sync'),
    ),
  deletion: ({ stores, list, remove, isPaused, sendOne, now, failed, log, metrics }: Parts) =>
    createDeletion(
      {
        accounts: stores.accounts,
        conversations: stores.conversations,
        domains: stores.domains,
        objects: { list, remove },
        organizations: stores.organizations,
        parts: stores.parts,
        deletions: stores.deletions,
        suppressions: stores.suppressions,
        isPaused,
        continueLater: sendOne('deletion'),
        now,
      },
      log,
      metrics,
      failed('deletion'),
    ),
} as const
