/**
 * Measures how fast a full sync is, and whether the sync function’s memory grows with the directory: N users against
 * N addresses, with 1 % of the users missing from the directory and as many addresses that nobody has.
 *
 *   node test/bench/sync.ts [N]      (100,000 by default; the memory is compared with a tenth of them)
 */
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { startDynamoDb } from '../../infra/local/aws/dynamodb/dynamodb.ts'
import { startObjectsAndQueues } from '../../infra/local/aws/fauxqs/objects-and-queues.ts'
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../infra/local/aws/names.ts'
import { inGroupsOf, mapConcurrent } from '../../shared/lib/concurrency.ts'
import type { AccountRecord, Organization } from '../../shared/rules/types.ts'
import { openTable, type Table } from '../../shared/storage/client.ts'
import { accountStore } from '../../shared/storage/stores/accounts.ts'
import { organizationStore } from '../../shared/storage/stores/organizations.ts'
import { syncStore } from '../../shared/storage/stores/syncs.ts'
import { tableProperties } from '../support/dynamo.ts'
import { mib, Worker } from './parts.ts'

const N = Number(process.argv[2] ?? 100_000)
const BUCKET = 'bench'
const QUEUE = 'syncs'
const ORG = 'bench-bv'
const DOMAIN = 'bench.example'
/** One in so many users is missing from the directory. */
const MISSING_EVERY = 100
/** Comparisons and pages in parallel: as many as this machine has cores. */
const WORKERS = 2

const org: Organization = {
  orgId: ORG,
  name: ORG,
  kind: 'enterprise',
  region: 'eu',
  createdAt: '2020-01-01T00:00:00Z',
  sso: false,
  directorySync: true,
  adminEmails: [],
  settings: {
    allowContentMigration: true,
    suppressInvitations: false,
    licenseTemplate: [],
    retentionDays: null,
    locale: 'en',
  },
}

const idOf = (n: number): string => `u${String(n).padStart(7, '0')}`
const isMissing = (n: number): boolean => n % MISSING_EVERY === 0

const accountOf = (n: number): AccountRecord => ({
  recordId: idOf(n),
  revision: 1,
  hasContent: true,
  account: {
    userId: idOf(n),
    email: `First.Last${n}@${DOMAIN}`,
    firstName: 'First',
    lastName: `Last ${n}`,
    displayName: `First Last ${n}`,
    orgId: ORG,
    status: 'active',
    licenses: [],
    paid: false,
    locale: 'en',
  },
})

async function prepare(table: Table, users: number): Promise<void> {
  const by = { at: '2026-01-01T00:00:00Z', by: 'platform:bench' } as const
  await organizationStore(table).write(org, 0, { what: 'organization.created', ...by })
  const accounts = Array.from({ length: users }, (_, n) => accountOf(n))
  await mapConcurrent([...inGroupsOf(accounts, 500)], 2, (group) => accountStore(table).create(group))
}

const count = (n: number): string => n.toLocaleString('en')

const parts = await startObjectsAndQueues({})
const dynamo = await startDynamoDb({ endpoint: process.env.DYNAMODB_ENDPOINT })
const credentials = LOCAL_CREDENTIALS
const db = new DynamoDBClient({ endpoint: dynamo.endpoint, region: LOCAL_REGION, credentials })
const s3 = new S3Client({ endpoint: parts.endpoint, region: LOCAL_REGION, credentials, forcePathStyle: true })
parts.createBucket(BUCKET)
const queueUrl = parts.createQueue(QUEUE, {})

/** Runs the workers until the queue is empty, including messages that they add. */
async function drain(workers: readonly Worker[]): Promise<void> {
  let busy = 0
  await Promise.all(
    workers.map(async (worker) => {
      for (;;) {
        const Records = await parts.queues.receive(QUEUE, { max: 1, waitMs: busy > 0 ? 100 : 0 })
        if (Records.length === 0 && busy === 0) return
        if (Records.length === 0) continue
        busy++
        await worker.invoke({ Records })
        busy--
        parts.queues.delete(
          QUEUE,
          Records.map(({ receiptHandle }) => receiptHandle),
        )
      }
    }),
  )
}

async function inactiveIn(table: Table): Promise<number> {
  let inactive = 0
  for await (const page of paginateScan({ client: db }, { TableName: table.name }))
    for (const item of page.Items ?? []) if (item.inactive?.M?.syncId?.S !== undefined) inactive++
  return inactive
}

async function syncUsers(users: number): Promise<{ ms: number; peakRssKiB: number; peakLiveKiB: number }> {
  const name = `sync-${users}`
  await dynamo.createTable(tableProperties(name))
  const table = openTable(name, db)
  await prepare(table, users)
  const lines = Array.from({ length: users }, (_, n) =>
    isMissing(n) ? `Nobody,new${n}@${DOMAIN}` : `Last ${n},first.last${n}@${DOMAIN}`,
  )
  const csv = `Last Name,Email\r\n${lines.join('\r\n')}\r\n`
  const syncs = syncStore(table)
  const ref = { orgId: ORG, syncId: `sync-${users}` }
  const key = `directory/${ORG}/${ref.syncId}.csv`
  await syncs.createForFile({ ...ref, mode: 'full', createdBy: 'admin:bench' }, key, new Date())
  const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: csv }))
  const waiting = await syncs.get(ORG, ref.syncId)
  if (waiting === undefined) throw new Error('no sync')
  await syncs.start(waiting, { etag: ETag.replaceAll('"', ''), sizeBytes: csv.length }, new Date())
  const env = {
    TABLE_NAME: name,
    BUCKET_NAME: BUCKET,
    SYNC_QUEUE_URL: queueUrl,
    QUEUE_URL: queueUrl,
    DEAD_LETTERS_URL: queueUrl,
    SYNC_MAX_INACTIVE_PERCENT: '20',
    AWS_REGION: LOCAL_REGION,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_ENDPOINT_URL_S3: parts.endpoint,
    AWS_ENDPOINT_URL_SQS: parts.endpoint,
    POWERTOOLS_LOG_LEVEL: 'ERROR',
  }
  const workers = await Promise.all(
    Array.from({ length: WORKERS }, () => new Worker('sync', env, { collects: true }).ready()),
  )
  const [first] = workers
  if (first === undefined) throw new Error('no worker')

  const started = performance.now()
  await first.invoke({ Records: [{ messageId: '1', body: JSON.stringify({ kind: 'advance', ...ref }) }] })
  await drain(workers)
  const ms = performance.now() - started
  for (const worker of workers) worker.stop()

  const sync = await syncs.get(ORG, ref.syncId)
  const missing = Math.ceil(users / MISSING_EVERY)
  const counted = [sync?.added, sync?.matched, sync?.inactivated, sync?.madeInactive, sync?.untouched]
  console.log(
    `  ${count(users)} users: ${counted[0]} added, ${counted[1]} matched, ${counted[2]} inactivated (${counted[3]} changed), ${counted[4]} untouched; ${sync?.runs} runs, ${sync?.comparisons} comparisons, ${sync?.pages} pages`,
  )
  const expected = [missing, users - missing, missing, missing, 0]
  if (sync?.phase !== 'completed' || counted.some((each, n) => each !== expected[n]))
    throw new Error(`the counts are not ${expected.join(', ')}: ${JSON.stringify(sync)}`)
  const inactive = await inactiveIn(table)
  if (inactive !== missing) throw new Error(`${inactive} users are inactive and not ${missing}`)
  const [peakRssKiB, peakLiveKiB] = (['peakRssKiB', 'peakLiveKiB'] as const).map((peak) =>
    Math.max(...workers.map((worker) => worker[peak])),
  )
  return { ms, peakRssKiB: peakRssKiB ?? 0, peakLiveKiB: peakLiveKiB ?? 0 }
}

try {
  console.log(
    `Full sync of ${count(N)} users against ${count(N)} addresses, 1 % missing (${WORKERS} workers)`,
  )
  const small = await syncUsers(N / 10)
  const large = await syncUsers(N)
  const rate = Math.round(N / (large.ms / 1000))
  console.log(`  ${(large.ms / 1000).toFixed(1)} s, ${count(rate)} users/s`)
  console.log(
    `  peak RSS of the sync function: ${mib(small.peakRssKiB)} at ${count(N / 10)}, ${mib(large.peakRssKiB)} at ${count(N)} (× ${(large.peakRssKiB / small.peakRssKiB).toFixed(2)})`,
  )
  console.log(
    `  in use by the sync function: ${mib(small.peakLiveKiB)} at ${count(N / 10)}, ${mib(large.peakLiveKiB)} at ${count(N)} (× ${(large.peakLiveKiB / small.peakLiveKiB).toFixed(2)})`,
  )
} finally {
  db.destroy()
  s3.destroy()
  await parts.stop()
  await dynamo.stop()
}
