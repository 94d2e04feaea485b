/**
 * Measures rows per second of reading and writing CSV, as a ratio to bare csv-parse on the same bytes in the same
 * round. The best of a few rounds counts, since other work on the machine only slows it down.
 */
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { parse } from 'csv-parse'
import { chunkRecords } from '../../shared/csv/chunks.ts'
import { mapClaimHeader, parseClaimRow } from '../../shared/csv/claim-columns.ts'
import { type Dialect, sniff } from '../../shared/csv/dialect.ts'
import { SNIFF_BYTES } from '../../shared/csv/limits.ts'
import { readBatches, readRecords } from '../../shared/csv/reader.ts'
import { reportWriter } from '../../shared/csv/report.ts'

const COPIES = 50
const ROUNDS = 3
const CHUNK_BYTES = 64 * 1024

interface Input {
  readonly chunks: readonly Buffer[]
  readonly dialect: Dialect
}

function input(file: Buffer, copies = COPIES): Input {
  const dialect = sniff(file.subarray(0, SNIFF_BYTES))
  const lineEnd = dialect.encoding === 'utf-16le' ? Buffer.from('\n', 'utf16le') : Buffer.from('\n')
  const bodyStart = file.indexOf(lineEnd, dialect.headerByte) + lineEnd.length
  const bytes = Buffer.concat([
    file.subarray(0, bodyStart),
    ...Array<Buffer>(copies).fill(file.subarray(bodyStart)),
  ])
  const chunks: Buffer[] = []
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES)
    chunks.push(bytes.subarray(start, start + CHUNK_BYTES))
  return { chunks, dialect }
}

const sample = (name: string): Input =>
  input(readFileSync(new URL(`../../events/${name}.csv`, import.meta.url)))

async function* source({ chunks, dialect }: Input): AsyncGenerator<Buffer> {
  const [first, ...rest] = chunks
  if (first) yield first.subarray(dialect.headerByte)
  yield* rest
}

const from = ({ dialect }: Input) => ({ byte: dialect.headerByte, line: dialect.headerLine })

async function bare({ chunks }: Input): Promise<number> {
  let rows = 0
  for await (const _ of Readable.from(chunks).pipe(parse())) rows++
  return rows
}

async function batches(file: Input): Promise<number> {
  let rows = 0
  for await (const batch of readBatches(source(file), file.dialect, from(file))) rows += batch.length
  return rows
}

async function records(file: Input): Promise<number> {
  let rows = 0
  for await (const _ of readRecords(source(file), file.dialect, from(file))) rows++
  return rows
}

async function cut(file: Input): Promise<number> {
  let rows = 0
  const limits = { maxRows: 500, maxBytes: 1024 * 1024 }
  for await (const range of chunkRecords(readRecords(source(file), file.dialect, from(file)), limits))
    rows += range.rows
  return rows
}

async function checked(file: Input): Promise<number> {
  let rows = 0
  let columns: ReturnType<typeof mapClaimHeader> | undefined
  for await (const batch of readBatches(source(file), file.dialect, from(file))) {
    for (const { cells } of batch) {
      if (columns === undefined) columns = mapClaimHeader(cells)
      else if (parseClaimRow(cells, columns).outcome === 'refused')
        throw new Error('a row of the sample was refused')
      rows++
    }
  }
  return rows
}

async function reported(file: Input): Promise<number> {
  let rows = 0
  let bytes = 0
  let report: ReturnType<typeof reportWriter> | undefined
  for await (const batch of readBatches(source(file), file.dialect, from(file))) {
    const [header] = batch
    if (header) report ??= reportWriter(header.cells, file.dialect.delimiter)
    const outcome = {
      line: 1,
      result: 'refused',
      codes: ['claim_open'],
      message: 'Another claim on it is open.',
    } as const
    bytes += report?.lines(batch.map(({ cells }) => ({ cells, outcome }))).length ?? 0
    rows += batch.length
  }
  if (bytes === 0) throw new Error('no report was written')
  return rows
}

async function rowsPerSecond(run: () => Promise<number>): Promise<number> {
  const start = performance.now()
  const rows = await run()
  return (rows * 1000) / (performance.now() - start)
}

const comma = sample('people-comma')
const row = 'Jan,Jansen,Jan Jansen,jan.jansen@noordzee.example,,delayed\r\n'
const ragged = input(
  Buffer.from(`First Name,Last Name,Display Name,Email,User Status,Claim Type,Licenses\r\n${row}`),
  60_000,
)

const cases: readonly [name: string, run: () => Promise<number>][] = [
  ['bare csv-parse', () => bare(comma)],
  ['readBatches', () => batches(comma)],
  ['readRecords', () => records(comma)],
  ['readRecords, cut into ranges', () => cut(comma)],
  ['readBatches, rows checked', () => checked(comma)],
  ['readBatches, report written', () => reported(comma)],
  ['readBatches, all cells quoted', () => batches(sample('people-quoted'))],
  ['readBatches, UTF-16', () => batches(sample('people-utf16-tab'))],
  ['readBatches, short rows', () => batches(ragged)],
]

const best = new Map<string, number>()
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, run] of cases) best.set(name, Math.max(best.get(name) ?? 0, await rowsPerSecond(run)))
}
const base = best.get('bare csv-parse') ?? 1
for (const [name, speed] of best) {
  console.log(
    `${name.padEnd(32)} ${Math.round(speed).toLocaleString('en').padStart(9)} rows/s  × ${(speed / base).toFixed(2)}`,
  )
}
