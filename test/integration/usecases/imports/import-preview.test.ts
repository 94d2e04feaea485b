import { beforeEach, describe, expect } from 'vitest'
import { viewImport } from '../../../../shared/http/views.ts'
import { cancelImport, confirmImport } from '../../../../shared/usecases/imports/import-commands.ts'
import { sourceOrg } from '../../../support/builders.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import { givenAccounts, givenOrgs } from '../../../support/given.ts'
import { type Importing, startImporting } from '../../../support/importing.ts'
import { it } from '../../../support/fixtures.ts'

describe('the preview of a CSV (P1)', () => {
  let db: TestTable
  let world: Importing

  it.beforeAll(async ({ table }) => {
    db = table
    world = await startImporting(db, { settings: { locale: 'en', licenseTemplate: ['basic'] } })
    await givenOrgs(world.stores, sourceOrg({ orgId: 'dunes', kind: 'enterprise' }))
  })
  beforeEach(() => {
    world.mailer.sent.length = 0
    world.bus.published.length = 0
  })

  const previewed = async (content: string) => {
    const asked = await world.asked({ preview: true })
    asked.upload(content)
    await world.settle()
    return asked
  }
  const confirm = (importId: string, noInvitations = false) =>
    confirmImport(
      { imports: world.stores.imports, read: world.bucket.read },
      { ...world.command(importId), noInvitations },
    )
  const noClaimOn = async (emails: readonly string[]) =>
    expect(await Promise.all(emails.map(world.claimOf))).toEqual(emails.map(() => undefined))

  it('P1: says of each row what would happen; claims nobody, mails nobody, and waits', async () => {
    const [movable = '', paid = '', other = ''] = await world.newPeople(3)
    await givenAccounts(
      world.stores,
      { userId: 'ent', email: 'ent@noordzee.example', orgId: 'dunes' },
      { userId: 'payer', email: 'payer@noordzee.example', paid: true },
    )
    await world.ignoreEffects()
    const rows = [
      `${movable},,`,
      `ent@noordzee.example,,pro`,
      `payer@noordzee.example,,`,
      `nobody@noordzee.example,,`,
      `${other},sideways,`,
      `${movable},,`,
    ]
    const { get } = await previewed(`Email,Claim Type,Licenses\n${rows.join('\n')}\n`)
    const record = await get()
    expect(record).toMatchObject({ status: 'previewed', contentLoss: { enterprise_source: 1 } })
    expect(viewImport(record, undefined)).toMatchObject({
      status: 'previewed',
      preview: true,
      rowsRead: 6,
      claimed: 0,
      claimable: 3,
      refused: 2,
      unchanged: 1,
      percent: 100,
    })
    const delayed = { 'Claim Type': 'delayed', 'Content Loss': '', Licenses: 'basic', Result: 'claimable' }
    expect(await world.reportOf(record)).toMatchObject([
      {
        ...delayed,
        'Allowed Decisions': 'change_email|transfer_content|delete_original',
        Mails: 'claimed_delayed|reminder|migration_completed',
      },
      {
        'Claim Type': 'direct',
        'Content Loss': 'enterprise_source',
        Licenses: 'pro',
        'Allowed Decisions': 'change_email|delete_original',
        Mails: 'claimed_direct',
        Result: 'claimable',
      },
      { ...delayed, 'Allowed Decisions': 'change_email|transfer_content' },
      { Result: 'refused', Code: 'unknown_user', Mails: '' },
      { Result: 'refused', Code: 'invalid_claim_type', 'Claim Type': 'sideways' },
      { Result: 'unchanged', Code: 'claim_open' },
    ])
    await noClaimOn([movable, paid, other, 'ent@noordzee.example'])
    expect(world.mailer.sent).toEqual([])
    expect(world.bus.published.map(({ type }) => type)).toEqual([
      'import.created',
      'import.started',
      'import.previewed',
    ])
  })

  it.each([false, true])(
    'N3: confirmed with noInvitations %j, the claims that it makes say so',
    async (noInvitations) => {
      const [email = ''] = await world.newPeople(1)
      const { importId } = await previewed(world.fileOf([email]))
      await confirm(importId, noInvitations)
      await world.settle()
      expect((await world.claimOf(email))?.noInvitation).toBe(noInvitations ? true : undefined)
    },
  )

  it('P1: what was previewed is imported as it stands, each row judged anew, by who confirmed it', async () => {
    const [one = '', two = ''] = await world.newPeople(2)
    const { importId, get } = await previewed(world.fileOf([one, two, 'late@noordzee.example']))
    expect(await get()).toMatchObject({ accepted: 2, refused: 1 })
    await givenAccounts(world.stores, { userId: 'late', email: 'late@noordzee.example' })
    expect(await confirm(importId)).toMatchObject({
      outcome: 'done',
      record: { status: 'running', accepted: 0 },
    })
    await world.settle()
    const record = await get()
    expect(record).toMatchObject({ status: 'completed', rowsRead: 3, accepted: 3, refused: 0, codes: {} })
    expect(viewImport(record, undefined)).toMatchObject({ claimed: 3, preview: true, percent: 100 })
    expect(viewImport(record, undefined)).not.toHaveProperty('claimable')
    expect((await world.reportOf(record)).map(({ Result }) => Result)).toEqual([
      'claimed',
      'claimed',
      'claimed',
    ])
    expect(await world.claimOf(one)).toMatchObject({ createdBy: 'admin:ada', origin: `i:${importId}:2` })
    expect(world.mailer.sent.filter(({ tags }) => tags.kind === 'import_finished')).toHaveLength(1)
    expect(world.bus.published).toContainEqual(
      expect.objectContaining({
        type: 'import.confirmed',
        detail: expect.objectContaining({ by: 'admin:bob' }),
      }),
    )
  })

  it('C6: confirmed twice, also at the same instant, it is imported once', async () => {
    const [email = ''] = await world.newPeople(1)
    const { importId, get } = await previewed(world.fileOf([email]))
    const outcomes = await Promise.all([confirm(importId), confirm(importId)])
    expect(outcomes.map(({ outcome: result }) => result)).toEqual(['done', 'done'])
    await world.settle()
    expect(await confirm(importId)).toMatchObject({ outcome: 'done', record: { status: 'completed' } })
    await world.settle()
    expect(await get()).toMatchObject({ status: 'completed', accepted: 1, chunksDone: 1 })
    expect(world.bus.published.filter(({ type }) => type === 'import.confirmed')).toHaveLength(1)
  })

  it.each([
    ['replaced', (key: string) => void world.bucket.put(key, 'Email\nother@noordzee.example\n')],
    ['deleted', (key: string) => void world.bucket.delete(key)],
  ])('P1: a file that was %s since is not the one that was previewed', async (_how, change) => {
    const emails = await world.newPeople(1)
    const { importId, objectKey, get } = await previewed(world.fileOf(emails))
    change(objectKey)
    expect(await confirm(importId)).toEqual({ outcome: 'refused', code: 'file_replaced' })
    await world.settle()
    expect(await get()).toMatchObject({ status: 'previewed' })
    await noClaimOn(emails)
  })

  it('T6: another file under a preview’s key is another preview: nobody has acknowledged anything by it', async () => {
    const [first = '', second = ''] = await world.newPeople(2)
    const { importId, upload } = await previewed(world.fileOf([first]))
    world.clock.advance(1)
    upload(world.fileOf([second]))
    await world.settle()
    const other = await world.latest()
    expect(other.importId).not.toBe(importId)
    expect(other).toMatchObject({ status: 'previewed', preview: true, accepted: 1 })
    await noClaimOn([first, second])
    expect(await confirm(importId)).toEqual({ outcome: 'refused', code: 'file_replaced' })
  })

  it('P1: what is no preview that waits is not confirmed', async () => {
    const done = await world.imported('plain.csv', world.fileOf(await world.newPeople(1)))
    expect(await confirm(done.importId)).toEqual({ outcome: 'refused', code: 'not_previewed' })
    const waiting = await world.asked({ preview: true })
    expect(await confirm(waiting.importId)).toEqual({ outcome: 'refused', code: 'not_previewed' })
    expect(await confirm('01KAPEG9Q0Z7Z7Z7Z7Z7Z7ZZZZ')).toEqual({ outcome: 'refused', code: 'not_found' })
    const cancelled = await previewed(world.fileOf(await world.newPeople(1)))
    await cancelImport({ imports: world.stores.imports }, world.command(cancelled.importId))
    expect(await confirm(cancelled.importId)).toEqual({ outcome: 'refused', code: 'not_previewed' })
  })

  it('I2: a preview of what is no CSV fails as its import would', async () => {
    const { get } = await previewed('Name\nAda\n')
    expect(await get()).toMatchObject({ status: 'failed', error: { code: 'no_address_column' } })
    expect(world.mailer.sent).toEqual([])
  })

  it('P1: its report can be previewed and imported again', async () => {
    const [email = ''] = await world.newPeople(1)
    const first = await previewed(world.fileOf([email, 'nobody@noordzee.example']))
    const again = await previewed(world.bucket.text((await first.get()).reportKey ?? ''))
    const record = await again.get()
    expect(record).toMatchObject({ status: 'previewed', accepted: 1, refused: 1 })
    expect(viewImport(record, undefined).ignoredColumns).toEqual([])
    const [row] = await world.reportOf(record)
    expect(Object.keys(row ?? {}).toSorted()).toEqual(
      [
        'E-mail',
        'Claim Type',
        'Content Loss',
        'Licenses',
        'Allowed Decisions',
        'Mails',
        'Line',
        'Result',
        'Code',
        'Message',
      ].toSorted(),
    )
  })

  it('P1: a large file is previewed in chunks, and confirmed without being read anew', async () => {
    const rows = 10_000
    const known = await world.newPeople(50)
    const strangers = Array.from({ length: rows - 50 }, (_, n) => `stranger${n}@noordzee.example`)
    const { importId, get } = await previewed(
      world.fileOf([...strangers.slice(0, 5_000), ...known, ...strangers.slice(5_000)]),
    )
    const counts = { rowsRead: rows, accepted: 50, refused: rows - 50, chunks: 100 }
    expect(await get()).toMatchObject({ status: 'previewed', ...counts, codes: { unknown_user: rows - 50 } })
    await noClaimOn(known)
    await confirm(importId)
    await world.settle()
    expect(await get()).toMatchObject({ status: 'completed', ...counts, ranges: 1 })
    expect(world.mailer.sent.filter(({ tags }) => tags.kind === 'claimed_delayed')).toHaveLength(50)
  })
})
