import { describe, expect, it } from 'vitest'
import type { ArrivedObject } from '../../../../shared/contracts/s3-events.ts'
import {
  type ImportRecord,
  MISPLACED_ORG_ID,
  PLATFORM_ORG_ID,
  UPLOAD_MISSED,
} from '../../../../shared/storage/items/import-item.ts'
import { importArrived } from '../../../../shared/usecases/imports/arrived-objects.ts'
import { openMemoryTable } from '../../../simulation/dynamo/client.ts'
import { MemoryTable } from '../../../simulation/dynamo/memory-table.ts'
import { ADMIN, org, plus, T0, ULID } from '../../../support/builders.ts'
import { storesOf } from '../../../support/stores.ts'

const object = (key: string, patch: Partial<ArrivedObject> = {}): ArrivedObject => ({
  key,
  etag: 'etag-1',
  sizeBytes: 12,
  sequencer: '1',
  arrivedAt: T0,
  principalId: 'AWS:ROLE:ada',
  ...patch,
})

function world() {
  const { imports } = storesOf(openMemoryTable(new MemoryTable('table')))
  const failed: string[] = []
  const ports: Parameters<typeof importArrived>[0] = {
    imports: {
      ...imports,
      fail: (record, error, ...rest) => {
        failed.push(error.code)
        return imports.fail(record, error, ...rest)
      },
    },
    organizations: {
      get: async (orgId) => (orgId === 'noordzee' ? { org: org(), revision: 1 } : undefined),
    },
    now: () => T0,
  }
  const arrives = (...of: Parameters<typeof object>) => importArrived(ports, object(...of))
  const list = async (orgId = 'noordzee') => (await imports.list(orgId, 50)).items
  async function imported(...of: Parameters<typeof object>): Promise<ImportRecord> {
    const arrival = await arrives(...of)
    if (arrival.outcome !== 'import') throw new Error(arrival.outcome)
    const record = await imports.get(arrival.ref.orgId, arrival.ref.importId)
    if (record === undefined) throw new Error('no import')
    return record
  }
  /** An import that was asked for, and whose upload is awaited. */
  async function announced(patch: { readonly preview?: true } = {}) {
    const objectKey = `imports/noordzee/${ULID}.csv`
    const file = { fileName: 'people.csv', objectKey, sizeBytes: 100, createdBy: ADMIN }
    await imports.create(
      { importId: ULID, orgId: 'noordzee', kind: 'claims', status: 'waiting', ...file, ...patch },
      T0,
    )
    const get = async () => {
      const record = await imports.get('noordzee', ULID)
      if (record === undefined) throw new Error('no import')
      return record
    }
    return { objectKey, get }
  }
  return { imports, failed, arrives, list, imported, announced }
}

describe('an object in the bucket', () => {
  it('I11: that is a folder, no CSV, or elsewhere is no import', async () => {
    const { arrives, list } = world()
    const ignored = (why: string) => ({ outcome: 'ignored', why })
    expect(await arrives('reports/noordzee/people.csv')).toEqual(ignored('elsewhere'))
    expect(await arrives('my-imports/noordzee/people.csv')).toEqual(ignored('elsewhere'))
    expect(await arrives('imports/noordzee/people.csv/')).toEqual(ignored('folder'))
    expect(await arrives('imports/noordzee/people.xlsx')).toEqual(ignored('no_csv'))
    expect(await arrives('imports/noordzee/people.csv.zip')).toEqual(ignored('no_csv'))
    for (const orgId of ['noordzee', PLATFORM_ORG_ID, MISPLACED_ORG_ID]) expect(await list(orgId)).toEqual([])
  })

  it('C10: is an import of its org, by whoever uploaded it', async () => {
    const { imported, list } = world()
    const record = await imported('imports/noordzee/2026/people.CSV')
    expect(record).toMatchObject({
      orgId: 'noordzee',
      kind: 'claims',
      status: 'reading',
      fileName: '2026/people.CSV',
      objectKey: 'imports/noordzee/2026/people.CSV',
      etag: 'etag-1',
      sizeBytes: 12,
      createdBy: 's3:AWS:ROLE:ada',
    })
    expect(record).not.toHaveProperty('preview')
    expect(await list()).toHaveLength(1)
    const long = await imported('imports/noordzee/long.csv', { principalId: `AWS:${'x'.repeat(200)}` })
    expect(long.createdBy).toBe(`s3:AWS:${'x'.repeat(124)}`)
    const unsaid = await imported('imports/noordzee/unsaid.csv', { principalId: undefined })
    expect(unsaid.createdBy).toBe(`import:${unsaid.importId}`)
  })

  it('is a load of accounts by the platform in its own folder', async () => {
    const { arrives, imported } = world()
    expect(await imported('accounts/users.csv')).toMatchObject({
      orgId: PLATFORM_ORG_ID,
      kind: 'accounts',
      fileName: 'users.csv',
    })
    expect(await arrives('accounts/users.csv')).not.toHaveProperty('misplaced')
  })

  it('C6: that is told of again is the same import; another upload, also of the same bytes, is another', async () => {
    const { imported, list } = world()
    const { importId } = await imported('imports/noordzee/people.csv')
    expect((await imported('imports/noordzee/people.csv')).importId).toBe(importId)
    const others = [
      await imported('imports/noordzee/people.csv', { sequencer: '2' }),
      await imported('imports/noordzee/people.csv', { etag: 'etag-2' }),
      await imported('imports/noordzee/people2.csv'),
      await imported('imports/noordzee/people.csv', { arrivedAt: plus(1) }),
    ]
    expect(new Set([importId, ...others.map((other) => other.importId)])).toHaveLength(5)
    expect(await list()).toHaveLength(5)
  })

  it('I11: under no organization is noted for the operator, once, and imported for nobody', async () => {
    const { arrives, list, failed } = world()
    for (const key of ['imports/people.csv', 'imports/~platform/people.csv', 'imports/people.csv'])
      expect(await arrives(key)).toEqual({ outcome: 'misplaced', misplaced: 'no_organization' })
    expect(await list(PLATFORM_ORG_ID)).toEqual([])
    const noted = await list(MISPLACED_ORG_ID)
    expect(noted.map(({ fileName }) => fileName).sort()).toEqual([
      'imports/people.csv',
      'imports/~platform/people.csv',
    ])
    expect(noted[0]).toMatchObject({
      status: 'failed',
      kind: 'claims',
      error: { code: 'no_organization', message: expect.stringMatching(/./) },
    })
    expect(failed).toEqual(['no_organization', 'no_organization'])
  })

  it('I11: under an unknown organization is noted for the operator, and refused there as an import', async () => {
    const { arrives, list } = world()
    expect(await arrives('imports/nobody/people.csv')).toMatchObject({
      outcome: 'import',
      ref: { orgId: 'nobody' },
      misplaced: 'unknown_organization',
    })
    expect(await list('nobody')).toMatchObject([{ status: 'reading', fileName: 'people.csv' }])
    expect(await list(MISPLACED_ORG_ID)).toMatchObject([
      { status: 'failed', error: { code: 'unknown_organization' } },
    ])
    expect(await arrives('imports/noordzee/people.csv')).not.toHaveProperty('misplaced')
  })
})

describe('an upload that was announced', () => {
  it('I11: begins the import that waits for it, in the name of who asked for it', async () => {
    const { imported, announced, list } = world()
    const { objectKey } = await announced()
    expect(await imported(objectKey)).toMatchObject({
      importId: ULID,
      status: 'reading',
      fileName: 'people.csv',
      etag: 'etag-1',
      createdBy: ADMIN,
      change: { by: ADMIN },
    })
    expect(await imported(objectKey)).toMatchObject({ importId: ULID, change: { n: 2 } })
    expect(await list()).toHaveLength(1)
  })

  it('I11: that comes after its form has expired is imported all the same', async () => {
    const { imports, imported, announced } = world()
    const { objectKey, get } = await announced()
    await imports.fail(await get(), { code: UPLOAD_MISSED, message: 'missed' }, ADMIN, T0)
    const record = await imported(objectKey)
    expect(record).toMatchObject({ importId: ULID, status: 'reading' })
    expect(record.error).toBeUndefined()
  })

  it('I12: that comes after it was cancelled isn’t imported', async () => {
    const { imports, imported, announced, list } = world()
    const { objectKey, get } = await announced()
    await imports.cancel(await get(), ADMIN, T0)
    expect(await imported(objectKey)).toMatchObject({ importId: ULID, status: 'completed' })
    expect(await list()).toHaveLength(1)
  })

  it('P1: another file under its key is another import, and another preview where it was one', async () => {
    const { imported, announced, list, imports } = world()
    const { objectKey, get } = await announced({ preview: true })
    await imported(objectKey)
    const other = await imported(objectKey, { etag: 'etag-2' })
    expect(other).toMatchObject({ status: 'reading', preview: true, fileName: `${ULID}.csv` })
    expect(other.importId).not.toBe(ULID)
    await imports.cancel(await get(), ADMIN, T0)
    expect((await imported(objectKey, { etag: 'etag-3' })).importId).not.toBe(ULID)
    expect(await list()).toHaveLength(3)
    const plain = world()
    const { objectKey: key } = await plain.announced()
    await plain.imported(key)
    expect(await plain.imported(key, { etag: 'etag-2' })).not.toHaveProperty('preview')
  })

  it('C6: a file that only bears the id of an import is an import of its own', async () => {
    const { imported, list } = world()
    const first = await imported('imports/noordzee/people.csv')
    const second = await imported(`imports/noordzee/${first.importId}.csv`)
    expect(second.importId).not.toBe(first.importId)
    expect(await list()).toHaveLength(2)
  })
})
