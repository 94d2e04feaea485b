import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY_MS, SECOND_MS } from '../../../../shared/lib/time.ts'
import { minuteEnd } from '../../../support/builders.ts'
import { type DirectoryWorld, startDirectory } from '../../../support/directory.ts'

describe('mails to the admins about whom a sync made inactive', () => {
  let directory: DirectoryWorld
  beforeAll(async () => {
    directory = await startDirectory()
  })
  afterAll(() => directory.stop())

  const mailsTo = (org: string) =>
    directory.world.mailer.sent.filter(({ to }) => to.includes(`it@${org}.example`))
  const subjectsTo = (org: string) => mailsTo(org).map(({ subject }) => subject)

  /** What the one-time schedule, or the sweep, sets off at that instant. */
  async function at(instant: string, plusMs = 0): Promise<void> {
    directory.advance(Date.parse(instant) + plusMs - directory.api.clock.now().getTime())
    directory.world.queues.due.send([{ kind: 'sweep' }])
    await directory.world.settle()
  }

  it('Y4, N1: one mail tells how many, who, and from when on they are removed; nobody is mailed alone', async () => {
    await directory.org('one', {
      'one-a': {},
      'one-b': { firstName: 'Bo', lastName: 'Bakker' },
      'one-c': {},
    })
    const { syncId } = await directory.sync('one', 'full', ['one-a@one.example'])
    const { removedFrom = '' } = await directory.syncOf('one', syncId)
    const mails = mailsTo('one')
    expect(mails).toHaveLength(1)
    expect(mails[0]).toMatchObject({ to: ['it@one.example'], tags: { kind: 'users_inactivated' } })
    expect(mails[0]?.subject).toContain('2 users made inactive')
    expect(mails[0]?.text).toContain('* Bo Bakker (one-b@one.example)')
    expect(mails[0]?.text).toContain('* one-c@one.example')
    expect(Date.parse(removedFrom) - directory.api.clock.now().getTime()).toBeGreaterThanOrEqual(30 * DAY_MS)
    expect(directory.world.mailer.sent.flatMap(({ to }) => to)).not.toContain('one-b@one.example')
  })

  it('Y4: no mail follows a dry run, or a sync that made nobody inactive', async () => {
    await directory.org('none', { 'none-a': {}, 'none-b': {} })
    await directory.sync('none', 'dry_run', ['none-a@none.example'])
    await directory.sync('none', 'full', ['none-a@none.example', 'none-b@none.example'])
    expect(mailsTo('none')).toEqual([])
  })

  it('N1: warns 10, 3 and 1 days before, of those who are still inactive, at the second and not before, once each', async () => {
    await directory.org('warn', { 'warn-a': {}, 'warn-b': {}, 'warn-c': {} })
    const sync = await directory.sync('warn', 'full', ['warn-a@warn.example'])
    const { removedFrom = '' } = await directory.syncOf('warn', sync.syncId)
    const warning = (days: number) => new Date(Date.parse(removedFrom) - days * DAY_MS).toISOString()
    expect(directory.world.scheduler.instants()).toContain(minuteEnd(warning(10)))

    await at(warning(10), -SECOND_MS)
    expect(subjectsTo('warn')).toHaveLength(1)
    await at(warning(10))
    await at(warning(10), SECOND_MS)
    expect(subjectsTo('warn')).toEqual([expect.any(String), 'In 10 days, 2 users of warn will be removed'])
    expect(directory.world.scheduler.instants()).toContain(minuteEnd(warning(3)))

    await directory.sync('warn', 'full', ['warn-a@warn.example', 'warn-b@warn.example'])
    await at(warning(3))
    expect(subjectsTo('warn').at(-1)).toBe('In 3 days, 1 user of warn will be removed')
    expect(mailsTo('warn').at(-1)?.text).toContain('warn-c@warn.example')
    expect(mailsTo('warn').at(-1)?.text).not.toContain('warn-b@warn.example')

    await directory.sync(
      'warn',
      'full',
      ['a', 'b', 'c'].map((name) => `warn-${name}@warn.example`),
    )
    await at(warning(1))
    expect(subjectsTo('warn')).toHaveLength(3)
    const told = directory.world.bus.published.filter(
      ({ type, detail }) => type === 'sync.warned' && detail.orgId === 'warn',
    )
    expect(told.map(({ detail }) => detail.warned)).toEqual([
      { days: 10, users: 2 },
      { days: 3, users: 1 },
    ])
    const record = await directory.world.stores.syncs.get('warn', sync.syncId)
    expect(record?.dueAt).toBeUndefined()
  })

  it('M2: of warnings that were missed, the last is given, and none once the deletion has begun', async () => {
    await directory.org('late', { 'late-a': {}, 'late-b': {} })
    const { syncId } = await directory.sync('late', 'full', ['late-a@late.example'])
    const { removedFrom = '' } = await directory.syncOf('late', syncId)
    await at(removedFrom, -2 * DAY_MS)
    expect(subjectsTo('late').slice(1)).toEqual(['In 3 days, 1 user of late will be removed'])

    await directory.org('over', { 'over-a': {}, 'over-b': {} })
    const over = await directory.sync('over', 'full', ['over-a@over.example'])
    const end = (await directory.syncOf('over', over.syncId)).removedFrom ?? ''
    directory.advance(Date.parse(end) - directory.api.clock.now().getTime())
    directory.world.queues.syncs.send([{ kind: 'warn', orgId: 'over', syncId: over.syncId }])
    await directory.world.drain('syncs')
    expect(subjectsTo('over')).toHaveLength(1)
    expect((await directory.world.stores.syncs.get('over', over.syncId))?.dueAt).toBeUndefined()
  })

  it('N1: counts page by page, and goes on in a fresh invocation when its time is over', async () => {
    const { world } = directory
    // Six of them are no more than a fifth, so that it isn't held (Y8).
    const ids = Array.from({ length: 31 }, (_, n) => `long-${n}`)
    await directory.org('long', Object.fromEntries(ids.map((id) => [id, {}])))
    world.sizes.actionsPerBatch = 2
    const { syncId } = await directory.sync(
      'long',
      'full',
      ids.slice(6).map((id) => `${id}@long.example`),
    )
    const { removedFrom = '' } = await directory.syncOf('long', syncId)
    const sent = world.queues.syncs.sent.length
    world.time.leftMs = 19_000
    await at(removedFrom, -10 * DAY_MS)
    world.time.leftMs = 300_000
    const handedOn = world.queues.syncs.sent
      .slice(sent)
      .filter((body) => JSON.stringify(body).includes('"from"'))
    expect(handedOn).toMatchObject([
      { kind: 'warn', orgId: 'long', from: { page: 1, users: 2 } },
      { kind: 'warn', orgId: 'long', from: { page: 2, users: 4 } },
    ])
    expect(subjectsTo('long').at(-1)).toBe('In 10 days, 6 users of long will be removed')
  })
})
