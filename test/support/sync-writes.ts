import type { SyncRecord, SyncRun } from '../../shared/storage/items/sync-item.ts'
import type { Stores } from './background.ts'
import { ADMIN, plus, T0 } from './builders.ts'
import { done, fresh, type PrepareWrite, written } from './store-write.ts'

export const nextLease = { dueAt: plus(1_000_000).toISOString(), progressSeen: 'here', resumptions: 1 }
export const dialect = {
  encoding: 'utf-8',
  bomBytes: 0,
  delimiter: ',',
  headerByte: 0,
  headerLine: 1,
} as const

const newSync = () => ({ orgId: 'noordzee', syncId: fresh('sync'), mode: 'full', createdBy: ADMIN }) as const
const run: SyncRun = { of: 'users', rows: 1, lines: 'a', starts: [0, 1] }
const counts = { add: 1, match: 0, inactivate: 0, restore: 0, untouched: 0 }
const join = { objectKey: 'syncs/a', counts, ends: counts, pages: [] }

/** Brings a sync into a phase by the store’s own writes, one after the other. */
async function givenSync(
  { syncs }: Stores,
  phase: 'upload' | 'directory' | 'users' | 'compare' | 'held' | 'apply' | 'completed',
): Promise<SyncRecord> {
  const wanted = newSync()
  const get = async (): Promise<SyncRecord> => {
    const record = await syncs.get(wanted.orgId, wanted.syncId)
    if (record === undefined) throw new Error('no sync')
    return record
  }
  await syncs.createForFile(wanted, `directory/noordzee/${wanted.syncId}.csv`, T0)
  if (phase === 'upload') return get()
  await syncs.start(await get(), { etag: 'e', sizeBytes: 1 }, T0)
  if (phase === 'directory') return get()
  await syncs.directoryRead(await get())
  if (phase === 'users') return get()
  await syncs.runDone(await get(), run, { phase: 'compare', comparisons: 1 }, T0)
  if (phase === 'compare') return get()
  if (phase === 'held') await syncs.hold(await get(), { inactivations: 1, users: 2 }, 1, T0)
  else await syncs.apply(await get(), 1, T0)
  if (phase !== 'completed') return get()
  await syncs.complete(await get(), { removedFrom: plus(2_600_000_000).toISOString(), sample: [] }, T0)
  return get()
}

/** Every write of the store of syncs, keyed by `syncs.method`. */
export const syncWrites: Readonly<Record<string, PrepareWrite>> = {
  'syncs.createForFile': async ({ syncs }) => {
    const wanted = newSync()
    return written(() => syncs.createForFile(wanted, 'directory/a.csv', T0))
  },
  'syncs.createFromList': async ({ syncs }) => {
    const wanted = newSync()
    return written(() => syncs.createFromList(wanted, run, T0))
  },
  'syncs.start': async (stores) => {
    const record = await givenSync(stores, 'upload')
    return written(() => stores.syncs.start(record, { etag: 'e', sizeBytes: 1 }, T0))
  },
  'syncs.setDialect': async (stores) => {
    const record = await givenSync(stores, 'directory')
    return written(() => stores.syncs.setDialect(record, { dialect, bytesRead: 5, nextLine: 2 }))
  },
  'syncs.runDone': async (stores) => {
    const record = await givenSync(stores, 'users')
    return written(() => stores.syncs.runDone(record, run, { usersRead: 1 }, T0))
  },
  'syncs.directoryRead': async (stores) => {
    const record = await givenSync(stores, 'directory')
    return written(() => stores.syncs.directoryRead(record))
  },
  'syncs.hold': async (stores) => {
    const record = await givenSync(stores, 'compare')
    return written(() => stores.syncs.hold(record, { inactivations: 1, users: 2 }, 1, T0))
  },
  'syncs.confirm': async (stores) => {
    const record = await givenSync(stores, 'held')
    return written(() => stores.syncs.confirm(record, ADMIN, T0))
  },
  'syncs.apply': async (stores) => {
    const record = await givenSync(stores, 'compare')
    return written(() => stores.syncs.apply(record, 1, T0))
  },
  'syncs.complete': async (stores) => {
    const record = await givenSync(stores, 'apply')
    return written(() => stores.syncs.complete(record, undefined, T0))
  },
  'syncs.fail': async (stores) => {
    const record = await givenSync(stores, 'directory')
    return written(() => stores.syncs.fail(record, { code: 'no_rows', message: 'No rows.' }, T0))
  },
  'syncs.warned': async (stores) => {
    const record = await givenSync(stores, 'completed')
    return written(() => stores.syncs.warned(record, { days: 7, users: 1, sample: [] }, T0))
  },
  'syncs.forgetList': async (stores) => {
    const wanted = newSync()
    await stores.syncs.createFromList(wanted, run, T0)
    return done(() => stores.syncs.forgetList(wanted))
  },
  'syncs.renewLease': async (stores) => {
    const record = await givenSync(stores, 'users')
    return written(() => stores.syncs.renewLease(record, nextLease))
  },
  'syncs.recordComparison': async (stores) => {
    const record = await givenSync(stores, 'compare')
    return written(() => stores.syncs.recordComparison(record, 0, join, 0, T0))
  },
  'syncs.recordBatch': async (stores) => {
    const record = await givenSync(stores, 'apply')
    return written(() => stores.syncs.recordBatch(record, 0, { inactivated: ['a'], restored: 0 }, T0))
  },
}
