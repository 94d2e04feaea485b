/**
 * Checks that a large import ends even if every transaction is held open, so that those on the import’s own item
 * conflict all the time: the reader’s, which records how far it has read, and each chunk’s.
 *
 *   npm run bench:slow [-- ROWS [HOLD_MS [WORKERS]]]      (150,000 rows, 30 ms and 4 workers by default)
 *
 * Only one row in ten is of a person who can be claimed, since this is about the chunks’ transactions.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import * as z from 'zod'
import { importStore } from '../../shared/storage/stores/imports.ts'
import {
  BUCKET,
  CHUNKS_PER_BATCH,
  DOMAIN,
  delivered,
  ORG,
  prepare,
  rate,
  startBench,
  Worker,
} from './parts.ts'

const [ROWS = 150_000, HOLD_MS = 30, WORKERS = 4] = process.argv.slice(2).map(Number)
const PEOPLE = Math.ceil(ROWS / 10)
/** As in the template: deliveries after which a message becomes a dead letter. */
const MAX_RECEIVES = 5
/** Seconds until a failed message is delivered again. Short, since this isn’t about waiting. */
const VISIBILITY_SECONDS = 60

const partial = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) })

const bench = await startBench({ slow: 1, holdMs: HOLD_MS, late: 0 })
try {
  const table = await bench.createTable('slow')
  await prepare(table, PEOPLE)
  const nameOf = (row: number): string => (row % 10 === 0 ? `first.last${row / 10}` : `unknown${row}`)
  const emails = Array.from({ length: ROWS }, (_, row) => `${nameOf(row)}@${DOMAIN}`)
  const key = `imports/${ORG}/slow.csv`
  await bench.s3.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: `Email\r\n${emails.join('\r\n')}\r\n` }),
  )
  const { ETag = '', ContentLength: size } = await bench.s3.send(
    new HeadObjectCommand({ Bucket: BUCKET, Key: key }),
  )
  const reader = await new Worker('import', bench.envOf(table.name, 'imports')).ready()
  const workers = await Promise.all(
    Array.from({ length: WORKERS }, () => new Worker('import-rows', bench.envOf(table.name, 'rows')).ready()),
  )
  const object = { key, size, eTag: ETag.replaceAll('"', ''), sequencer: '1' }
  const failures = { reader: 0, rows: 0 }
  let isRead = false
  const started = performance.now()

  /** Delivers the message again if it fails, until it is a dead letter. */
  async function read(): Promise<void> {
    const event = delivered({ Records: [{ eventTime: new Date().toISOString(), s3: { object } }] })
    for (let received = 1; ; received++) {
      const { batchItemFailures } = partial.parse(await reader.invoke(event))
      if (batchItemFailures.length === 0) break
      failures.reader++
      if (received === MAX_RECEIVES) throw new Error('the reader’s message is a dead letter')
    }
    isRead = true
  }

  async function work(worker: Worker): Promise<void> {
    for (let idle = 0; idle < 2; ) {
      const Records = await bench.queues.receive('import-rows', {
        max: CHUNKS_PER_BATCH,
        waitMs: 200,
        visibilityTimeoutSeconds: VISIBILITY_SECONDS,
      })
      if (Records.length === 0) {
        const record = (await importStore(table).list(ORG, 1)).items[0]
        if (isRead && record !== undefined && record.chunksDone === record.chunks) idle++
        await sleep(50)
        continue
      }
      const { batchItemFailures } = partial.parse(await worker.invoke({ Records }))
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
      failures.rows += failed.size
      bench.queues.delete(
        'import-rows',
        Records.filter(({ messageId }) => !failed.has(messageId)).map(({ receiptHandle }) => receiptHandle),
      )
    }
  }

  await Promise.all([read(), ...workers.map(work)])
  const ms = performance.now() - started
  for (const worker of [reader, ...workers]) worker.stop()
  const record = (await importStore(table).list(ORG, 1)).items[0]
  const { accepted = 0, refused = 0, unchanged = 0 } = record ?? {}
  console.log(
    `${ROWS.toLocaleString('en')} rows, each transaction held open for ${HOLD_MS} ms, ${WORKERS} row workers: ` +
      `${accepted} claimed, ${refused} refused, ${unchanged} unchanged in ${(ms / 1000).toFixed(0)} s (${rate(ROWS, ms)})`,
  )
  console.log(
    `  messages that failed and came again: ${failures.reader} of the reader, ${failures.rows} of chunks`,
  )
  console.log(`  faults: ${JSON.stringify(bench.faults?.())}`)
  if (accepted + refused + unchanged !== ROWS || accepted !== PEOPLE)
    throw new Error('not every row is accounted for once')
} finally {
  await bench.stop()
}
