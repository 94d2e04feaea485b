import { randomBytes } from 'node:crypto'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { DynamoDBStreamEvent } from 'aws-lambda'
import { ulid } from 'ulid'
import * as z from 'zod'
import { createHandler as createDue } from '../../functions/due/handler.ts'
import { createHandler as createEffects } from '../../functions/effects/handler.ts'
import { createHandler as createExport } from '../../functions/export/handler.ts'
import { createHandler as createFeedback } from '../../functions/feedback/handler.ts'
import { createHandler as createImport } from '../../functions/import/handler.ts'
import { createHandler as createImportRows } from '../../functions/import-rows/handler.ts'
import { createHandler as createMail } from '../../functions/mail/handler.ts'
import { createHandler as createMigrate } from '../../functions/migrate/handler.ts'
import { createHandler as createDeletion } from '../../functions/deletion/handler.ts'
import { createHandler as createReport } from '../../functions/report/handler.ts'
import { createHandler as createSync } from '../../functions/sync/handler.ts'
import type { queueHandler } from '../../shared/lib/queue-handler.ts'
import { SECOND_MS } from '../../shared/lib/time.ts'
import { unavailableBy } from '../../shared/lib/unavailable.ts'
import { plainSender } from '../../shared/mail/sender.ts'
import { messagesOf } from '../../shared/usecases/due/start-due-work.ts'
import { pauseReader } from '../../shared/usecases/pause-reader.ts'
import { SYNC_SIZES } from '../../shared/usecases/directory/sync-runs.ts'
import type { TestTable } from './dynamo.ts'
import {
  type FakeQueue,
  fakeBucket,
  fakeBus,
  fakeMailer,
  fakeQueue,
  fakeScheduler,
  movableClock,
  recordedLog,
  s3Event,
} from './fakes.ts'
import { type FaultInjector, faultInjector } from './faults.ts'
import { lambdaContext } from './lambda.ts'
import { fakeMetrics } from './metrics.ts'
import { type Stores, storesOf } from './stores.ts'
import { openStream } from './stream.ts'

export { type Stores, storesOf }

export const START = '2026-11-09T12:00:00.000Z'

/** As in the template. */
const BATCH_SIZES = {
  imports: 1,
  rows: 5,
  reports: 1,
  mails: 25,
  due: 1,
  migrations: 5,
  exports: 1,
  feedback: 10,
  syncs: 1,
  deletions: 5,
} as const
const STREAM_BATCH_SIZE = 100

export type QueueName = keyof typeof BATCH_SIZES
const QUEUE_NAMES: readonly QueueName[] = [
  'imports',
  'rows',
  'reports',
  'mails',
  'due',
  'migrations',
  'exports',
  'feedback',
  'syncs',
  'deletions',
]

export type Background = Awaited<ReturnType<typeof startBackground>>

type QueueHandler = ReturnType<typeof queueHandler>

const batchResponse = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) })

/** The handlers of the functions behind the queues and the stream, over a real table and fakes of the rest of AWS. */
export async function startBackground(
  db: TestTable,
  faults: FaultInjector = faultInjector(),
  /**
   * Moves the clock while a message that was given back waits, so that a lease of the failed try expires, as on AWS.
   */
  { waitsTakeTime = false }: { readonly waitsTakeTime?: boolean } = {},
) {
  const stores = storesOf(db.table)
  const stream = await openStream(db)
  const bucket = fakeBucket()
  const mailer = fakeMailer()
  const scheduler = fakeScheduler()
  const bus = fakeBus()
  const clock = movableClock(START)
  const { now } = clock
  const log = recordedLog()
  const metrics = fakeMetrics()
  const newQueue = (): FakeQueue =>
    fakeQueue(now, (seconds) => (waitsTakeTime ? clock.advance(seconds * SECOND_MS) : undefined))
  const queues: Record<QueueName, FakeQueue> = {
    imports: newQueue(),
    rows: newQueue(),
    reports: newQueue(),
    mails: newQueue(),
    due: newQueue(),
    migrations: newQueue(),
    exports: newQueue(),
    feedback: newQueue(),
    syncs: newQueue(),
    deletions: newQueue(),
  }
  const time = { leftMs: 300_000 }
  const sizes = { ...SYNC_SIZES }
  let tokens = 0
  const sendTo = (name: QueueName) => async (bodies: readonly unknown[]) => queues[name].send(bodies)
  const { read, write } = bucket
  const { accounts, organizations, domains, imports, conversations } = stores
  /** A rate that holds no mail, since tests set the clock back and it stands still while mails are sent. */
  const rate = {
    reserve: async (count: number) => ({
      outcome: 'reserved' as const,
      slots: { startMs: now().getTime(), intervalMs: 0, count },
    }),
    stopFor: async () => undefined,
  }
  const isPaused = pauseReader(stores.pauses, metrics, now)

  const handlers = {
    imports: createImport(
      faults.wrap({
        imports,
        organizations,
        read,
        sendChunks: sendTo('rows'),
        continueLater: async ({ orgId, importId }) =>
          queues.imports.send([{ kind: 'continue', orgId, importId }]),
        queueReport: async (ref) => queues.reports.send([ref]),
        now,
      }),
      log,
      queues.imports.failed,
    ),
    rows: createImportRows(
      faults.wrap({
        imports,
        read,
        claimPorts: { accounts, organizations, domains, ulid: (at: Date) => ulid(at.getTime()) },
        loadPorts: { accounts, organizations },
        organizations,
        migrationCutoff: undefined,
        queueReport: async (ref) => queues.reports.send([ref]),
        now,
      }),
      log,
      metrics,
      queues.rows.failed,
    ),
    reports: createReport(
      faults.wrap({ imports, organizations, read, write, now }),
      log,
      queues.reports.failed,
    ),
    mails: createMail(
      faults.wrap({
        accounts,
        claims: stores.claims,
        organizations: { get: organizations.getAny },
        imports,
        syncs: stores.syncs,
        mails: stores.mails,
        digests: stores.digests,
        returnedMailsUrl: 'https://claims.example/console/claims?notification=bounced',
        suppressions: stores.suppressions,
        tokens: stores.tokens,
        send: mailer.send,
        newToken: () => `token-${++tokens}`,
        newAttempt: () => `attempt-${++tokens}`,
        randomBytes,
        rate,
        pause: async () => undefined,
        decisionUrl: (token: string) => `https://claims.example/decisions/${token}`,
        product: plainSender,
        confirmationUrl: (token: string) => `https://claims.example/decisions/confirmations/${token}`,
        isPaused,
        waitAgain: async (message) => queues.mails.send([message]),
        reportLink: async (key: string) => ({ url: `https://bucket.example/${key}`, endsAt: START }),
        now,
      }),
      log,
      metrics,
      queues.mails.failed,
    ),
    due: createDue(
      faults.wrap({
        accounts,
        queueMails: sendTo('mails'),
        waiting: async (kind) => queues[kind === 'claim' ? 'migrations' : 'deletions'].length,
        due: stores.due,
        digests: stores.digests,
        pauses: stores.pauses,
        startWork: async (work) => {
          for (const [name, messages] of Object.entries(messagesOf(work)))
            queues[name as keyof ReturnType<typeof messagesOf>].send(messages.map(({ body }) => body))
        },
        continueLater: async (rest) => queues.due.send([{ kind: 'rest', rest }]),
        now,
      }),
      log,
      metrics,
      queues.due.failed,
    ),
    migrations: createMigrate(
      faults.wrap({
        accounts,
        conversations,
        organizations: { get: organizations.getAny },
        isPaused,
        continueLater: async (claims) => queues.migrations.send([{ claims }]),
        now,
      }),
      log,
      metrics,
      queues.migrations.failed,
    ),
    exports: createExport(
      faults.wrap({
        accounts,
        claims: stores.claims,
        domains,
        exports: stores.exports,
        organizations,
        write,
        migrationCutoff: undefined,
        now,
      }),
      log,
      queues.exports.failed,
    ),
    feedback: createFeedback(
      faults.wrap({ accounts, claims: stores.claims, suppressions: stores.suppressions, now }),
      log,
      metrics,
      queues.feedback.failed,
    ),
    syncs: createSync(
      faults.wrap({
        syncs: stores.syncs,
        accounts,
        organizations,
        read,
        write,
        listObjects: bucket.list,
        removeObject: bucket.remove,
        send: sendTo('syncs'),
        maxInactivePercent: 20,
        sizes,
        now,
      }),
      log,
      queues.syncs.failed,
    ),
    deletions: createDeletion(
      faults.wrap({
        accounts,
        conversations,
        domains,
        objects: { list: bucket.list, remove: bucket.remove },
        organizations,
        parts: stores.parts,
        deletions: stores.deletions,
        suppressions: stores.suppressions,
        isPaused,
        continueLater: async (request) => queues.deletions.send([request]),
        now,
      }),
      log,
      metrics,
      queues.deletions.failed,
    ),
  } satisfies Record<QueueName, QueueHandler>

  const effects = createEffects(
    faults.wrap({
      plain: (image) => unmarshall(JSON.parse(JSON.stringify(image))),
      schedule: scheduler.schedule,
      append: stores.audit.append,
      organizations,
      digests: stores.digests,
      publish: bus.publish,
      queueMails: sendTo('mails'),
      queueMigrations: sendTo('migrations'),
      queueDeletions: sendTo('deletions'),
      queueExports: sendTo('exports'),
      queueImports: async (refs) => queues.imports.send(refs.map((ref) => ({ kind: 'continue', ...ref }))),
      queueSyncs: sendTo('syncs'),
    }),
    log,
    metrics,
  )

  const context = lambdaContext(() => time.leftMs)

  /** `undefined`: the function died or failed with DynamoDB, and its event is delivered again. */
  async function invoke<Response>(run: () => Promise<Response>): Promise<Response | undefined> {
    try {
      const response = await run()
      return faults.dead ? undefined : response
    } catch (error) {
      if (faults.dead || (db.faults !== undefined && unavailableBy(error) !== undefined)) return undefined
      throw error
    } finally {
      if (faults.dead) await faults.revive()
    }
  }

  let undelivered: DynamoDBStreamEvent['Records'] = []
  const world = {
    db,
    stores,
    bucket,
    mailer,
    scheduler,
    bus,
    clock,
    log,
    metrics,
    queues,
    faults,
    /** The time that each invocation has left. */
    time,
    /** How much a sync does per invocation. */
    sizes,

    /** Runs the handler of one queue on one batch; returns `false` if the queue was empty. */
    async step(name: QueueName): Promise<boolean> {
      const event = queues[name].receive(BATCH_SIZES[name])
      if (event === undefined) return false
      const handler: QueueHandler = handlers[name]
      const response = await invoke(() => handler(event, context))
      queues[name].settle(event, response && batchResponse.parse(response))
      return true
    },

    async drain(...names: QueueName[]): Promise<void> {
      for (let moved = true; moved; ) {
        moved = false
        for (const name of names) while (await world.step(name)) moved = true
      }
    },

    /**
     * Runs the stream's reader on what was written since; `times` > 1: delivers it repeatedly, as if answers were
     * lost.
     */
    async takeEffects(times = 1): Promise<boolean> {
      undelivered.push(...(await stream.take()))
      const any = undelivered.length > 0
      while (undelivered.length > 0) {
        const event = { Records: undelivered.slice(0, STREAM_BATCH_SIZE) }
        for (let time = 0; time < times; ) if (await invoke(() => effects(event, context))) time++
        undelivered = undelivered.slice(event.Records.length)
      }
      return any
    },

    /** Runs everything that follows from what was done, until nothing is left. */
    async settle(): Promise<void> {
      do {
        await world.drain(...QUEUE_NAMES)
      } while (await world.takeEffects())
    },

    /** Drops the changes written so far, so that nothing follows from them. */
    ignoreEffects: (): Promise<void> => stream.skip(),

    /** Puts an object into the bucket, with S3’s notification. */
    upload(key: string, content: Uint8Array | string): string {
      const stored = bucket.put(key, content)
      queues[key.startsWith('directory/') ? 'syncs' : 'imports'].send([s3Event(stored, clock.now())])
      return stored.etag
    },
  }
  return world
}
