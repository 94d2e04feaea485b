/**
 * How fast an import is, beside the same writes made bare against the same DynamoDB in the same run, and whether the
 * import function's memory grows with the file.
 *
 *   npm run bench [-- ROWS]      (100,000 rows by default; the memory is compared with a tenth of them)
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { startDynamoDb } from '../../infra/local/aws/dynamodb.ts'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../infra/local/aws/names.ts'
import { startObjectsAndQueues } from '../../infra/local/aws/objects-and-queues.ts'
import type { AccountRecord, Organization } from '../../shared/claims/types.ts'
import { inGroupsOf, mapConcurrent } from '../../shared/kit/concurrency.ts'
import { accountStore } from '../../shared/table/accounts.ts'
import { openTable, type Table } from '../../shared/table/client.ts'
import { domainStore } from '../../shared/table/domains.ts'
import { importStore } from '../../shared/table/imports.ts'
import { organizationStore } from '../../shared/table/organizations.ts'
import { tableProperties } from '../support/dynamo.ts'

const ROWS = Number(process.argv[2] ?? 100_000)
const BUCKET = 'bench'
const ORG = 'bench-bv'
const DOMAIN = 'bench.example'
/** As many row workers, and writes under way in each, as an import has here. */
const WORKERS = 2
const WRITES_AT_ONCE = 16
const CHUNKS_A_BATCH = 5

const settings: Organization['settings'] = {
  allowContentMigration: true,
  suppressInvitations: false,
  licenseTemplate: ['messaging'],
  retentionDays: null,
  locale: 'en',
}

const org = (orgId: string, kind: Organization['kind']): Organization => ({
  orgId,
  name: orgId,
  kind,
  region: 'eu',
  createdAt: '2020-01-01T00:00:00Z',
  sso: false,
  directorySync: false,
  adminEmails: [],
  settings,
})

const accountOf = (n: number): AccountRecord => ({
  root: `u${String(n).padStart(7, '0')}`,
  rev: 1,
  account: {
    userId: `u${String(n).padStart(7, '0')}`,
    email: `first.last${n}@${DOMAIN}`,
    firstName: 'First',
    lastName: `Last ${n}`,
    displayName: `First Last ${n}`,
    orgId: 'personal',
    status: 'active',
    licenses: [],
    paid: false,
    locale: 'en',
  },
})

async function prepare(table: Table, rows: number): Promise<void> {
  const by = { at: '2026-01-01T00:00:00Z', by: 'platform:bench' } as const
  const organizations = organizationStore(table)
  await organizations.write(org(ORG, 'enterprise'), 0, { what: 'organization.created', ...by })
  await organizations.write(org('personal', 'consumer'), 0, { what: 'organization.created', ...by })
  await domainStore(table).write(
    {
      orgId: ORG,
      domain: DOMAIN,
      status: 'verified',
      token: 't',
      tokenExpiresAt: by.at,
      createdAt: by.at,
      rev: 0,
    },
    { what: 'domain.added', ...by },
  )
  const groups = [
    ...inGroupsOf(
      Array.from({ length: rows }, (_, n) => accountOf(n)),
      500,
    ),
  ]
  await mapConcurrent(groups, 2, (group) => accountStore(table).create(group))
}

interface Reply {
  readonly peakRssKiB?: number
  readonly error?: string
}

class Worker {
  readonly #process: ChildProcess
  peakRssKiB = 0

  constructor(name: string, env: Record<string, string>) {
    this.#process = fork(new URL('./import-worker.ts', import.meta.url), [name], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
  }

  async ready(): Promise<this> {
    await once(this.#process, 'message')
    return this
  }

  async invoke(event: unknown): Promise<void> {
    this.#process.send(event as object)
    const [reply] = (await once(this.#process, 'message')) as [Reply]
    if (reply.error !== undefined) throw new Error(reply.error)
    this.peakRssKiB = reply.peakRssKiB ?? 0
  }

  stop(): void {
    this.#process.kill()
  }
}

const rate = (rows: number, ms: number): string =>
  `${Math.round(rows / (ms / 1000)).toLocaleString('en')} rows/s`
const mib = (kib: number): string => `${(kib / 1024).toFixed(0)} MiB`

const parts = await startObjectsAndQueues({})
const dynamo = await startDynamoDb({ endpoint: process.env.DYNAMODB_ENDPOINT })
const credentials = LOCAL_CREDENTIALS
const db = new DynamoDBClient({ endpoint: dynamo.endpoint, region: LOCAL_REGION, credentials })
const s3 = new S3Client({ endpoint: parts.endpoint, region: LOCAL_REGION, credentials, forcePathStyle: true })
parts.createBucket(BUCKET)
const queueUrls = { imports: parts.createQueue('imports', {}), rows: parts.createQueue('import-rows', {}) }

async function importRows(rows: number): Promise<{ ms: number; peakRssKiB: number; table: Table }> {
  const name = `import-${rows}`
  await dynamo.createTable(tableProperties(name))
  const table = openTable(name, db)
  await prepare(table, rows)
  const lines = Array.from({ length: rows }, (_, n) => `First,Last ${n},first.last${n}@${DOMAIN},,`)
  const csv = `First Name,Last Name,User ID/Email (Required),Claim Type,Licenses\r\n${lines.join('\r\n')}\r\n`
  const key = `imports/${ORG}/${rows}.csv`
  const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: csv }))
  const env = {
    TABLE_NAME: name,
    BUCKET_NAME: BUCKET,
    IMPORT_QUEUE_URL: queueUrls.imports,
    IMPORT_ROWS_QUEUE_URL: queueUrls.rows,
    CONTENT_MIGRATION_CUTOFF: '',
    AWS_REGION: LOCAL_REGION,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_ENDPOINT_URL_S3: parts.endpoint,
    AWS_ENDPOINT_URL_SQS: parts.endpoint,
    POWERTOOLS_LOG_LEVEL: 'ERROR',
  }
  const reader = await new Worker('import', env).ready()
  const workers = await Promise.all(
    Array.from({ length: WORKERS }, () => new Worker('import-rows', env).ready()),
  )
  const object = { key, size: csv.length, eTag: ETag.replaceAll('"', ''), sequencer: '1' }
  const s3Event = { Records: [{ eventTime: new Date().toISOString(), s3: { object } }] }

  const started = performance.now()
  await reader.invoke({ Records: [{ messageId: '1', body: JSON.stringify(s3Event) }] })
  await Promise.all(
    workers.map(async (worker) => {
      for (;;) {
        const Records = await parts.queues.receive('import-rows', { max: CHUNKS_A_BATCH, waitMs: 0 })
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
  const [record] = (await importStore(table).list(ORG, 1)).imports
  const accounted = (record?.accepted ?? 0) + (record?.refused ?? 0) + (record?.unchanged ?? 0)
  console.log(
    `  ${rows.toLocaleString('en')} rows: ${record?.accepted} claimed, ${record?.refused} refused, ${record?.unchanged} unchanged = ${accounted}`,
  )
  if (accounted !== rows) throw new Error('not every row is accounted for')
  return { ms, peakRssKiB: reader.peakRssKiB, table }
}

/** The very items that the import wrote, put with the same condition by as many processes, and nothing else. */
async function bareWrites(rows: number, from: Table): Promise<number> {
  const name = `bare-${rows}`
  await dynamo.createTable(tableProperties(name))
  await prepare(openTable(name, db), rows)
  let written = 0
  const workers = Array.from({ length: WORKERS }, () => {
    const child = fork(new URL('./bare-writes.ts', import.meta.url), [name], {
      env: {
        ...process.env,
        AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
        AWS_REGION: LOCAL_REGION,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    return child
  })
  await Promise.all(workers.map((child) => once(child, 'message')))
  const items: Record<string, unknown>[] = []
  for await (const page of paginateScan({ client: db }, { TableName: from.name }))
    for (const item of page.Items ?? []) if (item.type?.S === 'account') items.push(unmarshall(item))
  const begin = performance.now()
  await Promise.all(
    workers.map(async (child, n) => {
      for (const group of inGroupsOf(
        items.filter((_, i) => i % WORKERS === n),
        1000,
      )) {
        child.send(group)
        await once(child, 'message')
        written += group.length
      }
      child.kill()
    }),
  )
  if (written !== rows) throw new Error(`${written} bare writes and not ${rows}`)
  return performance.now() - begin
}

try {
  console.log(
    `Import of ${ROWS.toLocaleString('en')} rows, each a claim (writes: ${WORKERS} workers, ${WRITES_AT_ONCE} at once)`,
  )
  const small = await importRows(ROWS / 10)
  const large = await importRows(ROWS)
  const bare = await bareWrites(ROWS, large.table)
  console.log(`  import:      ${rate(ROWS, large.ms)}`)
  console.log(`  bare writes: ${rate(ROWS, bare)}`)
  console.log(`  the import takes ${(large.ms / bare).toFixed(2)} times as long as its bare writes`)
  console.log(
    `  peak RSS of the import function: ${mib(small.peakRssKiB)} at ${(ROWS / 10).toLocaleString('en')} rows, ${mib(large.peakRssKiB)} at ${ROWS.toLocaleString('en')} (× ${(large.peakRssKiB / small.peakRssKiB).toFixed(2)})`,
  )
} finally {
  db.destroy()
  s3.destroy()
  await parts.stop()
  await dynamo.stop()
}
