import { beforeEach, describe, expect } from 'vitest'
import { MINUTE_MS } from '../../../../shared/lib/time.ts'
import { MISPLACED_ORG_ID } from '../../../../shared/storage/items/import-item.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { s3Event } from '../../../support/fakes.ts'
import { type Importing, startImporting } from '../../../support/importing.ts'
import { it } from '../../../support/fixtures.ts'

describe('what comes into the bucket (I11)', () => {
  let db: TestTable
  let world: Importing
  let announced = 0

  it.beforeAll(async ({ table }) => {
    db = table
    world = await startImporting(db)
  })
  beforeEach(() => {
    world.clock.advance(1)
    world.mailer.sent.length = 0
    world.bus.published.length = 0
  })

  async function given() {
    const importId = `01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z8${String(announced++).padStart(2, '0')}`
    const { orgId } = world.claimingOrg
    const objectKey = `imports/${orgId}/${importId}.csv`
    const file = { fileName: 'people.csv', objectKey, sizeBytes: 100, createdBy: 'admin:ada' as const }
    await world.stores.imports.create(
      { importId, orgId, kind: 'claims', status: 'waiting', ...file },
      world.clock.now(),
    )
    return { objectKey, get: () => world.stores.imports.get(orgId, importId) }
  }
  const sweep = async () => {
    world.queues.due.send([{ kind: 'sweep' }])
    await world.settle()
  }

  it('I11: a presigned upload that never came fails when its form has expired, and nobody is mailed about it', async () => {
    const { get } = await given()
    world.clock.advance(14 * MINUTE_MS)
    await sweep()
    expect(await get()).toMatchObject({ status: 'waiting' })
    world.clock.advance(MINUTE_MS + 1_000)
    await sweep()
    expect(await get()).toMatchObject({
      status: 'failed',
      error: { code: 'upload_missed', message: expect.stringMatching(/^Er is niets geüpload/) },
    })
    expect((await get())?.dueAt).toBeUndefined()
    expect(world.bus.published.map(({ type }) => type)).toContain('import.failed')
    expect(world.mailer.sent).toEqual([])
  })

  it('I11: an upload that takes longer than its form is good for is imported all the same', async () => {
    const { get, objectKey } = await given()
    world.clock.advance(16 * MINUTE_MS)
    await sweep()
    expect(await get()).toMatchObject({ status: 'failed' })
    world.upload(objectKey, world.fileOf(await world.newPeople(1)))
    await world.settle()
    const done = await get()
    expect(done).toMatchObject({
      status: 'completed',
      accepted: 1,
      fileName: 'people.csv',
      createdBy: 'admin:ada',
    })
    expect(done?.error).toBeUndefined()
  })

  it.each([
    'imports/noordzee/',
    'imports/noordzee/2026/',
    'imports/noordzee/people.csv/',
    'imports/noordzee/2026_$folder$',
    'imports/noordzee/people.xlsx',
    'imports/noordzee/people.csv.gz',
    'imports/noordzee/csv',
    'accounts/',
    'accounts/readme.txt',
  ])('I11: %s is no import and no mail', async (key) => {
    const before = [await world.imports(), (await world.stores.imports.list('~platform', 50)).items]
    world.upload(key, '')
    await world.settle()
    expect([await world.imports(), (await world.stores.imports.list('~platform', 50)).items]).toEqual(before)
    expect(world.mailer.sent).toEqual([])
    expect(world.queues.imports.deadLetters).toEqual([])
    expect(world.log.lines.at(-1)).toMatchObject({ code: 'upload.ignored' })
  })

  it.each(['people.CSV', 'people.Csv', 'a.b.csv', '2026/people.csv', 'ünï cödé.csv'])(
    'I11: %s is a CSV, in whatever case its ending is',
    async (name) => {
      const done = await world.imported(name, world.fileOf(await world.newPeople(1)))
      expect(done).toMatchObject({ status: 'completed', accepted: 1, fileName: name })
    },
  )

  it.each([
    ['imports/people.csv', 'no_organization'],
    ['imports//people.csv', 'no_organization'],
    ['imports/../noordzee/people.csv', 'no_organization'],
    ['imports/./noordzee/people.csv', 'no_organization'],
    ['imports/~platform/people.csv', 'no_organization'],
    ['imports/~misplaced/people.csv', 'no_organization'],
    ['imports/noordzee%2Fpeople.csv', 'no_organization'],
    ['imports/ghost%2F..%2Fnoordzee/people.csv', 'no_organization'],
    ['imports/%6eoordzee/people.csv', 'no_organization'],
    ['imports/n\u043eordzee/people.csv', 'no_organization'],
    ['imports/noordzee\u200b/people.csv', 'no_organization'],
    ['imports/noordzee /people.csv', 'no_organization'],
    ['imports/ghost/people.csv', 'unknown_organization'],
    ['imports/Noordzee/people.csv', 'unknown_organization'],
    ['imports/imports/noordzee/people.csv', 'unknown_organization'],
  ])('a file at %s is told to operators, once, and to nobody by mail', async (key, why) => {
    const platform = async () => (await world.stores.imports.list('~platform', 50)).items
    const noted = async () =>
      (await world.stores.imports.list(MISPLACED_ORG_ID, 50)).items.filter(
        ({ objectKey }) => objectKey === key,
      )
    const before = await Promise.all([world.imports(), platform()])
    const event = s3Event(world.bucket.put(key, world.fileOf(['ada@noordzee.example'])), world.clock.now())
    world.queues.imports.send([event, event])
    await world.settle()
    expect(await Promise.all([world.imports(), platform()])).toEqual(before)
    expect(await noted()).toMatchObject([{ status: 'failed', error: { code: why } }])
    expect(world.log.lines).toContainEqual(
      expect.objectContaining({ code: 'upload.misplaced', facts: expect.objectContaining({ why }) }),
    )
    expect(world.queues.imports.counts[`FilesMisplaced ${why}`]).toBeGreaterThan(0)
    expect(world.mailer.sent).toEqual([])
    expect(world.queues.imports.deadLetters).toEqual([])
  })
})
