/**
 * Exports every claimable user, imports the file unchanged, and checks that each is claimed with the type in the file
 * (I8), and that the export function’s memory doesn’t grow with the number of users.
 *
 *   node test/bench/export.ts [USERS]      (100,000 by default; the memory is compared with a tenth of them)
 */
import { Readable } from 'node:stream'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { mapClaimHeader } from '../../shared/csv/claim-columns.ts'
import { sniff } from '../../shared/csv/dialect.ts'
import { SNIFF_BYTES } from '../../shared/csv/limits.ts'
import { readBatches } from '../../shared/csv/reader.ts'
import { inGroupsOf } from '../../shared/lib/concurrency.ts'
import { accountStore } from '../../shared/storage/stores/accounts.ts'
import type { Table } from '../../shared/storage/client.ts'
import { exportStore } from '../../shared/storage/stores/exports.ts'
import { BUCKET, delivered, mib, ORG, org, prepare, rate, startBench, Worker } from './parts.ts'

const USERS = Number(process.argv[2] ?? 100_000)

/** In turn: a delayed claim, and a direct one for each of two reasons. */
const SOURCES = [
  org('personal', 'consumer'),
  org('dunes', 'enterprise'),
  org('abroad', 'consumer', { region: 'us' }),
]

interface Exported {
  readonly ms: number
  readonly peakRssKiB: number
  readonly peakLiveKiB: number
  readonly table: Table
  readonly csv: Buffer
}

const bench = await startBench()

async function exportUsers(users: number): Promise<Exported> {
  const table = await bench.createTable(`export-${users}`)
  await prepare(table, users, SOURCES)
  const exports = exportStore(table)
  const exportId = `export-${users}`
  await exports.create({ orgId: ORG, exportId, createdBy: 'admin:bench' }, new Date())
  const worker = await new Worker('export', bench.envOf(table.name, 'exports'), { collects: true }).ready()
  const started = performance.now()
  await worker.invoke(delivered({ orgId: ORG, exportId }))
  const ms = performance.now() - started
  worker.stop()
  const record = await exports.get(ORG, exportId)
  if (record?.status !== 'completed' || record.rows !== users)
    throw new Error(`${record?.status}, with ${record?.rows} of ${users} users`)
  const { Body } = await bench.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: record.objectKey }))
  if (Body === undefined) throw new Error('no file')
  const { peakRssKiB, peakLiveKiB } = worker
  return { ms, peakRssKiB, peakLiveKiB, table, csv: Buffer.from(await Body.transformToByteArray()) }
}

/** By address: what the file shows, such as `delayed ` or `direct enterprise_source`. */
async function shownIn(csv: Buffer): Promise<Map<string, string>> {
  const dialect = sniff(csv.subarray(0, SNIFF_BYTES))
  const source = Readable.from([csv.subarray(dialect.headerByte)])
  const from = { byte: dialect.headerByte, line: dialect.headerLine }
  const shown = new Map<string, string>()
  let at: ReturnType<typeof mapClaimHeader>['at'] | undefined
  for await (const batch of readBatches(source, dialect, from)) {
    for (const { cells } of batch) {
      if (at === undefined) {
        at = mapClaimHeader(cells).at
        continue
      }
      const { address = -1, type = -1, contentLoss = -1 } = at
      shown.set(cells[address] ?? '', `${cells[type]} ${cells[contentLoss]}`)
    }
  }
  return shown
}

async function claimBack({ table, csv }: Exported, users: number): Promise<number> {
  const key = `imports/${ORG}/${users}.csv`
  await bench.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: csv }))
  const { ms, record } = await bench.importObject(table, key, users)
  if (record.accepted !== users) throw new Error('not every user was claimed')
  const shown = await shownIn(csv)
  if (shown.size !== users) throw new Error(`the file shows ${shown.size} users and not ${users}`)
  const counts = new Map<string, number>()
  for (const emails of inGroupsOf([...shown.keys()], 1_000)) {
    for (const [email, { claim }] of await accountStore(table).byAddresses(emails)) {
      const made = `${claim?.type} ${claim?.contentLoss ?? ''}`
      if (made !== shown.get(email)) throw new Error(`claimed ${made}, and shown ${shown.get(email)}`)
      counts.set(made, (counts.get(made) ?? 0) + 1)
    }
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  if (total !== users) throw new Error(`${total} claims and not ${users}`)
  const kinds = [...counts].map(([made, count]) => `${count} ${made.trim()}`)
  console.log(`  each claimed with the type shown: ${kinds.join(', ')}`)
  return ms
}

try {
  console.log(`Export of ${USERS.toLocaleString('en')} claimable users, imported back unchanged`)
  const tenth = Math.ceil(USERS / 10)
  const small = await exportUsers(tenth)
  const large = await exportUsers(USERS)
  const importMs = await claimBack(large, USERS)
  console.log(`  export: ${rate(USERS, large.ms)}, a file of ${mib(large.csv.length / 1024)}`)
  console.log(`  import: ${rate(USERS, importMs)}`)
  console.log(
    `  peak RSS of the export function: ${mib(small.peakRssKiB)} at ${tenth.toLocaleString('en')} users, ${mib(large.peakRssKiB)} at ${USERS.toLocaleString('en')} (× ${(large.peakRssKiB / small.peakRssKiB).toFixed(2)})`,
  )
  console.log(
    `  in use by the export function: ${mib(small.peakLiveKiB)} at ${tenth.toLocaleString('en')} users, ${mib(large.peakLiveKiB)} at ${USERS.toLocaleString('en')} (× ${(large.peakLiveKiB / small.peakLiveKiB).toFixed(2)})`,
  )
} finally {
  await bench.stop()
}
