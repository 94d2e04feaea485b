import { describe, expect, it } from 'vitest'
import { DAY_MS, isoSecond } from '../../../../shared/lib/time.ts'
import { nextWarningAt } from '../../../../shared/rules/directory/directory-sync.ts'
import { firstLease } from '../../../../shared/rules/jobs/job-lease.ts'
import type { SyncRecord, SyncRun } from '../../../../shared/storage/items/sync-item.ts'
import { duePlaceOf, keys } from '../../../../shared/storage/keys.ts'
import { ADMIN, plus, T0 } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

const WANTED = { orgId: 'acme', syncId: '01SYNC', mode: 'full', createdBy: ADMIN } as const
const RUN: SyncRun = { of: 'users', rows: 3, lines: 'a', starts: [0, 1] }
const WRITTEN = { outcome: 'written' }
const LOST = { outcome: 'lost' }
const NOW = plus(5000)
const lease = { dueAt: firstLease(NOW).dueAt, leaseSeen: '', leaseTakes: 0 }
const change = (what: string, n: number, by: string = ADMIN) => ({ what, at: NOW.toISOString(), by, n })

function world() {
  const stores = memoryStores()
  const { syncs } = stores
  const get = async (): Promise<SyncRecord> => {
    const record = await syncs.get(WANTED.orgId, WANTED.syncId)
    if (record === undefined) throw new Error('no sync')
    return record
  }
  const duePlace = () => duePlaceOf(stores.item(keys.sync(WANTED.orgId, WANTED.syncId)) ?? {})
  /** As its own writes bring it there. */
  async function inPhase(
    phase: 'upload' | 'directory' | 'users' | 'compare' | 'held' | 'apply' | 'completed',
  ) {
    await syncs.createForFile(WANTED, 'directory/acme/a.csv', T0)
    if (phase === 'upload') return get()
    await syncs.start(await get(), { etag: 'e', sizeBytes: 7 }, NOW)
    if (phase === 'directory') return get()
    await syncs.directoryRead(await get())
    if (phase === 'users') return get()
    await syncs.runDone(await get(), RUN, { phase: 'compare', comparisons: 2 }, NOW)
    if (phase === 'compare') return get()
    if (phase === 'held') await syncs.hold(await get(), { inactivations: 1, users: 2 }, 4, NOW)
    else await syncs.apply(await get(), 4, NOW)
    if (phase !== 'completed') return get()
    await syncs.complete(await get(), { removedFrom: REMOVED_FROM, sample: ['acc1'] }, NOW)
    return get()
  }
  return { ...stores, get, inPhase, duePlace }
}
const REMOVED_FROM = isoSecond(plus(30 * DAY_MS))

describe('a sync', () => {
  it('Y8: of an upload is created once, and waits in no index', async () => {
    const { syncs, inPhase, duePlace } = world()
    expect(await inPhase('upload')).toMatchObject({
      phase: 'upload',
      source: 'file',
      objectKey: 'directory/acme/a.csv',
      runs: 0,
      change: { what: 'sync.created', n: 1, by: ADMIN },
    })
    expect(duePlace()).toBeUndefined()
    expect(await syncs.createForFile(WANTED, 'other.csv', T0)).toEqual(LOST)
    expect(await syncs.get('acme', 'other')).toBeUndefined()
    expect(await syncs.get('other', WANTED.syncId)).toBeUndefined()
  })

  it('Y8: of a list is created once with its directory, which is forgotten when it has been compared', async () => {
    const { syncs, get, duePlace } = world()
    expect(await syncs.createFromList(WANTED, { ...RUN, of: 'directory' }, NOW)).toEqual(WRITTEN)
    expect(await syncs.createFromList(WANTED, RUN, NOW)).toEqual(LOST)
    expect(await get()).toMatchObject({
      phase: 'users',
      source: 'list',
      startedAt: NOW.toISOString(),
      rowsRead: 3,
      runs: 1,
      change: change('sync.started', 1),
      ...lease,
    })
    expect(duePlace()).toMatchObject({ kind: 'job', at: lease.dueAt })
    expect(await syncs.runs(WANTED.syncId)).toMatchObject([{ of: 'directory', rows: 3, lines: 'a' }])
    await syncs.forgetList(WANTED)
    const [left] = await syncs.runs(WANTED.syncId)
    expect(left).toMatchObject({ of: 'directory', rows: 3 })
    expect(left).not.toHaveProperty('lines')
  })

  it('Y8: starts once when its file has come, with a lease', async () => {
    const { syncs, inPhase, get, duePlace } = world()
    const record = await inPhase('upload')
    const object = { etag: 'e', sizeBytes: 7 }
    expect(await syncs.start(record, object, NOW)).toEqual(WRITTEN)
    const expected = { ...object, startedAt: NOW.toISOString(), change: change('sync.started', 2), ...lease }
    expect(await get()).toMatchObject({ phase: 'directory', ...expected })
    expect(duePlace()).toMatchObject({ kind: 'job', at: lease.dueAt })
    expect(await syncs.start(record, object, NOW)).toEqual(LOST)
  })

  it('Y8: knows how its file is read, while it is read', async () => {
    const { syncs, inPhase, get } = world()
    const found = { columns: { width: 2, address: 1 }, bytesRead: 9, nextLine: 4 }
    const record = await inPhase('directory')
    expect(await syncs.setDialect(record, found)).toEqual(WRITTEN)
    expect(await get()).toMatchObject(found)
    await syncs.directoryRead(record)
    expect(await syncs.setDialect(record, found)).toEqual(LOST)
  })

  it('C6: takes each run once, with the position after it', async () => {
    const { syncs, inPhase, get } = world()
    const record = await inPhase('users')
    expect(await syncs.runDone(record, RUN, { usersRead: 3 }, NOW)).toEqual(WRITTEN)
    expect(await syncs.runDone(record, RUN, { usersRead: 9 }, NOW)).toEqual(LOST)
    expect(await get()).toMatchObject({ runs: 1, usersRead: 3, comparisons: 0 })
    expect(await syncs.runDone(await get(), RUN, { phase: 'compare', comparisons: 2 }, NOW)).toEqual(WRITTEN)
    expect(await get()).toMatchObject({ runs: 2, phase: 'compare', comparisons: 2 })
    expect(await syncs.runs(WANTED.syncId)).toEqual([RUN, RUN].map((run) => expect.objectContaining(run)))
  })

  it('C6: ends the reading of its directory only at the run that was read', async () => {
    const { syncs, inPhase, get } = world()
    const record = await inPhase('directory')
    await syncs.runDone(record, RUN, {}, NOW)
    expect(await syncs.directoryRead(record)).toEqual(LOST)
    expect(await syncs.directoryRead(await get())).toEqual(WRITTEN)
    expect(await get()).toMatchObject({ phase: 'users' })
  })

  it('Y8: is held without a lease, and confirmed once, with one', async () => {
    const { syncs, inPhase, get, duePlace } = world()
    const record = await inPhase('held')
    expect(record).toMatchObject({
      phase: 'held',
      held: { inactivations: 1, users: 2 },
      pages: 4,
      comparedAt: NOW.toISOString(),
      change: change('sync.held', 3, 'sync:01SYNC'),
    })
    expect(duePlace()).toBeUndefined()
    expect(await syncs.confirm(record, 'admin:eva', NOW)).toEqual(WRITTEN)
    const confirmed = await get()
    expect(confirmed).toMatchObject({
      phase: 'apply',
      appliedAt: NOW.toISOString(),
      change: change('sync.confirmed', 4, 'admin:eva'),
      ...lease,
    })
    expect(confirmed).not.toHaveProperty('held')
    expect(duePlace()).toMatchObject({ kind: 'job', at: lease.dueAt })
    expect(await syncs.confirm(record, ADMIN, NOW)).toEqual(LOST)
    expect(await syncs.hold(record, { inactivations: 1, users: 2 }, 4, NOW)).toEqual(LOST)
  })

  it('Y8: is applied once after it was compared', async () => {
    const { syncs, inPhase, get } = world()
    const record = await inPhase('compare')
    expect(await syncs.apply(record, 4, NOW)).toEqual(WRITTEN)
    const at = NOW.toISOString()
    expect(await get()).toMatchObject({ phase: 'apply', pages: 4, comparedAt: at, appliedAt: at })
    expect(await syncs.apply(record, 4, NOW)).toEqual(LOST)
  })

  it('Y4: falls due again for each warning about those that it made inactive, and each is recorded once', async () => {
    const { syncs, inPhase, get, duePlace } = world()
    const record = await inPhase('completed')
    expect(record).toMatchObject({
      phase: 'completed',
      completedAt: NOW.toISOString(),
      comparedAt: NOW.toISOString(),
      removedFrom: REMOVED_FROM,
      sample: ['acc1'],
      change: change('sync.completed', 3, 'sync:01SYNC'),
    })
    const first = duePlace()
    expect(first).toMatchObject({ kind: 'job', at: nextWarningAt(REMOVED_FROM, NOW) })
    const now = new Date(first?.at ?? '')
    const warned = { days: 7, users: 1, sample: ['acc1'] }
    expect(await syncs.warned(record, warned, now)).toEqual(WRITTEN)
    expect(await syncs.warned(record, warned, now)).toEqual(LOST)
    const next = { what: 'sync.warned', at: now.toISOString(), by: 'sync:01SYNC', n: 4 }
    expect(await get()).toMatchObject({ warned, change: next })
    expect(duePlace()).toMatchObject({ kind: 'job', at: nextWarningAt(REMOVED_FROM, now) })
  })

  it('Y4: is due no more where nobody is left to warn about, and tells nobody so', async () => {
    const { syncs, inPhase, get, duePlace } = world()
    const record = await inPhase('completed')
    expect(await syncs.warned(record, undefined, NOW)).toEqual(WRITTEN)
    const after = await get()
    expect(after.change).toEqual(record.change)
    expect(after).not.toHaveProperty('warned')
    expect(after).not.toHaveProperty('dueAt')
    expect(duePlace()).toBeUndefined()
  })

  it('Y8: completes without a trace in the index where it made nobody inactive', async () => {
    const { syncs, inPhase, get, duePlace } = world()
    const record = await inPhase('compare')
    expect(await syncs.complete(record, undefined, NOW)).toEqual(WRITTEN)
    expect(await get()).toMatchObject({ phase: 'completed', comparedAt: NOW.toISOString() })
    expect(duePlace()).toBeUndefined()
    expect(await syncs.complete(record, undefined, NOW)).toEqual(LOST)
    expect(await syncs.warned(record, undefined, NOW)).toEqual(LOST)
  })

  it('Y8: keeps when it was compared', async () => {
    const { syncs, inPhase, get } = world()
    await syncs.complete(await inPhase('apply'), undefined, plus(9000))
    expect(await get()).toMatchObject({
      comparedAt: NOW.toISOString(),
      completedAt: plus(9000).toISOString(),
    })
  })

  it('Y8: fails with what was wrong, and is due no more', async () => {
    const { syncs, inPhase, get, duePlace } = world()
    const record = await inPhase('directory')
    const refusedRows = [{ line: 3, code: 'invalid_address' }]
    const error = { code: 'no_rows', message: 'No rows.' }
    expect(await syncs.fail({ ...record, refused: 1, refusedRows }, error, NOW)).toEqual(WRITTEN)
    expect(await get()).toMatchObject({
      phase: 'failed',
      error,
      refused: 1,
      refusedRows,
      completedAt: NOW.toISOString(),
      change: change('sync.failed', 3, 'sync:01SYNC'),
    })
    expect(duePlace()).toBeUndefined()
    expect(await syncs.fail(record, error, NOW)).toEqual(LOST)
  })

  it('M2: has its lease renewed by one of two messages', async () => {
    const { syncs, inPhase, get, duePlace } = world()
    const record = await inPhase('users')
    const renewed = { dueAt: plus(10_000_000).toISOString(), progressSeen: 'here', resumptions: 1 }
    expect(await syncs.renewLease(record, renewed)).toEqual(WRITTEN)
    expect(await syncs.renewLease(record, renewed)).toEqual(LOST)
    expect(await get()).toMatchObject({ dueAt: renewed.dueAt, leaseSeen: 'here', leaseTakes: 1 })
    expect(duePlace()).toMatchObject({ at: renewed.dueAt })
  })

  it('C6: has each comparison and each batch counted once', async () => {
    const { syncs, inPhase, get, sent } = world()
    const record = await inPhase('compare')
    const counts = { add: 1, match: 2, inactivate: 3, restore: 4, untouched: 5 }
    const comparison = { objectKey: 'syncs/a', counts, ends: counts, pages: [] }
    const compare = (n: number) => syncs.recordComparison(record, n, comparison, 6, NOW)
    expect([await compare(0), await compare(0), await compare(1)]).toEqual([WRITTEN, LOST, WRITTEN])
    expect(await get()).toMatchObject({
      comparisonsDone: 2,
      added: 2,
      matched: 4,
      inactivated: 6,
      restored: 8,
      untouched: 10,
      touchable: 12,
    })
    expect(await syncs.comparison(WANTED.syncId, 1)).toMatchObject(comparison)
    expect(await syncs.comparison(WANTED.syncId, 2)).toBeUndefined()
    expect(await syncs.comparisons(WANTED.syncId)).toMatchObject([comparison, comparison])
    const batch = (n: number) => syncs.recordBatch(record, n, { inactivated: ['a', 'b'], restored: 3 }, NOW)
    expect([await batch(0), await batch(0)]).toEqual([WRITTEN, LOST])
    expect(await get()).toMatchObject({ pagesDone: 1, madeInactive: 2, madeActive: 3 })
    expect(await syncs.inactivated(WANTED.syncId, 0)).toEqual(['a', 'b'])
    expect(sent.at(-1)).toMatchObject({ input: { ConsistentRead: true } })
    expect(await syncs.inactivated(WANTED.syncId, 1)).toBeUndefined()
    await get()
    expect(sent.at(-1)).toMatchObject({ input: { ConsistentRead: true } })
  })

  it('R3: an org’s are listed newest first, page by page, each once', async () => {
    const { syncs } = world()
    for (const n of [1, 3, 2]) await syncs.createForFile({ ...WANTED, syncId: `0${n}` }, 'a.csv', T0)
    await syncs.createForFile({ ...WANTED, orgId: 'other', syncId: '04' }, 'a.csv', T0)
    const first = await syncs.list('acme', 2)
    expect([first.items.map(({ syncId }) => syncId), first.next]).toEqual([['03', '02'], '02'])
    const second = await syncs.list('acme', 2, first.next)
    expect([second.items.map(({ syncId }) => syncId), second.next]).toEqual([['01'], undefined])
  })
})
