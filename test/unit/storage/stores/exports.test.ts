import { describe, expect, it } from 'vitest'
import { firstLease } from '../../../../shared/rules/jobs/job-lease.ts'
import { duePlaceOf, keys } from '../../../../shared/storage/keys.ts'
import { ADMIN, plus, T0 } from '../../../support/builders.ts'
import { memoryStores } from '../../../support/memory-stores.ts'

const ASKED = { orgId: 'acme', exportId: '01EXPORT', createdBy: ADMIN } as const
const KEY = keys.export('acme', '01EXPORT')
const WRITTEN = { outcome: 'written' }
const LOST = { outcome: 'lost' }
const NOW = plus(5000)

async function created(patch: { readonly of?: 'claims' } = {}) {
  const stores = memoryStores()
  expect(await stores.exports.create({ ...ASKED, ...patch }, T0)).toEqual(WRITTEN)
  const get = async () => {
    const record = await stores.exports.get('acme', '01EXPORT')
    if (record === undefined) throw new Error('no export')
    return record
  }
  return { ...stores, get, record: await get(), duePlace: () => duePlaceOf(stores.item(KEY) ?? {}) }
}

describe('an export', () => {
  it('C6: is made once, and found by the sweep when its lease is over', async () => {
    const { exports, record, duePlace, sent } = await created()
    expect(record).toMatchObject({
      status: 'running',
      rows: 0,
      createdAt: T0.toISOString(),
      change: { what: 'export.created', at: T0.toISOString(), by: ADMIN, n: 1 },
    })
    expect(sent.at(-1)).toMatchObject({ input: { ConsistentRead: true } })
    expect(duePlace()).toMatchObject({ kind: 'job', at: firstLease(T0).dueAt })
    expect(await exports.create(ASKED, NOW)).toEqual(LOST)
    expect(await exports.get('acme', 'other')).toBeUndefined()
    expect(await exports.get('other', '01EXPORT')).toBeUndefined()
  })

  it('A1: tells of its progress without effects, and of its end with them', async () => {
    const { exports, get, item, record } = await created()
    expect(await exports.progress(record, 10)).toEqual(WRITTEN)
    expect(item(KEY)).toMatchObject({ rows: 10, quiet: 'y' })
    expect(await exports.complete(record, { rows: 12, objectKey: 'exports/a.csv' }, NOW)).toEqual(WRITTEN)
    expect(item(KEY)).not.toHaveProperty('quiet')
    expect(await get()).toMatchObject({
      status: 'completed',
      rows: 12,
      objectKey: 'exports/a.csv',
      completedAt: NOW.toISOString(),
      change: { what: 'export.completed', at: NOW.toISOString(), by: ADMIN, n: 2 },
    })
  })

  it('C6: ends once, by whichever worker is first, and is due no more', async () => {
    for (const end of ['complete', 'fail'] as const) {
      const { exports, record, get, duePlace } = await created()
      const done = { rows: 1, objectKey: 'exports/a.csv' }
      const ended = end === 'fail' ? exports.fail(record, NOW) : exports.complete(record, done, NOW)
      expect(await ended).toEqual(WRITTEN)
      expect(duePlace()).toBeUndefined()
      const after = await get()
      expect([after.status, after.change.what]).toEqual(
        end === 'fail' ? ['failed', 'export.failed'] : ['completed', 'export.completed'],
      )
      expect(await exports.complete(record, done, NOW)).toEqual(LOST)
      expect(await exports.fail(record, NOW)).toEqual(LOST)
      expect(await exports.progress(record, 9)).toEqual(LOST)
      const lease = { dueAt: NOW.toISOString(), progressSeen: '', resumptions: 1 }
      expect(await exports.renewLease(record, lease)).toEqual(LOST)
      expect(await get()).toEqual(after)
    }
  })

  it('M2: has its lease renewed by one of two messages, without effects', async () => {
    const { exports, record, get, item, duePlace } = await created()
    const lease = { dueAt: plus(10_000_000).toISOString(), progressSeen: '10', resumptions: 1 }
    expect(await exports.renewLease(record, lease)).toEqual(WRITTEN)
    expect(await exports.renewLease(record, lease)).toEqual(LOST)
    expect(await get()).toMatchObject({ dueAt: lease.dueAt, leaseSeen: '10', leaseTakes: 1 })
    expect(item(KEY)).toMatchObject({ quiet: 'y' })
    expect(duePlace()).toMatchObject({ at: lease.dueAt })
  })

  it('R3: an org’s are listed newest first, page by page, each once', async () => {
    const { exports } = await created({ of: 'claims' })
    for (const n of [3, 2]) await exports.create({ ...ASKED, exportId: `0${n}` }, T0)
    await exports.create({ ...ASKED, orgId: 'other', exportId: '04' }, T0)
    const first = await exports.list('acme', 2)
    expect([first.items.map(({ exportId }) => exportId), first.next]).toEqual([['03', '02'], '02'])
    const second = await exports.list('acme', 2, first.next)
    expect([second.items.map(({ exportId, of }) => [exportId, of]), second.next]).toEqual([
      [['01EXPORT', 'claims']],
      undefined,
    ])
  })
})
