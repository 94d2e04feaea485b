/**
 * Runs a large import, and an import of a tenth of it. Checks whether every row is counted, whether the memory of its
 * two functions grows with the file, and how large a share of the writes a single key of the table or an index gets.
 *
 *   npm run bench:million [-- ROWS] [--dry]      (1,000,000 rows by default)
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { bundle } from '../../infra/build/bundles.ts'
import { addManyPeople, countWrites } from './many-people.ts'
import { BUCKET, claimCsv, HEAP_MIB, mib, ORG, prepare, rate, startBench } from './parts.ts'
import { table as markdown, record, where } from './report.ts'

const { values, positionals } = parseArgs({
  options: { dry: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const ROWS = Number(positionals[0] ?? 1_000_000)
/**
 * Limits V8's young generation, which would otherwise grow with the data passed through and starve a small heap. With
 * the limit, every row costs the same.
 */
const YOUNG_MIB = 8
/** How often to remove stream records, since reading them gets slower the more there are. */
const COUNT_EVERY_MS = 250

const directory = await mkdtemp(join(tmpdir(), 'million-'))
const bundles = await bundle(['import', 'import-rows'], directory)
const paths = Object.fromEntries([...bundles].map(([name, folder]) => [name, join(folder, 'index.js')]))
const bench = await startBench()
const { databasePath } = bench
if (databasePath === undefined) throw new Error('this takes the embedded DynamoDB: unset DYNAMODB_ENDPOINT')

async function importRows(path: string, rows: number) {
  const table = await bench.createTable(`million-${rows}`)
  await prepare(table, 0)
  const startedAt = performance.now()
  await addManyPeople(path, table, rows)
  console.log(
    `${rows.toLocaleString('en')} accounts are there (${rate(rows, performance.now() - startedAt)})`,
  )
  const counter = countWrites(path, table.name)
  counter.take()
  const writesBefore = counter.largestOfTable().total
  const key = `imports/${ORG}/${rows}.csv`
  await bench.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: claimCsv(0, rows) }))
  const timer = setInterval(() => counter.take(), COUNT_EVERY_MS)
  try {
    const imported = await bench.importObject(table, key, rows, { bundles: paths, youngMib: YOUNG_MIB })
    counter.take()
    console.log(`  ${rate(rows, imported.ms)}`)
    return {
      ...imported,
      writesBefore,
      ofTable: counter.largestOfTable(),
      ofIndexes: counter.largestOfIndexes(),
    }
  } finally {
    clearInterval(timer)
    counter.close()
  }
}

try {
  const small = await importRows(databasePath, ROWS / 10)
  const large = await importRows(databasePath, ROWS)
  const { accepted = 0, refused = 0, unchanged = 0 } = large.record
  const growth = (of: 'peakRssKiB' | 'rowsPeakRssKiB'): string => (large[of] / small[of]).toFixed(2)
  const section = [
    where(`an import of ${ROWS.toLocaleString('en')} rows`),
    `Each function has a heap of ${HEAP_MIB} MiB and a young generation of ${YOUNG_MIB}, since V8 doesn't collect what there is room for. Two row workers.`,
    markdown(
      ['measure', 'measured', 'goal'],
      [
        [
          'rows accounted for',
          `${accepted + refused + unchanged} (${accepted} claimed, ${refused} refused, ${unchanged} unchanged)`,
          'all',
        ],
        [
          'peak RSS of `import`; ÷ at a tenth',
          `${mib(large.peakRssKiB)}; ${growth('peakRssKiB')}`,
          '≤ 256 MiB; ≤ 1.15',
        ],
        [
          'peak RSS of `import-rows`; ÷ at a tenth',
          `${mib(large.rowsPeakRssKiB)}; ${growth('rowsPeakRssKiB')}`,
          '≤ 256 MiB; ≤ 1.15',
        ],
        [
          `largest share of one key, of ${large.ofTable.total.toLocaleString('en')} writes of the table`,
          `1/${Math.round(1 / large.ofTable.share)} (${large.ofTable.key.slice(0, 2)}…)`,
          '≤ 1/16',
        ],
        ...large.ofIndexes.map(({ index, entries, share }) => [
          `… of ${entries.toLocaleString('en')} entries of ${index}`,
          `1/${(1 / share).toFixed(1)}`,
          '≤ 1/16',
        ]),
        ['speed (wall time)', rate(ROWS, large.ms), ''],
      ],
    ),
  ].join('\n\n')
  console.log(section)
  if (!values.dry) record(section)
} finally {
  await bench.stop()
  await rm(directory, { recursive: true })
}
