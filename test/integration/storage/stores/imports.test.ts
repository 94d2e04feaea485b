import { describe, expect } from 'vitest'
import { batchPut } from '../../../../shared/storage/writes/batch.ts'
import type { ImportRecord, RowOutcome } from '../../../../shared/storage/items/import-item.ts'
import type { NewImport } from '../../../../shared/storage/stores/import-lifecycle.ts'
import { type ImportStore, importStore } from '../../../../shared/storage/stores/imports.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import { ADMIN, T0 } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { it } from '../../../support/fixtures.ts'

const range = (n: number) => ({ startByte: n * 10, endByte: n * 10 + 9, firstLine: n + 2, rows: 3 })

describe('importStore', () => {
  let db: TestTable
  let imports: ImportStore
  let made = 0

  it.beforeAll(({ table }) => {
    db = table
    imports = importStore(db.table)
  })

  const wanted = (patch: Partial<NewImport> = {}): NewImport => ({
    importId: `import${String(++made).padStart(3, '0')}`,
    orgId: 'noordzee',
    kind: 'claims',
    status: 'reading',
    fileName: 'people.csv',
    objectKey: 'imports/noordzee/people.csv',
    etag: 'etag',
    sizeBytes: 1000,
    createdBy: ADMIN,
    ...patch,
  })
  async function started(patch: Partial<NewImport> = {}): Promise<ImportRecord> {
    const given = wanted(patch)
    await imports.create(given, T0)
    return current(given)
  }
  async function current({
    orgId,
    importId,
  }: Pick<ImportRecord, 'orgId' | 'importId'>): Promise<ImportRecord> {
    const record = await imports.get(orgId, importId)
    if (record === undefined) throw new Error('no import')
    return record
  }
  const progress = (record: ImportRecord, rows: number) => ({
    bytesRead: record.bytesRead + 10 * rows,
    rowsRead: record.rowsRead + rows,
    nextLine: record.nextLine + rows,
  })

  it('C6: is created once, however often it is asked for', async () => {
    const given = wanted()
    expect(await imports.create(given, T0)).toEqual({ outcome: 'written' })
    expect(await imports.create({ ...given, fileName: 'other.csv' }, T0)).toEqual({ outcome: 'lost' })
    expect(await current(given)).toMatchObject({ fileName: 'people.csv', status: 'reading', rowsRead: 0 })
  })

  it('I6: of two invocations with one stretch of the file, one remembers it', async () => {
    const record = await started()
    const results = await Promise.all([
      imports.checkpoint(record, [range(0), range(1)], progress(record, 6)),
      imports.checkpoint(record, [range(0)], progress(record, 3)),
    ])
    expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(['lost', 'written'])
    const chunks = results[0]?.outcome === 'written' ? 2 : 1
    expect(await current(record)).toMatchObject({ ranges: 1, chunks, rowsRead: 3 * chunks })
    expect((await imports.range(record.importId, 0)).chunks).toHaveLength(chunks)
  })

  it('I6: ranges are read back as they were cut, numbered through', async () => {
    const record = await started()
    await imports.checkpoint(record, [range(0), range(1)], progress(record, 6))
    const next = await current(record)
    await imports.checkpoint(next, [range(2)], progress(next, 3))
    expect(await imports.range(record.importId, 0)).toEqual({ firstChunk: 0, chunks: [range(0), range(1)] })
    expect(await imports.range(record.importId, 1)).toEqual({ firstChunk: 2, chunks: [range(2)] })
  })

  it('I2: is refused only before its rows are handled, and handled only if it was not refused', async () => {
    const [running, failed] = [await started(), await started()]
    const error = { code: 'no_rows', message: 'The file has no rows.', line: 2, column: 1 }
    expect(await imports.run(running)).toEqual({ outcome: 'written' })
    expect(await imports.fail(running, error, ADMIN, T0)).toEqual({ outcome: 'lost' })
    expect(await imports.fail(failed, error, ADMIN, T0)).toEqual({ outcome: 'written' })
    expect(await imports.run(failed)).toEqual({ outcome: 'lost' })
    expect(await current(failed)).toMatchObject({ status: 'failed', error, completedAt: T0.toISOString() })
  })

  it('I6: what has been sent is never taken back', async () => {
    const record = await started()
    await imports.run(record)
    expect(await imports.markRangeSent(record, 2)).toEqual({ outcome: 'written' })
    expect(await imports.markRangeSent(record, 1)).toEqual({ outcome: 'lost' })
    expect(await current(record)).toMatchObject({ rangesSent: 2 })
  })

  it('I5, I6: chunks that are done at once are all counted, each once', async () => {
    const record = await started()
    await imports.run(record)
    // Two workers find different reasons: with the same ones neither could tell whose were written when an answer is lost.
    const reasons = ['directory_sync_enabled', 'domain_not_verified'] as const
    const outcomes = (chunk: number, worker: 0 | 1): RowOutcome[] => [
      { result: 'claimed', codes: [] },
      { result: 'refused', codes: ['unknown_user', reasons[worker]] },
      ...(chunk % 2 === 0 ? [{ result: 'unchanged', codes: ['claim_open'] } as const] : []),
    ]
    const numbers = Array.from({ length: 10 }, (_, chunk) => chunk)
    const recordAs = async (chunk: number, worker: 0 | 1) =>
      (await imports.recordChunk({ ...record, chunk }, outcomes(chunk, worker))).outcome
    const [first, second] = await Promise.all(
      ([0, 1] as const).map((worker) => Promise.all(numbers.map((chunk) => recordAs(chunk, worker)))),
    )
    expect(second).toEqual(first?.map((outcome) => (outcome === 'written' ? 'lost' : 'written')))
    expect(await current(record)).toMatchObject({ chunksDone: 10, accepted: 10, refused: 10, unchanged: 5 })
    expect(await Array.fromAsync(imports.outcomes(record))).toEqual(
      numbers.flatMap((chunk) => outcomes(chunk, first?.[chunk] === 'written' ? 0 : 1)),
    )
    expect(await imports.getForChunk({ ...record, chunk: 9 })).toMatchObject({ done: { outcome: 'lost' } })
    expect((await imports.getForChunk({ ...record, chunk: 10 })).done).toBeUndefined()
    expect(await current(record)).toMatchObject({ chunksDone: 10, accepted: 10 })
  })

  it('I3: the outcomes of more chunks than a query gives at once come in the order of the file', async () => {
    const record = await started()
    const chunks = 450
    await batchPut(
      db.table,
      Array.from({ length: chunks }, (_, chunk) => ({
        ...keys.importChunk(record.importId, 'claim', chunk),
        type: 'import-chunk',
        v: 1,
        chunk,
        counts: '0 100 0',
        outcomes: Array.from({ length: 100 }, (_, row) => `refused|unknown_user|${chunk * 100 + row}`),
      })),
    )
    let row = 0
    for await (const { codes } of imports.outcomes(record)) {
      // So many assertions take longer than what they assert.
      if (codes[1] !== String(row)) throw new Error(`row ${row} came as ${codes[1]}`)
      row++
    }
    expect(row).toBe(chunks * 100)
  })

  const ended = (name: string) => ({
    reportKey: `reports/noordzee/${name}.csv`,
    codes: { unknown_user: 2 },
    contentLoss: { chosen_direct: 1 },
  })

  it('I10: a claimed row keeps the claim that was made, and one of before that was kept is read still', async () => {
    const record = await started()
    const made = { type: 'direct', contentLoss: 'chosen_direct' } as const
    await imports.recordChunk({ ...record, chunk: 0 }, [
      { result: 'claimed', codes: [], made },
      { result: 'claimed', codes: [], made: { type: 'delayed' } },
      { result: 'claimed', codes: [] },
      { result: 'unchanged', codes: ['claim_open'] },
    ])
    expect(await Array.fromAsync(imports.outcomes(record))).toEqual([
      { result: 'claimed', codes: [], made },
      { result: 'claimed', codes: [], made: { type: 'delayed' } },
      { result: 'claimed', codes: [] },
      { result: 'unchanged', codes: ['claim_open'] },
    ])
  })

  it('I4: is completed once', async () => {
    const record = await started()
    await imports.run(record)
    expect(await imports.complete(record, ended('a'), ADMIN, T0)).toEqual({ outcome: 'written' })
    expect(await imports.complete(record, ended('b'), ADMIN, T0)).toEqual({ outcome: 'lost' })
    expect(await current(record)).toMatchObject({ status: 'completed', reportKey: 'reports/noordzee/a.csv' })
  })

  it('I5: an org’s imports are listed newest first, page by page, each once, and no other org’s', async () => {
    const ids = Array.from({ length: 7 }, (_, n) => `01KAPEG9Q${n}`)
    for (const importId of ids) await imports.create(wanted({ importId, orgId: 'lister' }), T0)
    await imports.create(wanted({ importId: '01KAPEG9QX', orgId: 'lister2' }), T0)
    const seen: string[] = []
    let before: string | undefined
    do {
      const page = await imports.list('lister', 3, before)
      seen.push(...page.items.map(({ importId }) => importId))
      before = page.next
    } while (before !== undefined)
    expect(seen).toEqual(ids.toReversed())
  })
})
