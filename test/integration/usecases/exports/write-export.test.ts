import { beforeEach, describe, expect } from 'vitest'
import type { Account, AccountRecord, Organization } from '../../../../shared/rules/types.ts'
import type { Background } from '../../../support/background.ts'
import { ADMIN, org, sourceOrg } from '../../../support/builders.ts'
import { tableOf } from '../../../support/csv.ts'
import type { TestTable } from '../../../support/dynamo.ts'
import type { Fault } from '../../../support/faults.ts'
import { dump, givenAccounts, givenDomain, givenOrgs } from '../../../support/given.ts'
import { it } from '../../../support/fixtures.ts'

const dunes = sourceOrg({ orgId: 'dunes', name: '=Dunes BV', kind: 'enterprise' })
const abroad = sourceOrg({ orgId: 'abroad', name: 'Personal (US)', region: 'us' })

const ADDRESS = 3
const TYPE = 6
const CONTENT_LOSS = 7

describe('exporting', () => {
  let db: TestTable
  let world: Background
  let made = 0

  it.beforeAll(async ({ table, background }) => {
    db = table
    world = background
    await givenOrgs(world.stores, sourceOrg(), dunes, abroad)
  })
  beforeEach(() => world.clock.advance(1))

  /** An org with a domain of its own, and accounts there: of every source org in turn. */
  async function company(count: number, patch: Parameters<typeof org>[0] = {}) {
    const n = ++made
    const claimingOrg = org({ orgId: `org${n}`, ...patch })
    const domain = `org${n}.example`
    await givenOrgs(world.stores, claimingOrg)
    await givenDomain(world.stores, claimingOrg.orgId, domain)
    const sources = ['personal', 'dunes', 'abroad']
    const people = Array.from({ length: count }, (_, i) => ({
      userId: `u${n}-${i}`,
      email: `Person${i}@${domain}`,
      orgId: sources[i % sources.length] ?? '',
    }))
    if (people.length > 0) await givenAccounts(world.stores, ...people)
    await world.ignoreEffects()
    return { claimingOrg, domain, emails: people.map(({ email }) => email) }
  }

  /** As the API writes it. */
  async function ask(orgId: string): Promise<string> {
    const exportId = `export${++made}`
    const now = world.clock.now()
    expect(await world.stores.exports.create({ orgId, exportId, createdBy: ADMIN }, now)).toEqual({
      outcome: 'written',
    })
    return exportId
  }

  async function exported(orgId: string) {
    const exportId = await ask(orgId)
    await world.settle()
    const record = await world.stores.exports.get(orgId, exportId)
    expect(record).toMatchObject({ status: 'completed', objectKey: `exports/${orgId}/${exportId}.csv` })
    const text = world.bucket.text(record?.objectKey ?? '')
    const [header = [], ...rows] = await tableOf(Buffer.from(text))
    expect(record?.rows).toBe(rows.length)
    return { exportId, text, header, rows }
  }

  async function imported(orgId: string, text: string) {
    world.clock.advance(1)
    world.upload(`imports/${orgId}/exported.csv`, text)
    await world.settle()
    const [record] = (await world.stores.imports.list(orgId, 1)).items
    const report = await tableOf(Buffer.from(world.bucket.text(record?.reportKey ?? '')))
    return { record, codes: report.slice(1).map((cells) => cells.slice(-3, -1).join(' ').trim()) }
  }

  async function recordsOf(emails: readonly string[]): Promise<AccountRecord[]> {
    const found = await world.stores.accounts.byAddresses(emails.map((email) => email.toLowerCase()))
    return [...found.values()]
  }

  async function changeSettings(claimingOrg: Organization, allowContentMigration: boolean): Promise<void> {
    const found = await world.stores.organizations.get(claimingOrg.orgId)
    const next = { ...claimingOrg, settings: { ...claimingOrg.settings, allowContentMigration } }
    const change = { what: 'organization.updated', at: world.clock.now().toISOString(), by: ADMIN } as const
    await world.stores.organizations.write(next, found?.revision ?? 0, change)
  }

  it('I8, C1: the exported file, imported unchanged, claims every user in it, each with the type shown', async () => {
    const { claimingOrg, emails } = await company(90, { settings: { licenseTemplate: ['mail', 'pro'] } })
    const { text, rows } = await exported(claimingOrg.orgId)
    expect(rows.map((cells) => cells[ADDRESS]).toSorted()).toEqual(emails.toSorted())
    expect(Map.groupBy(rows, (cells) => `${cells[TYPE]} ${cells[CONTENT_LOSS]}`.trim()).size).toBe(3)

    const { record } = await imported(claimingOrg.orgId, text)
    expect(record).toMatchObject({ status: 'completed', accepted: 90, refused: 0, unchanged: 0 })
    const shown = new Map(rows.map((cells) => [cells[ADDRESS], cells]))
    for (const { account, claim } of await recordsOf(emails)) {
      const [firstName, lastName, displayName, , , , type, contentLoss] = shown.get(account.email) ?? []
      expect(claim).toMatchObject({ type, licenses: ['mail', 'pro'] })
      expect(claim?.contentLoss ?? '').toBe(contentLoss)
      expect(claim?.newAccount).toMatchObject({ firstName, lastName, displayName })
    }
  })

  it('I7, I8: names and orgs that a spreadsheet would run are neutralised, and claim under the names they were', async () => {
    const { claimingOrg, domain } = await company(0, { settings: { licenseTemplate: ['=pro'] } })
    const names: Partial<Account>[] = [
      { firstName: '=1+1', lastName: '@x', displayName: '-y' },
      { firstName: "'t", lastName: 'Hooft', displayName: '"Q", the\nsecond' },
      { firstName: 'nul\0', lastName: 'x'.repeat(256), displayName: 'y'.repeat(400) },
    ]
    const people = names.map((name, n) => ({
      ...name,
      userId: `hostile${n}`,
      email: `+hostile${n}@${domain}`,
      orgId: 'dunes',
    }))
    await givenAccounts(world.stores, ...people)
    await world.ignoreEffects()
    const { text, rows } = await exported(claimingOrg.orgId)
    expect(rows.flat().filter((cell) => /^[=+\-@]/.test(cell))).toEqual([])
    expect(rows.flat()).toContain("'=Dunes BV")
    expect((await imported(claimingOrg.orgId, text)).record).toMatchObject({ accepted: 3, refused: 0 })
    const claimed = await recordsOf(people.map(({ email }) => email))
    expect(claimed.map(({ claim }) => claim?.newAccount)).toMatchObject(names)
    expect(claimed.map(({ claim }) => claim?.licenses)).toEqual(names.map(() => ['=pro']))
  })

  it('T5: a file that was exported with the setting on is stale once it is off, where its rows are delayed', async () => {
    const { claimingOrg } = await company(9)
    const { text, rows } = await exported(claimingOrg.orgId)
    await changeSettings(claimingOrg, false)
    const { codes } = await imported(claimingOrg.orgId, text)
    expect(codes).toEqual(
      rows.map((cells) => (cells[TYPE] === 'delayed' ? 'refused stale_export' : 'claimed')),
    )
    expect(codes.filter((code) => code === 'claimed')).toHaveLength(6)
  })

  it('T5: a file that was exported with the setting off is stale once it is on, where content could migrate now', async () => {
    const { claimingOrg, emails } = await company(9, { settings: { allowContentMigration: false } })
    const { text, rows } = await exported(claimingOrg.orgId)
    expect(rows.map((cells) => `${cells[TYPE]} ${cells[CONTENT_LOSS]}`)).toEqual(
      rows.map(() => 'direct migration_off'),
    )
    await changeSettings(claimingOrg, true)
    const { codes } = await imported(claimingOrg.orgId, text)
    expect(codes.toSorted()).toEqual([
      ...Array.from({ length: 6 }, () => 'claimed'),
      ...Array.from({ length: 3 }, () => 'refused stale_export'),
    ])
    const open = (await recordsOf(emails)).filter(({ claim }) => claim !== undefined)
    expect(open.filter(({ account }) => account.orgId === 'personal')).toEqual([])

    // Exported again it says what holds now.
    const again = await exported(claimingOrg.orgId)
    expect((await imported(claimingOrg.orgId, again.text)).codes).toEqual(['claimed', 'claimed', 'claimed'])
    const types = (await recordsOf(emails)).map(({ claim }) => claim?.type)
    expect(types.filter((type) => type === 'delayed')).toHaveLength(3)
  })

  it('T2, T5: without its Content Loss column the file is the admin’s own word, and a direct row a choice', async () => {
    const { claimingOrg, emails } = await company(1, { settings: { allowContentMigration: false } })
    const { rows } = await exported(claimingOrg.orgId)
    await changeSettings(claimingOrg, true)
    const own = `Email,Claim Type\n${rows.map((cells) => `${cells[ADDRESS]},${cells[TYPE]}`).join('\n')}\n`
    expect((await imported(claimingOrg.orgId, own)).codes).toEqual(['claimed'])
    expect(await recordsOf(emails)).toMatchObject([{ claim: { contentLoss: 'chosen_direct' } }])
  })

  it('E: whoever can’t be claimed isn’t in the file', async () => {
    const { claimingOrg, domain } = await company(0)
    const rival = await company(1)
    const at = (name: string) => ({ userId: `${claimingOrg.orgId}-${name}`, email: `${name}@${domain}` })
    await givenOrgs(world.stores, sourceOrg({ orgId: `${claimingOrg.orgId}-sso`, sso: true }))
    const [, removing] = await givenAccounts(
      world.stores,
      at('free'),
      at('removing'),
      { ...at('own'), orgId: claimingOrg.orgId },
      { ...at('sso'), orgId: `${claimingOrg.orgId}-sso` },
      at('taken'),
    )
    if (removing === undefined) throw new Error('no account')
    const deletion = { userId: removing.recordId, at: '', by: ADMIN, resumeAt: '2027-01-01T00:00:00Z' }
    await world.stores.accounts.write({ ...removing, revision: removing.revision + 1, deletion })
    await world.ignoreEffects()
    await imported(claimingOrg.orgId, `Email\ntaken@${domain}\n`)
    expect((await exported(claimingOrg.orgId)).rows.map((cells) => cells[ADDRESS])).toEqual([
      `free@${domain}`,
    ])

    await givenDomain(world.stores, claimingOrg.orgId, rival.domain)
    expect((await exported(claimingOrg.orgId)).rows).toHaveLength(2)
    const verified = await world.stores.domains.get(rival.claimingOrg.orgId, rival.domain)
    if (verified === undefined) throw new Error('no domain')
    await world.stores.domains.claim(verified, { what: 'domain.claimed', at: '', by: ADMIN })
    expect((await exported(claimingOrg.orgId)).rows).toHaveLength(1)
  })

  it('Y1: while the org’s own directory sync is on the file has no rows', async () => {
    const { claimingOrg } = await company(3, { directorySync: true })
    expect((await exported(claimingOrg.orgId)).rows).toEqual([])
  })

  it('A1, A2: who asked for it, and that it is done, is in the audit trail and on the bus', async () => {
    const { claimingOrg } = await company(2)
    const { exportId } = await exported(claimingOrg.orgId)
    const subject = `export:${exportId}`
    const entries = Object.values(await dump(db)).filter((item) => item.subject === subject)
    expect(entries).toMatchObject([
      { what: 'export.created', by: ADMIN, after: { exportId, status: 'running', rows: 0 } },
      { what: 'export.completed', by: ADMIN, after: { exportId, status: 'completed', rows: 2 } },
    ])
    const told = world.bus.published.filter(({ detail }) => detail.subject === subject)
    expect(told.map(({ type, detail }) => [type, detail.orgId])).toEqual([
      ['export.created', claimingOrg.orgId],
      ['export.completed', claimingOrg.orgId],
    ])
  })

  it('an export that was asked for twice by the queue is written once', async () => {
    const { claimingOrg } = await company(2)
    const { exportId } = await exported(claimingOrg.orgId)
    const before = await dump(db)
    world.bucket.put(`exports/${claimingOrg.orgId}/${exportId}.csv`, 'as it was')
    world.queues.exports.send([{ orgId: claimingOrg.orgId, exportId }])
    await world.settle()
    expect(world.bucket.text(`exports/${claimingOrg.orgId}/${exportId}.csv`)).toBe('as it was')
    expect(await dump(db)).toEqual(before)
  })

  it('an export that is cut off at any call is written anew, and completed once', async () => {
    const { claimingOrg, emails } = await company(4)
    world.faults.arm(undefined)
    await exported(claimingOrg.orgId)
    const calls = world.faults.calls
    expect(calls).toBeGreaterThan(8)
    const ids: string[] = []
    const cutOff = async (fault: Fault): Promise<void> => {
      world.faults.arm(fault)
      const { exportId, rows } = await exported(claimingOrg.orgId)
      expect(rows).toHaveLength(emails.length)
      ids.push(exportId)
    }
    // Behind one call is before the next.
    for (let at = 1; at <= calls; at++) await cutOff({ at, when: 'before' })
    await cutOff({ at: calls, when: 'after' })
    world.faults.arm(undefined)
    const items = Object.values(await dump(db))
    for (const id of ids) {
      const entries = items.filter(({ subject }) => subject === `export:${id}`)
      expect(entries.map(({ what }) => what)).toEqual(['export.created', 'export.completed'])
    }
  })

  it('an export of an org that is gone fails for good, and is told of', async () => {
    const exportId = await ask('nobody')
    await world.settle()
    expect(await world.stores.exports.get('nobody', exportId)).toMatchObject({ status: 'failed', rows: 0 })
    expect(world.bucket.get(`exports/nobody/${exportId}.csv`)).toBeUndefined()
    expect(world.queues.exports.deadLetters).toEqual([])
    const told = world.bus.published.filter(({ detail }) => detail.subject === `export:${exportId}`)
    expect(told.map(({ type }) => type)).toEqual(['export.created', 'export.failed'])
  })

  it('a message that is no export ends as a dead letter', async () => {
    world.queues.exports.send([{ orgId: 'org1' }])
    await world.settle()
    expect(world.queues.exports.deadLetters.splice(0)).toEqual([{ orgId: 'org1' }])
  })

  it('nothing follows from its progress, and none is told once it has ended', async () => {
    const { claimingOrg } = await company(0)
    const exportId = await ask(claimingOrg.orgId)
    await world.ignoreEffects()
    const { exports } = world.stores
    const record = await exports.get(claimingOrg.orgId, exportId)
    if (record === undefined) throw new Error('no export')
    expect(await exports.progress(record, 10_000)).toEqual({ outcome: 'written' })
    expect(await exports.get(claimingOrg.orgId, exportId)).toMatchObject({ status: 'running', rows: 10_000 })
    const before = world.bus.published.length
    await world.settle()
    expect(world.bus.published).toHaveLength(before)

    const end = { rows: 12_345, objectKey: 'key' }
    expect(await exports.complete(record, end, world.clock.now())).toEqual({ outcome: 'written' })
    expect(await exports.progress(record, 20_000)).toEqual({ outcome: 'lost' })
    expect(await exports.fail(record, world.clock.now())).toEqual({ outcome: 'lost' })
    expect(await exports.complete(record, end, world.clock.now())).toEqual({ outcome: 'lost' })
    expect(await exports.get(claimingOrg.orgId, exportId)).toMatchObject({
      status: 'completed',
      rows: 12_345,
    })
  })
})
