import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mapConcurrent } from '../../../../shared/lib/concurrency.ts'
import { type ImportStore, importStore } from '../../../../shared/storage/stores/imports.ts'
import { ADMIN, T0 } from '../../../support/builders.ts'
import { startTable, type TestTable } from '../../../support/dynamo.ts'

const CHUNKS = 150
/** 48 chunks each. */
const PARTS = 4
const ROWS = 100
/** As many as an account new to Lambda may run. */
const WORKERS = 10

describe('an import, while every worker counts', () => {
  let db: TestTable
  let imports: ImportStore

  beforeAll(async () => {
    // A transaction would be held open as long as a slow one of AWS's, and conflict with the others while it is.
    db = await startTable({ slow: 1, holdMs: 25, rate: 0 })
    imports = importStore(db.table)
  })
  afterAll(() => db.stop())

  it('I5, I6: is counted in by every worker, once a chunk, and told meanwhile what has been sent', async () => {
    const ref = { orgId: 'noordzee', importId: 'import' }
    const file = { fileName: 'a.csv', objectKey: 'imports/noordzee/a.csv', etag: 'e', sizeBytes: 1 }
    await imports.create({ ...ref, kind: 'claims', status: 'reading', createdBy: ADMIN, ...file }, T0)
    const current = async () => {
      const record = await imports.get(ref.orgId, ref.importId)
      if (record === undefined) throw new Error('no import')
      return record
    }
    const range = { startByte: 0, endByte: 9, firstLine: 2, rows: ROWS }
    const progress = { bytesRead: 9, rowsRead: CHUNKS * ROWS, nextLine: 3 }
    await imports.checkpoint(await current(), Array(CHUNKS).fill(range), progress)
    await imports.run(await current())
    const record = await current()
    const outcomes = Array.from({ length: ROWS }, () => ({ result: 'claimed', codes: [] }) as const)
    const chunks = Array.from({ length: CHUNKS }, (_, chunk) => chunk)
    const sent = async () => {
      for (let n = 1; n <= CHUNKS / 10; n++) await imports.markRangeSent(record, n)
    }
    const [written] = await Promise.all([
      mapConcurrent(chunks, WORKERS, (chunk) => imports.recordChunk({ ...record, chunk }, outcomes)),
      sent(),
    ])
    expect(written.map(({ outcome }) => outcome)).toEqual(chunks.map(() => 'written'))
    // Of those that are counted together, the last one says that they are done.
    expect(written.filter(({ isPartDone }) => isPartDone)).toHaveLength(PARTS)
    expect(db.faults?.counts().collision).toBe(0)
    expect(await current()).toMatchObject({ chunksDone: CHUNKS, accepted: CHUNKS * ROWS, refused: 0 })
    const again = await mapConcurrent(chunks, WORKERS, (chunk) => imports.getForChunk({ ...record, chunk }))
    expect(again.map(({ done }) => done)).toEqual(chunks.map(() => ({ outcome: 'lost', isPartDone: true })))
    expect(await current()).toMatchObject({ chunksDone: CHUNKS, accepted: CHUNKS * ROWS })
  })
})
