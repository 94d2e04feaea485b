/**
 * Measures how fast an import is compared with the same writes made bare against the same DynamoDB, and whether the
 * import function’s memory grows with the file.
 *
 *   npm run bench:import [-- ROWS]      (100,000 rows by default; the memory is compared with a tenth of them)
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { paginateScan } from '@aws-sdk/client-dynamodb'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { inGroupsOf } from '../../shared/lib/concurrency.ts'
import type { Table } from '../../shared/storage/client.ts'
import { BUCKET, claimCsv, mib, ORG, prepare, rate, startBench, WORKERS } from './parts.ts'

const ROWS = Number(process.argv[2] ?? 100_000)
/** Writes in parallel per row worker. */
const WRITES_AT_ONCE = 16

const bench = await startBench()

async function importRows(rows: number): Promise<{ ms: number; peakRssKiB: number; table: Table }> {
  const table = await bench.createTable(`import-${rows}`)
  await prepare(table, rows)
  const key = `imports/${ORG}/${rows}.csv`
  await bench.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: claimCsv(0, rows) }))
  const { ms, peakRssKiB } = await bench.importObject(table, key, rows)
  return { ms, peakRssKiB, table }
}

/** Writes the items that the import wrote, with the same condition and as many processes, and nothing else. */
async function bareWrites(rows: number, from: Table): Promise<number> {
  const bare = await bench.createTable(`bare-${rows}`)
  await prepare(bare, rows)
  let written = 0
  const workers = Array.from({ length: WORKERS }, () => {
    const child = fork(new URL('./bare-writes.ts', import.meta.url), [bare.name], {
      env: { ...process.env, ...bench.dynamoEnv },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    return child
  })
  await Promise.all(workers.map((child) => once(child, 'message')))
  const items: Record<string, unknown>[] = []
  for await (const page of paginateScan({ client: bench.db }, { TableName: from.name }))
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
  await bench.stop()
}
