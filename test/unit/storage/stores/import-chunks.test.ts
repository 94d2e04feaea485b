import { describe, expect, it } from 'vitest'
import type { ImportRecord, RowOutcome } from '../../../../shared/storage/items/import-item.ts'
import { keys } from '../../../../shared/storage/keys.ts'
import { ADMIN, T0 } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

const REF = { orgId: 'acme', importId: '01IMPORT' }
const refused = (code: string): RowOutcome => ({ result: 'refused', codes: [code] })
const RANGE = { startByte: 0, endByte: 9, firstLine: 2, rows: 1 }
const DIALECT = { encoding: 'utf-8', bomBytes: 0, delimiter: ',', headerByte: 0, headerLine: 1 } as const

async function world(chunks: number, patch: { readonly preview?: true } = {}) {
  const stores = memoryStores()
  const { imports } = stores
  const file = { fileName: 'a.csv', objectKey: 'imports/acme/a.csv', etag: 'e', sizeBytes: 10 }
  await imports.create({ ...REF, kind: 'claims', status: 'reading', createdBy: ADMIN, ...file, ...patch }, T0)
  const get = async (): Promise<ImportRecord> => {
    const record = await imports.get(REF.orgId, REF.importId)
    if (record === undefined) throw new Error('no import')
    return record
  }
  const reading = await get()
  await imports.checkpoint(reading, Array(chunks).fill(RANGE), {
    bytesRead: 9,
    rowsRead: chunks,
    nextLine: 3,
  })
  await imports.run(await get())
  const record = await get()
  const done = (chunk: number, ...rows: RowOutcome[]) => imports.recordChunk({ ...record, chunk }, rows)
  return { ...stores, get, reading, record, done }
}

describe('the chunks of an import', () => {
  it('I3, I6: keep the outcomes that came first, and count them once', async () => {
    const { imports, record, done, get, item } = await world(2)
    expect((await imports.getForChunk({ ...REF, chunk: 0 })).done).toBeUndefined()
    expect(await done(0, refused('first'))).toEqual({ outcome: 'written', isPartDone: false })
    expect(await done(0, refused('other'), refused('other'))).toEqual({ outcome: 'lost', isPartDone: false })
    expect(await done(1, refused('last'))).toEqual({ outcome: 'written', isPartDone: true })
    expect(await done(1, refused('last'))).toEqual({ outcome: 'lost', isPartDone: true })
    expect(await imports.getForChunk({ ...REF, chunk: 0 })).toEqual({
      record: await imports.getStored(REF.orgId, REF.importId),
      done: { outcome: 'lost', isPartDone: true },
    })
    expect(await get()).toMatchObject({ chunksDone: 2, refused: 2 })
    expect(await Array.fromAsync(imports.outcomes(record))).toEqual([refused('first'), refused('last')])
    expect(item(keys.importChunk(REF.importId, 'claim', 0))).toMatchObject({
      type: 'import-chunk',
      v: 1,
      chunk: 0,
      expiresAtEpochSeconds: expect.any(Number),
    })
  })

  it('P1: are those of its pass', async () => {
    const { imports, record, done } = await world(1, { preview: true })
    await done(0, refused('previewed'))
    expect((await imports.getForChunk({ ...REF, chunk: 0 })).done).toEqual({
      outcome: 'lost',
      isPartDone: true,
    })
    expect(await Array.fromAsync(imports.outcomes({ ...record, confirmedAt: T0.toISOString() }))).toEqual([])
  })

  it('O1: of an import that was deleted with its org leave nothing', async () => {
    const { imports, record, done, memory, parts } = await world(60)
    await parts.delete(keys.import(REF.orgId, REF.importId))
    await parts.delete(keys.importRange(REF.importId, 0))
    expect([...memory.all()]).toEqual([])
    expect(await done(0, refused('late'))).toEqual({ outcome: 'written', isPartDone: false })
    expect([...memory.all()]).toEqual([])
    expect(await done(50, refused('late'))).toEqual({ outcome: 'written', isPartDone: false })
    expect([...memory.all()]).toEqual([])
    expect(await imports.getForChunk({ ...REF, chunk: 0 })).toEqual({ record: undefined, done: undefined })
    expect(record.chunks).toBe(60)
  })

  it('R3: are listed in the file’s order, some at a time, from any on', async () => {
    const { imports, record, done } = await world(25)
    for (let chunk = 24; chunk >= 0; chunk--) if (chunk !== 12) await done(chunk, refused(`c${chunk}`))
    const first = await imports.chunkOutcomes(record, 0)
    expect(first.chunks).toEqual(
      Array.from({ length: 10 }, (_, chunk) => ({ chunk, outcomes: [refused(`c${chunk}`)] })),
    )
    expect(first.next).toBe(10)
    const second = await imports.chunkOutcomes(record, 11)
    expect(second.chunks.map(({ chunk }) => chunk)).toEqual([11, 13, 14, 15, 16, 17, 18, 19, 20, 21])
    expect(second.next).toBe(22)
    const last = await imports.chunkOutcomes(record, 22)
    expect([last.chunks.map(({ chunk }) => chunk), last.next]).toEqual([[22, 23, 24], undefined])
    expect(await imports.chunkOutcomes(record, 25)).toEqual({ chunks: [], next: undefined })
  })
})

describe('the reading of an import', () => {
  it('I1: knows its dialect once, and another encoding later, while it is read', async () => {
    const { imports, get, record, reading } = await world(1)
    const found = { dialect: DIALECT, header: ['Email'], bytesRead: 6, nextLine: 2 }
    expect(await imports.setDialect(record, found)).toEqual({ outcome: 'lost' })
    expect(await imports.changeDialect(record, DIALECT)).toEqual({ outcome: 'lost' })
    expect(await get()).not.toHaveProperty('dialect')
    const other = { ...reading, importId: '02IMPORT' }
    const { importId, orgId, kind, fileName, objectKey, sizeBytes, createdBy } = other
    await imports.create(
      { importId, orgId, kind, fileName, objectKey, sizeBytes, createdBy, status: 'reading' },
      T0,
    )
    expect(await imports.setDialect(other, found)).toEqual({ outcome: 'written' })
    expect(await imports.setDialect(other, { ...found, header: ['Mail'] })).toEqual({ outcome: 'lost' })
    expect(await imports.get(orgId, importId)).toMatchObject(found)
    const latin = { ...DIALECT, encoding: 'windows-1252' } as const
    expect(await imports.changeDialect(other, latin)).toEqual({ outcome: 'written' })
    expect(await imports.get(orgId, importId)).toMatchObject({ ...found, dialect: latin })
  })

  it('I6: finds its byte ranges as they are now, and its item too', async () => {
    const { imports, sent } = await world(2)
    expect(await imports.range(REF.importId, 0)).toEqual({ firstChunk: 0, chunks: [RANGE, RANGE] })
    expect(sent.at(-1)).toMatchObject({ input: { ConsistentRead: true } })
    await expect(imports.range(REF.importId, 1)).rejects.toThrow(Error)
    await imports.getStored(REF.orgId, REF.importId)
    expect(sent.at(-1)).toMatchObject({ input: { ConsistentRead: true } })
    expect(await imports.getStored(REF.orgId, 'other')).toBeUndefined()
  })
})
