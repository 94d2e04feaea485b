import { ulid } from 'ulid'
import { beforeEach, describe, expect } from 'vitest'
import { originOfRow } from '../../../../shared/rules/claims/idempotency-origin.ts'
import { claimAccounts } from '../../../../shared/usecases/claims/claim-users.ts'
import { cancelImport } from '../../../../shared/usecases/imports/import-commands.ts'
import { writeReport } from '../../../../shared/usecases/imports/write-report.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { type Importing, startImporting } from '../../../support/importing.ts'
import { it } from '../../../support/fixtures.ts'

describe('cancelling an import (I12)', () => {
  let db: TestTable
  let world: Importing

  it.beforeAll(async ({ table }) => {
    db = table
    world = await startImporting(db, { settings: { locale: 'en' } })
  })
  beforeEach(() => {
    world.mailer.sent.length = 0
    world.bus.published.length = 0
  })

  const cancel = (importId: string) =>
    cancelImport({ imports: world.stores.imports }, world.command(importId))

  it('I12: what was claimed stays, what wasn’t handled yet is reported as cancelled, and it completes', async () => {
    const [first = '', last = ''] = await world.newPeople(2)
    const strangers = Array.from({ length: 598 }, (_, n) => `stranger${n}@noordzee.example`)
    world.clock.advance(1)
    world.upload(`imports/${world.claimingOrg.orgId}/running.csv`, world.fileOf([first, ...strangers, last]))
    await world.drain('imports')
    const { importId } = await world.latest()
    // A batch of five chunks, of a hundred rows each, before somebody cancels.
    await world.step('rows')
    expect(await cancel(importId)).toMatchObject({ outcome: 'done', record: { status: 'running' } })
    await world.settle()
    const done = await world.latest()
    const codes = { unknown_user: 499, cancelled: 100 }
    expect(done).toMatchObject({ status: 'completed', accepted: 1, refused: 599, codes })
    const report = await world.reportOf(done)
    expect(report).toHaveLength(600)
    expect(report[0]).toMatchObject({ Result: 'claimed' })
    expect(report[599]).toMatchObject({
      Result: 'refused',
      Code: 'cancelled',
      Message: expect.stringContaining('stopped before this row'),
    })
    expect(await world.claimOf(first)).toBeDefined()
    expect(await world.claimOf(last)).toBeUndefined()
    const mails = world.mailer.sent.filter(({ tags }) => tags.kind === 'import_finished')
    expect(mails.map(({ subject }) => subject)).toEqual([
      expect.stringContaining('cancelled: 1 claimed, 599 refused'),
    ])
    expect(world.bus.published).toContainEqual(
      expect.objectContaining({
        type: 'import.cancelled',
        detail: expect.objectContaining({ by: 'admin:bob' }),
      }),
    )
  })

  it('I12: rows that a worker claimed before it died are claimed, also where the import was cancelled since', async () => {
    const [email = '', other = ''] = await world.newPeople(2)
    world.clock.advance(1)
    world.upload(`imports/${world.claimingOrg.orgId}/died.csv`, world.fileOf([email, other]))
    await world.drain('imports')
    const { importId } = await world.latest()
    const { accounts, organizations, domains } = world.stores
    const made = await claimAccounts(
      { accounts, organizations, domains, ulid: (at) => ulid(at.getTime()) },
      {
        claimingOrg: world.claimingOrg,
        by: `import:${importId}`,
        now: world.clock.now(),
        fromCsv: true,
        migrationCutoff: undefined,
      },
      [{ ref: { email }, origin: originOfRow(importId, 2) }],
    )
    expect(made).toMatchObject([{ outcome: 'claimed' }])
    await cancel(importId)
    await world.settle()
    expect(await world.latest()).toMatchObject({ accepted: 1, refused: 1, codes: { cancelled: 1 } })
  })

  it('I12: cancelled while the file is being read, none of its rows is handled', async () => {
    const emails = await world.newPeople(2)
    const { importId, get, upload, objectKey } = await world.asked()
    upload(world.fileOf(emails))
    await world.stores.imports.start(
      await get(),
      { etag: world.bucket.get(objectKey)?.etag ?? '', sizeBytes: 10 },
      'admin:ada',
      world.clock.now(),
    )
    expect(await get()).toMatchObject({ status: 'reading' })
    expect(await cancel(importId)).toMatchObject({ outcome: 'done' })
    await world.settle()
    expect(await get()).toMatchObject({
      status: 'completed',
      rowsRead: 2,
      accepted: 0,
      codes: { cancelled: 2 },
    })
    expect(await Promise.all(emails.map(world.claimOf))).toEqual([undefined, undefined])
  })

  it('I12: cancelled while it waits for its upload, it is over, and a file that comes late is not imported', async () => {
    const emails = await world.newPeople(1)
    const { importId, get, upload } = await world.asked()
    expect(await cancel(importId)).toMatchObject({ outcome: 'done', record: { status: 'completed' } })
    const before = (await world.imports()).length
    upload(world.fileOf(emails))
    await world.settle()
    expect(await world.imports()).toHaveLength(before)
    expect(await get()).toMatchObject({ status: 'completed', rowsRead: 0 })
    expect(await world.claimOf(emails[0] ?? '')).toBeUndefined()
    expect(world.mailer.sent).toEqual([])
  })

  it('I12: a preview that is cancelled, before or after its end, is over', async () => {
    const during = await world.asked({ preview: true })
    during.upload(world.fileOf(await world.newPeople(1)))
    await world.drain('imports')
    await cancel(during.importId)
    await world.settle()
    expect(await during.get()).toMatchObject({ status: 'completed', accepted: 0, codes: { cancelled: 1 } })
    const after = await world.asked({ preview: true })
    after.upload(world.fileOf(await world.newPeople(1)))
    await world.settle()
    await cancel(after.importId)
    expect(await after.get()).toMatchObject({ status: 'completed', accepted: 1 })
    expect(world.mailer.sent).toEqual([])
  })

  it('I12: a preview that is cancelled while its report is being written doesn’t wait to be confirmed', async () => {
    const asked = await world.asked({ preview: true })
    asked.upload(world.fileOf(await world.newPeople(1)))
    await world.drain('imports', 'rows')
    const { imports, organizations } = world.stores
    const { outcome } = await writeReport(
      {
        imports,
        organizations,
        read: world.bucket.read,
        write: async (...report) => {
          await world.bucket.write(...report)
          await cancel(asked.importId)
        },
        now: world.clock.now,
      },
      await asked.get(),
    )
    expect(outcome).toBe('completed')
    expect(await asked.get()).toMatchObject({ status: 'completed', cancelledAt: expect.any(String) })
  })

  it('I12: cancelled again it stays cancelled; one that is over by itself can’t be', async () => {
    const asked = await world.asked()
    const outcomes = await Promise.all([cancel(asked.importId), cancel(asked.importId)])
    expect(outcomes.map(({ outcome: result }) => result)).toEqual(['done', 'done'])
    expect(await cancel(asked.importId)).toMatchObject({ outcome: 'done' })
    await world.settle()
    const told = world.bus.published.filter(
      ({ type, detail }) => type === 'import.cancelled' && detail.importId === asked.importId,
    )
    expect(told).toHaveLength(1)
    const done = await world.imported('done.csv', world.fileOf(await world.newPeople(1)))
    expect(await cancel(done.importId)).toEqual({ outcome: 'refused', code: 'import_over' })
    const failed = await world.imported('failed.csv', 'Name\nAda\n')
    expect(await cancel(failed.importId)).toEqual({ outcome: 'refused', code: 'import_over' })
    expect(await cancel('01KAPEG9Q0Z7Z7Z7Z7Z7Z7ZZZZ')).toEqual({ outcome: 'refused', code: 'not_found' })
  })
})
