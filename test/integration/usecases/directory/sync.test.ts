import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { syncPrefix } from '../../../../shared/usecases/directory/sync-runs.ts'
import { utf16 } from '../../../support/csv.ts'
import { type DirectoryWorld, outcomesOf, startDirectory } from '../../../support/directory.ts'
import { s3Event } from '../../../support/fakes.ts'

describe("an org's directory, uploaded as a CSV", () => {
  let directory: DirectoryWorld
  beforeAll(async () => {
    directory = await startDirectory()
  })
  afterAll(() => directory.stop())

  const people = (org: string, count: number): string[] =>
    Array.from({ length: count }, (_, n) => `${org}-${String(n).padStart(2, '0')}`)
  const givenPeople = (org: string, count: number) =>
    directory.org(org, Object.fromEntries(people(org, count).map((id) => [id, {}])))
  const statusOf = async (org: string, id: string) => (await directory.user(org, id)).status

  it('Y3: waits for the upload, reads it as an import is read, and counts each address once', async () => {
    await givenPeople('read', 3)
    const created = await directory.api.admin('read').post('/v1/directory/syncs', { mode: 'dry_run' })
    expect(created).toMatchObject({
      status: 201,
      body: { status: 'waiting', percent: 0, entries: [], upload: { fields: { key: /^directory\/read\// } } },
    })
    const rows = [
      'Jansen;READ-00@read.example',
      '"Vries; de";read-01@read.example',
      ';',
      'x;new@read.example',
    ]
    const csv = utf16(`Achternaam;E-mailadres\r\n${[...rows, rows[0]].join('\r\n')}\r\n`, 'le')
    const syncId = await directory.upload('read', 'dry_run', csv)
    await directory.world.settle()
    const sync = await directory.syncOf('read', syncId)
    expect(sync).toMatchObject({
      status: 'completed',
      progress: { rowsRead: 4, usersRead: 3 },
      counts: { added: 1, matched: 2, inactivated: 1, restored: 0, untouched: 0, refused: 0 },
    })
    expect(outcomesOf(sync)).toEqual([
      'add new@read.example',
      'inactivate read-02@read.example',
      'match read-00@read.example case',
      'match read-01@read.example',
    ])
  })

  it('Y4: removes the upload and all that was written on the way once both sides have been compared', async () => {
    await givenPeople('tidy', 2)
    const syncId = await directory.upload('tidy', 'full', 'Email\ntidy-00@tidy.example\n')
    expect(directory.world.bucket.get(`directory/tidy/${syncId}.csv`)).toBeDefined()
    await directory.world.settle()
    expect(await directory.syncOf('tidy', syncId)).toMatchObject({ applied: { inactivated: 1 } })
    expect(await Array.fromAsync(directory.world.bucket.list('directory/tidy/'))).toEqual([])
    const prefix = syncPrefix({ orgId: 'tidy', syncId })
    expect(await Array.fromAsync(directory.world.bucket.list(prefix))).toEqual([`${prefix}outcome-0.tsv`])
  })

  describe('in many runs, comparisons and pages', () => {
    const COUNT = 40
    const sizes = { rowsPerRun: 7, rowsPerComparison: 10, actionsPerBatch: 3 }
    const gone = (n: number): boolean => n % 5 === 0

    it.each([
      ['once', 'in one go', 300_000, false],
      ['handed', 'with a hand-over after every run', 19_000, false],
      ['twice', 'with every message delivered twice', 300_000, true],
    ])('Y3, Y4: gives the same outcome (%s), %s', async (org, _how, leftMs, deliverTwice) => {
      const { world } = directory
      await givenPeople(org, COUNT)
      const present = people(org, COUNT).filter((_, n) => !gone(n))
      const strangers = people(`${org}-new`, 13).map((id) => `${id}@new.example`)
      const emails = [...present.map((id) => `${id}@${org}.example`), ...strangers]
      Object.assign(world.sizes, sizes)
      world.time.leftMs = leftMs
      world.queues.syncs.deliverTwice = deliverTwice
      const syncId = await directory.upload(org, 'full', `Email\n${[...emails, ...emails].join('\n')}\n`)
      await world.settle()
      world.queues.syncs.deliverTwice = false
      world.time.leftMs = 300_000
      const sync = await directory.syncOf(org, syncId, '?limit=100')
      expect(sync).toMatchObject({
        status: 'completed',
        progress: { rowsRead: 2 * emails.length, usersRead: COUNT },
        counts: { added: 13, matched: 32, inactivated: 8, restored: 0, untouched: 0, refused: 0 },
        applied: { inactivated: 8, restored: 0 },
      })
      expect(outcomesOf(sync)).toEqual(
        [
          ...strangers.map((email) => `add ${email}`),
          ...people(org, COUNT).map((id, n) => `${gone(n) ? 'inactivate' : 'match'} ${id}@${org}.example`),
        ].sort(),
      )
      const sent = world.queues.syncs.sent.map((body) => JSON.stringify(body))
      const kinds = (kind: string) =>
        new Set(sent.filter((body) => body.includes(`"${kind}"`) && body.includes(syncId)))
      expect(kinds('compare').size).toBe(13)
      expect(kinds('apply').size).toBeGreaterThan(3)
      for (const [n, id] of people(org, COUNT).entries())
        expect(await statusOf(org, id)).toBe(gone(n) ? 'inactive' : 'active')
      const changes = world.bus.published.filter(
        ({ type, detail }) => type === 'user.inactivated' && detail.orgId === org,
      )
      expect(new Set(changes.map(({ id }) => id)).size).toBe(8)
      expect(world.queues.syncs.deadLetters).toEqual([])
    })

    it('Y4: pages through the entries of all comparisons', async () => {
      const [{ syncId = '' } = {}] = (await directory.world.stores.syncs.list('once', 1)).items
      const seen: string[] = []
      for (let query = '?limit=7'; ; ) {
        const page = await directory.syncOf('once', syncId, query)
        expect(page.entries.length).toBe(page.nextCursor === undefined ? 53 % 7 : 7)
        seen.push(...outcomesOf(page))
        if (page.nextCursor === undefined) break
        query = `?limit=7&cursor=${encodeURIComponent(page.nextCursor)}`
      }
      expect(new Set(seen).size).toBe(53)
      const gone = await directory.syncOf('once', syncId, '?outcome=inactivate')
      expect(gone.entries.length).toBe(8)
    })
  })

  describe('that cannot be used', () => {
    it.each([
      ['that is none', 'PK\u0003\u0004…', { code: 'binary_file', line: 1, column: 1 }],
      ['without addresses', 'Name,Phone\na,b\n', { code: 'no_address_column', line: 1, column: 1 }],
      [
        'whose quotation marks are not closed',
        'Email\na@x.example\n"b',
        { code: 'unclosed_quote', line: 3, column: 1 },
      ],
      ['with no rows', 'Email\n\n', { code: 'no_rows' }],
      ['whose rows are all blank', 'Name,Email\n,\n', { code: 'no_rows' }],
    ])('Y4: a file %s fails the sync as a whole, and changes nobody', async (_what, csv, error) => {
      const org = `bad-${error.code.replaceAll('_', '-')}-${csv.length}`
      await givenPeople(org, 1)
      const syncId = await directory.upload(org, 'full', csv)
      await directory.world.settle()
      expect(await directory.syncOf(org, syncId)).toMatchObject({ status: 'failed', error, entries: [] })
      expect(await statusOf(org, `${org}-00`)).toBe('active')
      expect(await Array.fromAsync(directory.world.bucket.list(`directory/${org}/`))).toEqual([])
    })

    it('Y4, Y8: a row whose address can’t be read fails a full sync, with its line; one without an address is counted and left alone', async () => {
      await givenPeople('rows', 2)
      const csv = 'Name,Email\na,rows-00@rows.example\nb,rows-01(at)rows.example\nc,\nd,x@y,z\n'
      const full = await directory.upload('rows', 'full', csv)
      const dry = await directory.upload('rows', 'dry_run', csv)
      await directory.world.settle()
      const refusedRows = [
        { line: 3, code: 'invalid_address' },
        { line: 5, code: 'too_many_cells' },
      ]
      const failed = await directory.syncOf('rows', full)
      expect(failed).toMatchObject({
        status: 'failed',
        error: { code: 'unreadable_rows', line: 3 },
        refusedRows,
      })
      expect(failed.error?.message).toContain('lines 3, 5')
      expect(await statusOf('rows', 'rows-01')).toBe('active')
      expect(await directory.syncOf('rows', dry)).toMatchObject({
        status: 'completed',
        counts: { matched: 1, inactivated: 1, refused: 2, withoutAddress: 1 },
        refusedRows,
      })
    })

    it('Y4: names the first lines of many, and counts the rest', async () => {
      await givenPeople('lines', 1)
      const rows = Array.from({ length: 30 }, (_, n) => `nobody ${n}`)
      const syncId = await directory.upload(
        'lines',
        'full',
        `Email\nlines-00@lines.example\n${rows.join('\n')}\n`,
      )
      await directory.world.settle()
      const { error, refusedRows } = await directory.syncOf('lines', syncId)
      expect(refusedRows).toHaveLength(20)
      expect(error?.message).toContain('20, 21, 22 and 10 more')
      expect(error?.message).toContain('in 30 of the rows')
    })

    it('Y4: a file that is replaced before it was read is not mixed with the other', async () => {
      await givenPeople('swap', 1)
      const { world } = directory
      const syncId = await directory.upload('swap', 'full', 'Email\nswap-00@swap.example\n')
      await world.step('syncs')
      world.bucket.put(`directory/swap/${syncId}.csv`, 'Email\nother@swap.example\n')
      await world.settle()
      expect(await directory.syncOf('swap', syncId)).toMatchObject({
        status: 'failed',
        error: { code: 'file_replaced' },
      })
      expect(await statusOf('swap', 'swap-00')).toBe('active')
    })
  })

  it('Y4: ignores what no sync waits for: a second upload, an unknown sync, another org’s, and S3’s own test', async () => {
    await givenPeople('stray', 1)
    const { world } = directory
    const csv = 'Email\nstray-00@stray.example\n'
    const syncId = await directory.upload('stray', 'full', csv)
    await world.settle()
    const logged = world.log.lines.length
    for (const key of [
      `directory/stray/${syncId}.csv`,
      'directory/stray/unknown.csv',
      `directory/tidy/${syncId}.csv`,
      'directory/nothing-of-ours.csv',
    ])
      world.queues.syncs.send([s3Event(world.bucket.put(key, 'Email\nx@y.example\n'), world.clock.now())])
    world.queues.syncs.send([{ Event: 's3:TestEvent' }])
    await world.settle()
    expect(await directory.syncOf('stray', syncId)).toMatchObject({ counts: { matched: 1, added: 0 } })
    expect(await statusOf('stray', 'stray-00')).toBe('active')
    const outcomes = world.log.lines.slice(logged).filter(({ code }) => code === 'sync.arrived')
    expect(outcomes.map(({ facts }) => (facts as { outcome: string }).outcome)).toEqual(
      Array(4).fill('ignored'),
    )
    expect(world.queues.syncs.deadLetters).toEqual([])
  })

  it('sets a message aside that is no step of a sync', async () => {
    const { world } = directory
    world.queues.syncs.send([{ kind: 'something' }])
    await world.drain('syncs')
    expect(world.queues.syncs.deadLetters.splice(0)).toEqual([{ kind: 'something' }])
  })
})
