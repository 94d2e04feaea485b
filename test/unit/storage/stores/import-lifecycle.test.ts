import { describe, expect, it } from 'vitest'
import { firstLease, uploadLease } from '../../../../shared/rules/jobs/job-lease.ts'
import type { ImportRecord } from '../../../../shared/storage/items/import-item.ts'
import { duePlaceOf, keys } from '../../../../shared/storage/keys.ts'
import type { NewImport } from '../../../../shared/storage/stores/import-lifecycle.ts'
import { ADMIN, plus, T0 } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

const WANTED: NewImport = {
  importId: '01IMPORT',
  orgId: 'acme',
  kind: 'claims',
  status: 'reading',
  fileName: 'people.csv',
  objectKey: 'imports/acme/people.csv',
  etag: 'e1',
  sizeBytes: 100,
  createdBy: ADMIN,
}
const WRITTEN = { outcome: 'written' }
const LOST = { outcome: 'lost' }
const NOW = plus(5000)
const BY = 'admin:eva'
const RANGE = { startByte: 0, endByte: 9, firstLine: 2, rows: 1 }
const PROGRESS = { bytesRead: 9, rowsRead: 1, nextLine: 3 }
const DONE = { reportKey: 'reports/a.csv', codes: { unknown_user: 1 }, contentLoss: { region: 2 } }
const change = (what: string, n: number, by: string = BY) => ({ what, at: NOW.toISOString(), by, n })

async function created(patch: Partial<NewImport> = {}) {
  const stores = memoryStores()
  const { imports } = stores
  expect(await imports.create({ ...WANTED, ...patch }, T0)).toEqual(WRITTEN)
  const get = async (): Promise<ImportRecord> => {
    const record = await imports.get('acme', '01IMPORT')
    if (record === undefined) throw new Error('no import')
    return record
  }
  const running = async () => {
    await imports.checkpoint(await get(), [RANGE], PROGRESS)
    await imports.run(await get())
    return get()
  }
  const previewed = async () => {
    const counted = { chunksDone: 1, accepted: 5, refused: 6, unchanged: 7 }
    await imports.markRangeSent(await running(), 1)
    await imports.complete({ ...(await get()), ...counted }, DONE, ADMIN, T0)
    return get()
  }
  const duePlace = () => duePlaceOf(stores.item(keys.import('acme', '01IMPORT')) ?? {})
  return { ...stores, get, running, previewed, duePlace }
}

describe('an import', () => {
  it('I11: that waits for its upload is found by the sweep when its form has expired', async () => {
    const { get, duePlace } = await created({ status: 'waiting' })
    expect(await get()).toMatchObject({
      status: 'waiting',
      createdAt: T0.toISOString(),
      change: { what: 'import.created', at: T0.toISOString(), by: ADMIN, n: 1 },
      ...{ bytesRead: 0, rowsRead: 0, nextLine: 1, ranges: 0, rangesSent: 0, chunks: 0 },
      ...{ chunksDone: 0, accepted: 0, refused: 0, unchanged: 0 },
    })
    expect(duePlace()).toMatchObject({ kind: 'job', at: uploadLease(T0).dueAt })
  })

  it('I1: of a file that has come is read at once, with a lease', async () => {
    const { get, duePlace } = await created()
    expect(await get()).toMatchObject({ status: 'reading', change: { what: 'import.started' } })
    expect(duePlace()).toMatchObject({ kind: 'job', at: firstLease(T0).dueAt })
  })

  it('I11: starts when the upload that it waits for comes', async () => {
    const { imports, get } = await created({ status: 'waiting' })
    const waiting = await get()
    expect(await imports.start(waiting, { etag: 'e2', sizeBytes: 200 }, BY, NOW)).toEqual(WRITTEN)
    expect(await get()).toMatchObject({ status: 'reading', etag: 'e2', sizeBytes: 200 })
    expect(await imports.start(waiting, { etag: 'e3', sizeBytes: 300 }, BY, NOW)).toEqual(LOST)
  })

  it('I11: starts once when its upload comes, also after it was missed, and for no other failure', async () => {
    const { imports, get, duePlace } = await created({ status: 'waiting' })
    const object = { etag: 'e2', sizeBytes: 200 }
    const waiting = await get()
    const fail = async (code: string) => imports.fail(await get(), { code, message: 'no' }, BY, NOW)
    expect(await fail('upload_missed')).toEqual(WRITTEN)
    expect(duePlace()).toBeUndefined()
    const missed = await get()
    expect(missed).toMatchObject({
      status: 'failed',
      error: { code: 'upload_missed', message: 'no' },
      completedAt: NOW.toISOString(),
      change: change('import.failed', 2),
    })
    expect(await imports.start(missed, object, BY, NOW)).toEqual(WRITTEN)
    const started = await get()
    expect(started).toMatchObject({ status: 'reading', ...object, change: change('import.started', 3) })
    expect(started).not.toHaveProperty('error')
    expect(started).not.toHaveProperty('completedAt')
    expect(duePlace()).toMatchObject({ kind: 'job', at: firstLease(NOW).dueAt })
    expect(await imports.start(waiting, object, BY, NOW)).toEqual(LOST)
    expect(await fail('no_rows')).toEqual(WRITTEN)
    expect(await imports.start(await get(), object, BY, NOW)).toEqual(LOST)
    expect(await fail('no_rows')).toEqual(LOST)
  })

  it('I2: claims nothing before the whole file was read, and is no longer refused then', async () => {
    const { imports, get } = await created()
    const early = await get()
    await imports.checkpoint(early, [RANGE], PROGRESS)
    expect(await imports.run(early)).toEqual(LOST)
    expect(await imports.run(await get())).toEqual(WRITTEN)
    expect(await get()).toMatchObject({ status: 'running' })
    expect(await imports.run(await get())).toEqual(LOST)
    expect(await imports.fail(await get(), { code: 'no_rows', message: 'no' }, BY, NOW)).toEqual(LOST)
  })

  it('I3: completes once, with its totals and its report, and is due no more', async () => {
    const { imports, running, get, duePlace } = await created()
    const record = { ...(await running()), chunksDone: 1, accepted: 5, refused: 6, unchanged: 7 }
    expect(await imports.complete(record, DONE, BY, NOW)).toEqual(WRITTEN)
    expect(await get()).toMatchObject({
      status: 'completed',
      ...DONE,
      ...{ chunksDone: 1, accepted: 5, refused: 6, unchanged: 7 },
      completedAt: NOW.toISOString(),
      change: change('import.completed', 2),
    })
    expect(duePlace()).toBeUndefined()
    expect(await imports.complete(record, DONE, BY, NOW)).toEqual(LOST)
  })

  it('I12: completes only as it was read: a cancellation in between is seen', async () => {
    const { imports, running, get } = await created({ preview: true })
    const record = await running()
    await imports.cancel(record, BY, NOW)
    expect(await imports.complete(record, DONE, BY, NOW)).toEqual(LOST)
    expect(await imports.complete(await get(), DONE, BY, NOW)).toEqual(WRITTEN)
    expect(await get()).toMatchObject({ status: 'completed', change: change('import.completed', 3) })
  })

  it('P1: a preview waits to be confirmed, once, and is run anew from its first range', async () => {
    const { imports, previewed, get, duePlace } = await created({ preview: true })
    const record = await previewed()
    expect(record).toMatchObject({ status: 'previewed', change: { what: 'import.previewed', n: 2 } })
    expect(duePlace()).toBeUndefined()
    expect(await imports.confirm(record, { by: BY, now: NOW })).toEqual(WRITTEN)
    const confirmed = await get()
    expect(confirmed).toMatchObject({
      status: 'running',
      confirmedAt: NOW.toISOString(),
      change: change('import.confirmed', 3),
      ...{ rangesSent: 0, chunksDone: 0, accepted: 0, refused: 0, unchanged: 0, chunks: 1 },
    })
    for (const name of ['codes', 'contentLoss', 'reportKey', 'completedAt', 'noInvitations'])
      expect(confirmed).not.toHaveProperty(name)
    expect(duePlace()).toMatchObject({ kind: 'job', at: firstLease(NOW).dueAt })
    expect(await imports.confirm(record, { by: BY, now: NOW })).toEqual(LOST)
    await imports.complete(confirmed, DONE, BY, NOW)
    expect(await get()).toMatchObject({ status: 'completed' })
  })

  it.each([
    [true, true],
    [false, undefined],
  ])(
    'N3: whoever confirms it says whether licences are without invitations: %s',
    async (noInvitations, stored) => {
      const { imports, previewed, get } = await created({ preview: true })
      await imports.confirm(await previewed(), { by: BY, now: NOW, noInvitations })
      expect((await get()).noInvitations).toBe(stored)
    },
  )

  it('I12: is cancelled once; one that waits ends at once, and one under way goes on', async () => {
    const waiting = await created({ status: 'waiting' })
    const before = await waiting.get()
    expect(await waiting.imports.cancel(before, BY, NOW)).toEqual(WRITTEN)
    const cancelled = { cancelledAt: NOW.toISOString(), change: change('import.cancelled', 2) }
    expect(await waiting.get()).toMatchObject({
      status: 'completed',
      completedAt: NOW.toISOString(),
      ...cancelled,
    })
    expect(waiting.duePlace()).toBeUndefined()
    expect(await waiting.imports.cancel(before, BY, NOW)).toEqual(LOST)
    const preview = await created({ preview: true })
    await preview.imports.cancel(await preview.previewed(), BY, NOW)
    expect(await preview.get()).toMatchObject({ status: 'completed', completedAt: NOW.toISOString() })
    const running = await created()
    const record = await running.running()
    expect(await running.imports.cancel(record, BY, NOW)).toEqual(WRITTEN)
    const after = await running.get()
    expect(after).toMatchObject({ status: 'running', ...cancelled })
    expect(after).not.toHaveProperty('completedAt')
    expect(running.duePlace()).toBeDefined()
    expect(await running.imports.cancel(after, BY, NOW)).toEqual(LOST)
  })

  it('M2: has its lease renewed by one of two messages, and its chunks sent again where that was asked', async () => {
    const { imports, running, get, duePlace } = await created()
    await running()
    await imports.markRangeSent(await get(), 1)
    const record = await get()
    const lease = { dueAt: plus(10_000_000).toISOString(), progressSeen: 'here', resumptions: 1 }
    expect(await imports.renewLease(record, lease, false)).toEqual(WRITTEN)
    expect(await imports.renewLease(record, lease, false)).toEqual(LOST)
    expect(await get()).toMatchObject({
      dueAt: lease.dueAt,
      leaseSeen: 'here',
      leaseTakes: 1,
      rangesSent: 1,
    })
    expect(duePlace()).toMatchObject({ at: lease.dueAt })
    expect(await imports.renewLease(await get(), lease, true)).toEqual(WRITTEN)
    expect(await get()).toMatchObject({ rangesSent: 0 })
  })
})
