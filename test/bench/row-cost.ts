import { fork } from 'node:child_process'
import { once } from 'node:events'
import { paginateScan } from '@aws-sdk/client-dynamodb'
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import * as z from 'zod'
import { functions } from '../../infra/functions.ts'
import { inGroupsOf } from '../../shared/lib/concurrency.ts'
import {
  addPeople,
  BUCKET,
  CHUNKS_PER_BATCH,
  claimCsv,
  delivered,
  ORG,
  prepare,
  startBench,
  Worker,
} from './parts.ts'

const told = z.object({ cpuMs: z.number() })
const GROUP = 500

/** CPU time per row of both sides in one round, in microseconds. */
export interface RowCost {
  /** Of `import-rows`, each of whose rows is claimed: reading the chunk, deciding, writing, recording. */
  readonly importRows: number
  /** Of writing the same items by the SDK and nothing else: one conditional `PutItem` each, 16 in parallel. */
  readonly barePut: number
}

/**
 * Measures what a claimed row costs `import-rows`, and what writing the same item bare costs, in processes of their
 * own against the same DynamoDB, in turn. The first round, in which both are compiled, is left out.
 * @param rows per round
 */
export async function measureRows(rounds: number, rows: number): Promise<RowCost[]> {
  const bench = await startBench()
  try {
    const [table, bare] = [await bench.createTable('rows'), await bench.createTable('bare')]
    for (const each of [table, bare]) await prepare(each, 0)
    const reader = await new Worker('import', bench.envOf(table.name, 'imports')).ready()
    const rowsEnv = bench.envOf(table.name, 'rows')
    const worker = await new Worker('import-rows', rowsEnv, {
      heapMib: functions['import-rows'].memoryMb,
    }).ready()
    const putter = fork(new URL('./bare-writes.ts', import.meta.url), [bare.name], {
      env: { ...process.env, ...bench.dynamoEnv },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    await once(putter, 'message')
    let putterMs = 0

    async function importRound(from: number, to: number): Promise<number> {
      await addPeople(table, from, to)
      const key = `imports/${ORG}/${from}.csv`
      await bench.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: claimCsv(from, to) }))
      const { ETag = '', ContentLength: size } = await bench.s3.send(
        new HeadObjectCommand({ Bucket: BUCKET, Key: key }),
      )
      const object = { key, size, eTag: ETag.replaceAll('"', ''), sequencer: String(from + 1) }
      await reader.invoke(delivered({ Records: [{ eventTime: new Date().toISOString(), s3: { object } }] }))
      const before = worker.cpuMs
      for (;;) {
        const Records = await bench.queues.receive('import-rows', { max: CHUNKS_PER_BATCH, waitMs: 0 })
        if (Records.length === 0) break
        await worker.invoke({ Records })
        bench.queues.delete(
          'import-rows',
          Records.map(({ receiptHandle }) => receiptHandle),
        )
      }
      return worker.cpuMs - before
    }

    async function putRound(from: number, to: number): Promise<number> {
      await addPeople(bare, from, to)
      const items: Record<string, unknown>[] = []
      const ids = new Set(
        Array.from({ length: to - from }, (_, i) => `U#u${String(from + i).padStart(7, '0')}`),
      )
      for await (const page of paginateScan({ client: bench.db }, { TableName: table.name }))
        for (const item of page.Items ?? []) if (ids.has(item.pk?.S ?? '')) items.push(unmarshall(item))
      if (items.length !== to - from || items.some(({ claim }) => claim === undefined))
        throw new Error('not every row was claimed')
      const before = putterMs
      for (const group of inGroupsOf(items, GROUP)) {
        putter.send(group)
        const [reply] = await once(putter, 'message')
        putterMs = told.parse(reply).cpuMs
      }
      return putterMs - before
    }

    const costs: RowCost[] = []
    for (let round = 0; round <= rounds; round++) {
      const [from, to] = [round * rows, (round + 1) * rows]
      const importMs = await importRound(from, to)
      const bareMs = await putRound(from, to)
      costs.push({ importRows: (importMs * 1000) / rows, barePut: (bareMs * 1000) / rows })
    }
    for (const each of [reader, worker]) each.stop()
    putter.kill()
    return costs.slice(1)
  } finally {
    await bench.stop()
  }
}
