import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { givenEndpoint, startDynamoDb } from '../../infra/local/aws/dynamodb/dynamodb.ts'
import { startFaultProxy } from '../../infra/local/aws/dynamodb/faults/fault-proxy.ts'
import { faultOptions, type GivenFaultOptions } from '../../infra/local/aws/dynamodb/faults/options.ts'
import type { EmulatedService } from '../../infra/local/aws/emulated-service.ts'
import { startObjectsAndQueues } from '../../infra/local/aws/fauxqs/objects-and-queues.ts'
import { startAwsGateway } from '../../infra/local/aws/gateway/aws-gateway.ts'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../infra/local/aws/names.ts'
import { inGroupsOf, mapConcurrent } from '../../shared/lib/concurrency.ts'
import type { Account, AccountRecord, Organization } from '../../shared/rules/types.ts'
import { openTable, type Table } from '../../shared/storage/client.ts'
import type { ImportRecord } from '../../shared/storage/items/import-item.ts'
import { accountStore } from '../../shared/storage/stores/accounts.ts'
import { domainStore } from '../../shared/storage/stores/domains.ts'
import { importStore } from '../../shared/storage/stores/imports.ts'
import { organizationStore } from '../../shared/storage/stores/organizations.ts'
import { tableProperties } from '../support/dynamo.ts'
import { sampleEnvironment } from '../support/environment.ts'

/** Shared by the benches: the parts that replace AWS, the functions in processes of their own, and the people. */
export const BUCKET = 'bench'
export const ORG = 'bench-bv'
export const DOMAIN = 'bench.example'
/** Number of row workers of an import. */
export const WORKERS = 2
export const CHUNKS_PER_BATCH = 5

const settings: Organization['settings'] = {
  allowContentMigration: true,
  suppressInvitations: false,
  licenseTemplate: ['messaging'],
  retentionDays: null,
  locale: 'en',
}

export const org = (
  orgId: string,
  kind: Organization['kind'],
  patch: Partial<Organization> = {},
): Organization => ({
  orgId,
  name: orgId,
  kind,
  region: 'eu',
  createdAt: '2020-01-01T00:00:00Z',
  sso: false,
  directorySync: false,
  adminEmails: [],
  settings,
  ...patch,
})

const accountOf = (n: number, orgId: string): AccountRecord => {
  const userId = `u${String(n).padStart(7, '0')}`
  const account: Account = {
    userId,
    email: `first.last${n}@${DOMAIN}`,
    firstName: 'First',
    lastName: `Last ${n}`,
    displayName: `First Last ${n}`,
    orgId,
    status: 'active',
    licenses: [],
    paid: false,
    locale: 'en',
  }
  return { recordId: userId, revision: 1, account, hasContent: true }
}

/** Creates the claiming org with its domain, and people on it, alternating among the source orgs. */
export async function prepare(
  table: Table,
  people: number,
  sources: readonly Organization[] = [org('personal', 'consumer')],
): Promise<void> {
  const by = { at: '2026-01-01T00:00:00Z', by: 'platform:bench' } as const
  const organizations = organizationStore(table)
  for (const each of [org(ORG, 'enterprise'), ...sources])
    await organizations.write(each, 0, { what: 'organization.created', ...by })
  const token = { token: 't', tokenExpiresAt: by.at, createdAt: by.at }
  await domainStore(table).write(
    { orgId: ORG, domain: DOMAIN, status: 'verified', ...token, revision: 0 },
    { what: 'domain.added', ...by },
  )
  await addPeople(table, 0, people, sources)
}

/** The people from `from` up to `to`, as `prepare` creates them. */
export async function addPeople(
  table: Table,
  from: number,
  to: number,
  sources: readonly Organization[] = [org('personal', 'consumer')],
): Promise<void> {
  const accounts = Array.from({ length: to - from }, (_, i) =>
    accountOf(from + i, sources[(from + i) % sources.length]?.orgId ?? ''),
  )
  await mapConcurrent([...inGroupsOf(accounts, 500)], 2, (group) => accountStore(table).create(group))
}

/** A file that claims people `from` up to `to`. */
export function claimCsv(from: number, to: number): string {
  const rows = Array.from({ length: to - from }, (_, i) => from + i).map(
    (n) => `First,Last ${n},first.last${n}@${DOMAIN},,`,
  )
  return `First Name,Last Name,User ID/Email (Required),Claim Type,Licenses\r\n${rows.join('\r\n')}\r\n`
}

interface Reply {
  readonly result?: unknown
  readonly peakRssKiB?: number
  readonly peakLiveKiB?: number
  readonly cpuMs?: number
  readonly error?: string
}

/**
 * An eighth of the function’s memory. With room to spare V8 doesn’t collect, and garbage would look like growth;
 * memory that did grow with the input would not fit.
 */
export const HEAP_MIB = 128

/** A function in a process of its own. */
export class Worker {
  readonly #process: ChildProcess
  peakRssKiB = 0
  peakLiveKiB = 0
  /** CPU time from the start of the process to its last answer. */
  cpuMs = 0

  /**
   * @param collects measures memory in use, by garbage collections that would not happen otherwise
   * @param heapMib larger if CPU time is measured and not memory
   * @param youngMib limit of V8’s young generation, which otherwise grows with the data passed through; V8’s default
   * without it
   */
  constructor(
    name: string,
    env: Record<string, string>,
    {
      collects = false,
      heapMib = HEAP_MIB,
      youngMib,
    }: { collects?: boolean; heapMib?: number; youngMib?: number } = {},
  ) {
    this.#process = fork(new URL('./import-worker.ts', import.meta.url), [name], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [
        ...(collects ? ['--expose-gc'] : []),
        `--max-old-space-size=${heapMib}`,
        ...(youngMib === undefined ? [] : [`--max-semi-space-size=${youngMib}`]),
      ],
    })
  }

  /** @throws Error when it ends before it is */
  async ready(): Promise<this> {
    const ended = once(this.#process, 'exit').then(() => {
      throw new Error('the function ended')
    })
    await Promise.race([once(this.#process, 'message'), ended])
    ended.catch(() => undefined)
    return this
  }

  async invoke(event: object): Promise<unknown> {
    this.#process.send(event)
    const [reply] = (await once(this.#process, 'message')) as [Reply]
    if (reply.error !== undefined) throw new Error(reply.error)
    this.peakRssKiB = reply.peakRssKiB ?? 0
    this.peakLiveKiB = reply.peakLiveKiB ?? 0
    this.cpuMs = reply.cpuMs ?? 0
    return reply.result
  }

  stop(): void {
    this.#process.kill()
  }
}

/** The event of a queue with one message. */
export const delivered = (body: unknown) => ({ Records: [{ messageId: '1', body: JSON.stringify(body) }] })

export const rate = (rows: number, ms: number): string =>
  `${Math.round(rows / (ms / 1000)).toLocaleString('en')} rows/s`
export const mib = (kib: number): string => `${(kib / 1024).toFixed(0)} MiB`

const notHere: EmulatedService = {
  permissions: () => [],
  handle: () => ({ status: 404, headers: {}, body: '' }),
}

/** @param faults that the functions’ calls meet, and not the bench’s own */
export async function startBench(faults?: GivenFaultOptions) {
  const parts = await startObjectsAndQueues({})
  const dynamo = await startDynamoDb({ endpoint: process.env.DYNAMODB_ENDPOINT })
  const proxy =
    faults === undefined
      ? undefined
      : await startFaultProxy({
          upstream: dynamo.endpoint,
          isDynoxide: givenEndpoint() === undefined,
          options: faultOptions(faults),
        })
  // The embedded DynamoDB doesn’t accept statements as AWS documents them; in the local service, the gateway converts
  // them.
  const gateway =
    proxy === undefined
      ? await startAwsGateway({
          upstreams: { dynamodb: dynamo.endpoint, s3: parts.endpoint, sqs: parts.endpoint },
          isDynoxide: givenEndpoint() === undefined,
          ses: notHere,
          scheduler: notHere,
          events: notHere,
          evaluate: () => ({ allowed: true }),
        })
      : undefined
  const dynamoDbOfFunctions = proxy?.endpoint ?? gateway?.endpoint ?? dynamo.endpoint
  const credentials = LOCAL_CREDENTIALS
  const db = new DynamoDBClient({ endpoint: dynamo.endpoint, region: LOCAL_REGION, credentials })
  const s3 = new S3Client({
    endpoint: parts.endpoint,
    region: LOCAL_REGION,
    credentials,
    forcePathStyle: true,
  })
  parts.createBucket(BUCKET)
  const queueUrls = {
    imports: parts.createQueue('imports', {}),
    rows: parts.createQueue('import-rows', {}),
    exports: parts.createQueue('exports', {}),
    reports: parts.createQueue('reports', {}),
    deadLetters: parts.createQueue('dead-letters', {}),
  }

  /**
   * The environment of a function; `own`: the queue that it reads. Anything else is as in the tests, so that a new
   * variable breaks no bench.
   */
  const envOf = (tableName: string, own: keyof typeof queueUrls): Record<string, string> => ({
    ...sampleEnvironment,
    TABLE_NAME: tableName,
    BUCKET_NAME: BUCKET,
    IMPORT_QUEUE_URL: queueUrls.imports,
    IMPORT_ROWS_QUEUE_URL: queueUrls.rows,
    REPORT_QUEUE_URL: queueUrls.reports,
    QUEUE_URL: queueUrls[own],
    DEAD_LETTERS_URL: queueUrls.deadLetters,
    CONTENT_MIGRATION_CUTOFF: 'none',
    AWS_REGION: LOCAL_REGION,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDbOfFunctions,
    AWS_ENDPOINT_URL_S3: parts.endpoint,
    AWS_ENDPOINT_URL_SQS: parts.endpoint,
    POWERTOOLS_LOG_LEVEL: 'ERROR',
    POWERTOOLS_METRICS_DISABLED: 'true',
  })

  return {
    db,
    s3,
    databasePath: dynamo.databasePath,
    queues: parts.queues,
    envOf,
    faults: proxy?.counts,

    async createTable(name: string): Promise<Table> {
      await dynamo.createTable(tableProperties(name))
      return openTable(name, db)
    },

    /**
     * Imports an object of the bucket. Throws unless every row is counted.
     * @param options.bundles the bundles to run instead of the sources (stripping types takes memory), by function
     */
    async importObject(
      table: Table,
      key: string,
      rows: number,
      { bundles = {}, youngMib }: { bundles?: Readonly<Record<string, string>>; youngMib?: number } = {},
    ): Promise<{ ms: number; peakRssKiB: number; rowsPeakRssKiB: number; record: ImportRecord }> {
      const { ETag = '', ContentLength: size } = await s3.send(
        new HeadObjectCommand({ Bucket: BUCKET, Key: key }),
      )
      const limits = youngMib === undefined ? {} : { youngMib }
      const { import: importing = 'import', 'import-rows': handling = 'import-rows' } = bundles
      const reader = await new Worker(importing, envOf(table.name, 'imports'), limits).ready()
      const workers = await Promise.all(
        Array.from({ length: WORKERS }, () =>
          new Worker(handling, envOf(table.name, 'rows'), limits).ready(),
        ),
      )
      const object = { key, size, eTag: ETag.replaceAll('"', ''), sequencer: '1' }
      const started = performance.now()
      await reader.invoke(delivered({ Records: [{ eventTime: new Date().toISOString(), s3: { object } }] }))
      await Promise.all(
        workers.map(async (worker) => {
          for (;;) {
            const Records = await parts.queues.receive('import-rows', { max: CHUNKS_PER_BATCH, waitMs: 0 })
            if (Records.length === 0) return
            await worker.invoke({ Records })
            parts.queues.delete(
              'import-rows',
              Records.map(({ receiptHandle }) => receiptHandle),
            )
          }
        }),
      )
      const ms = performance.now() - started
      for (const worker of [reader, ...workers]) worker.stop()
      const [record] = (await importStore(table).list(ORG, 1)).items
      const { accepted = 0, refused = 0, unchanged = 0 } = record ?? {}
      const accounted = accepted + refused + unchanged
      console.log(
        `  ${rows.toLocaleString('en')} rows: ${accepted} claimed, ${refused} refused, ${unchanged} unchanged = ${accounted}`,
      )
      if (record === undefined || accounted !== rows) throw new Error('not every row is accounted for')
      const rowsPeakRssKiB = Math.max(...workers.map((worker) => worker.peakRssKiB))
      return { ms, peakRssKiB: reader.peakRssKiB, rowsPeakRssKiB, record }
    },

    async stop(): Promise<void> {
      db.destroy()
      s3.destroy()
      await parts.stop()
      await proxy?.stop()
      await gateway?.stop()
      await dynamo.stop()
    },

    /** The environment of a separate process that writes to the table. */
    dynamoEnv: {
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDbOfFunctions,
      AWS_REGION: LOCAL_REGION,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  }
}
