import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mapConcurrent } from '../../../shared/kit/concurrency.ts'
import { type ImportStore, importStore } from '../../../shared/table/imports.ts'
import { ADMIN, T0 } from '../../support/builders.ts'
import { startTable, type TestTable } from '../../support/dynamo.ts'

const CHUNKS = 150
const ROWS = 100
/** As many as an account new to Lambda may run. */
const WORKERS = 10

describe('an import’s item, while every chunk’s transaction is at it', () => {
  let db: TestTable
  let imports: ImportStore

  beforeAll(async () => {
    // Each transaction is held open as long as a slow one of AWS's, and conflicts with the others while it is.
    db = await startTable({ slow: 1, holdMs: 25, rate: 0 })
    imports = importStore(db.table)
  })
  afterAll(() => db.stop())

  it('I6: is counted in by every worker, once a chunk, and told meanwhile what has been sent', async () => {
    const ref = { orgId: 'noordzee', importId: 'import' }
    const file = { fileName: 'a.csv', objectKey: 'imports/noordzee/a.csv', etag: 'e', sizeBytes: 1 }
    await imports.create({ ...ref, kind: 'claims', status: 'reading', createdBy: ADMIN, ...file }, T0)
    const current = async () => {
      const record = await imports.get(ref.orgId, ref.importId)
      if (record === undefined) throw new Error('no import')
      return record
    }
    await imports.run(await current())
    const record = await current()
    const outcomes = Array.from({ length: ROWS }, () => ({ result: 'claimed', codes: [] }) as const)
    const chunks = Array.from({ length: CHUNKS }, (_, chunk) => chunk)
    const sent = async () => {
      for (let n = 1; n <= CHUNKS / 10; n++) await imports.rangeSent(record, n)
    }
    const [written] = await Promise.all([
      mapConcurrent(chunks, WORKERS, (chunk) => imports.chunkDone({ ...record, chunk }, outcomes)),
      sent(),
    ])
    expect(written).toEqual(chunks.map(() => 'written'))
    expect(await current()).toMatchObject({ chunksDone: CHUNKS, accepted: CHUNKS * ROWS, refused: 0 })
  })
})
