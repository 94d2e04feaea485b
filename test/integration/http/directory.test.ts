import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problemSchema } from '../../../shared/http/schemas/problem.ts'
import { syncPage } from '../../../shared/http/schemas/sync.ts'
import { DAY_MS } from '../../../shared/lib/time.ts'
import { codeOf } from '../../support/api.ts'
import { minuteEnd } from '../../support/builders.ts'
import { type DirectoryWorld, outcomesOf, startDirectory } from '../../support/directory.ts'
import { dump } from '../../support/given.ts'

const SYNCS = '/v1/directory/syncs'

describe("an org's directory, sent as a list", () => {
  let directory: DirectoryWorld
  beforeAll(async () => {
    directory = await startDirectory()
    await directory.given.org('personal', { kind: 'consumer' })
  })
  afterAll(() => directory.stop())

  const accountsNow = async () =>
    Object.entries(await dump(directory.db)).filter(([key]) => /^[UE]#/.test(key))
  const signIn = async (email: string) =>
    (await directory.api.platform.post('/v1/platform/sign-ins', { email })).body

  /** An org with a user that it claimed at once, one whose claim is delayed, and one that is claimed from it. */
  async function orgWithClaims(orgId: string) {
    const domain = `${orgId}.example`
    await directory.org(orgId)
    await directory.given.verifiedDomain(orgId, domain)
    for (const name of ['direct', 'delayed'])
      await directory.given.user(`${orgId}-${name}`, { email: `${name}@${domain}` })
    const direct = await directory.given.claim(orgId, `direct@${domain}`, { type: 'direct' })
    const delayed = await directory.given.claim(orgId, `delayed@${domain}`, { type: 'delayed' })
    await directory.given.org(`${orgId}-other`)
    await directory.given.verifiedDomain(`${orgId}-other`, `other.${domain}`)
    await directory.given.user(`${orgId}-original`, { email: `Orig@other.${domain}`, orgId })
    const taken = await directory.given.claim(`${orgId}-other`, `orig@other.${domain}`)
    await directory.world.settle()
    return { domain, direct, delayed, taken }
  }

  it('Y3: a dry run tells who would be added, matched and made inactive, marks the claimed and other capitals, and changes nothing', async () => {
    const { domain } = await orgWithClaims('dry')
    await directory.given.user('dry-anna', { email: `Anna@${domain}`, orgId: 'dry' })
    await directory.given.user('dry-bert', { email: `bert@${domain}`, orgId: 'dry' })
    await directory.given.user('dry-carl', { email: `carl@${domain}`, orgId: 'dry' })
    await directory.world.settle()
    const before = await accountsNow()
    const sync = await directory.sync('dry', 'dry_run', [
      `anna@${domain}`,
      `bert@${domain}`,
      `New@${domain}`,
      `new@${domain}`,
    ])
    expect(sync).toMatchObject({
      status: 'completed',
      percent: 100,
      counts: { added: 1, matched: 2, inactivated: 2, restored: 0, untouched: 2, refused: 0 },
    })
    expect(outcomesOf(sync)).toEqual([
      `add New@${domain}`,
      `inactivate carl@${domain}`,
      `inactivate direct@${domain} claimed`,
      `match Anna@${domain} case`,
      `match bert@${domain}`,
      `untouched Orig@other.${domain}.convert-user.local`,
      `untouched delayed@${domain} claimed`,
    ])
    expect(sync.entries.map(({ outcome }) => outcome).slice(0, 3)).toEqual([
      'inactivate',
      'inactivate',
      'add',
    ])
    expect(await accountsNow()).toEqual(before)
    expect(await directory.syncOf('dry', sync.syncId)).toEqual(sync)
  })

  it('Y4: a full sync makes the missing inactive; they can’t sign in, and are to be removed 30 × 24 h later by a schedule', async () => {
    await directory.org('full', { 'full-a': {}, 'full-b': { status: 'not_verified' } })
    const sync = await directory.sync('full', 'full', ['full-a@full.example'])
    expect(sync).toMatchObject({
      mode: 'full',
      status: 'completed',
      counts: { matched: 1, inactivated: 1 },
      applied: { inactivated: 1, restored: 0 },
    })
    const missing = await directory.user('full', 'full-b')
    expect(missing.status).toBe('inactive')
    const since = Date.parse(missing.inactiveSince ?? '')
    expect(since).toBeGreaterThanOrEqual(Date.parse(sync.createdAt))
    expect(Date.parse(missing.removedAt ?? '') - since).toBe(30 * DAY_MS)
    expect(directory.world.scheduler.instants()).toContain(minuteEnd(missing.removedAt ?? ''))
    expect(await directory.user('full', 'full-a')).toMatchObject({ status: 'active' })
    expect(await signIn('full-b@full.example')).toMatchObject({ allowed: false })
    expect(await signIn('full-a@full.example')).toMatchObject({ allowed: true })
  })

  it('Y4: who is still missing at the next sync has its 30 days not begun anew, and is told of as untouched', async () => {
    await directory.org('again', { 'again-a': {}, 'again-b': {} })
    await directory.sync('again', 'full', ['again-a@again.example'])
    const first = await directory.user('again', 'again-b')
    directory.advance(DAY_MS)
    const next = await directory.sync('again', 'full', ['again-a@again.example'])
    expect(next).toMatchObject({ counts: { inactivated: 0, untouched: 1 }, applied: { inactivated: 0 } })
    expect(await directory.user('again', 'again-b')).toEqual(first)
  })

  it('Y5: who is back is restored to the status held before, and nothing is due any more', async () => {
    await directory.org('back', { 'back-a': {}, 'back-b': { status: 'not_verified' } })
    await directory.sync('back', 'full', ['back-a@back.example'])
    const all = ['back-a@back.example', 'BACK-B@back.example']
    const dry = await directory.sync('back', 'dry_run', all)
    expect(outcomesOf(dry)).toEqual(['match back-a@back.example', 'restore back-b@back.example case'])
    const sync = await directory.sync('back', 'full', all)
    expect(sync).toMatchObject({ counts: { restored: 1 }, applied: { inactivated: 0, restored: 1 } })
    const user = await directory.user('back', 'back-b')
    expect(user).toMatchObject({ status: 'not_verified' })
    expect(user).not.toHaveProperty('removedAt')
    const item = (await dump(directory.db))['U#back-b U']
    expect(item).not.toHaveProperty('dueShard')
    expect(item).not.toHaveProperty('dueAt')
  })

  it('Y4, Y5: one whom the platform made inactive stays as it is while the directory has it, and is inactive again when restored', async () => {
    await directory.org('idle', { 'idle-a': {}, 'idle-b': { status: 'inactive' } })
    const both = ['idle-a@idle.example', 'idle-b@idle.example']
    expect((await directory.sync('idle', 'full', both)).counts).toMatchObject({ matched: 2 })
    expect(await directory.user('idle', 'idle-b')).not.toHaveProperty('removedAt')
    expect((await directory.sync('idle', 'full', both.slice(0, 1))).counts).toMatchObject({ inactivated: 1 })
    expect(await directory.user('idle', 'idle-b')).toHaveProperty('removedAt')
    await directory.sync('idle', 'full', both)
    const restored = await directory.user('idle', 'idle-b')
    expect(restored.status).toBe('inactive')
    expect(restored).not.toHaveProperty('removedAt')
  })

  it('Y6: a delayed claim’s user and an original with the suffix are never touched, in the directory or not; a direct claim’s user is like any other', async () => {
    const { domain, direct, delayed, taken } = await orgWithClaims('claims')
    await directory.given.user('claims-a', { email: `a@${domain}`, orgId: 'claims' })
    const missing = await directory.sync('claims', 'full', [`a@${domain}`])
    expect(missing.counts).toEqual({
      added: 0,
      matched: 1,
      inactivated: 1,
      restored: 0,
      untouched: 2,
      refused: 0,
      withoutAddress: 0,
    })
    expect(await directory.user('claims', delayed.newUserId)).toMatchObject({ status: 'delayed_claim' })
    expect(await directory.user('claims', taken.originalUserId)).toMatchObject({ status: 'active' })
    expect(await directory.user('claims', direct.newUserId)).toMatchObject({ status: 'inactive' })
    expect(await signIn(`direct@${domain}`)).toMatchObject({ allowed: false })

    const everybody = ['a', 'direct', 'delayed', 'orig@other'].map((name) =>
      name.includes('@') ? `${name}.${domain}` : `${name}@${domain}`,
    )
    const present = await directory.sync('claims', 'full', everybody)
    expect(present.counts).toEqual({
      added: 0,
      matched: 1,
      inactivated: 0,
      restored: 1,
      untouched: 2,
      refused: 0,
      withoutAddress: 0,
    })
    expect(await directory.user('claims', direct.newUserId)).toMatchObject({ status: 'active' })
  })

  it('A1, A2: a sync and each user it changes are told of by ids alone', async () => {
    await directory.org('told', { 'told-a': {}, 'told-b': {} })
    const { syncId } = await directory.sync('told', 'full', ['told-a@told.example'])
    const by = `sync:${syncId}`
    const events = directory.world.bus.published.filter(({ detail }) => detail.orgId === 'told')
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['sync.started', 'user.inactivated', 'sync.completed']),
    )
    expect(events.find(({ type }) => type === 'user.inactivated')?.detail).toMatchObject({
      subject: 'told-b',
      by,
      userStatus: 'inactive',
    })
    const own = events.filter(({ type }) => type.startsWith('sync.') || type === 'user.inactivated')
    expect(JSON.stringify(own)).not.toContain('@')
    const audit = Object.entries(await dump(directory.db)).filter(([key]) => key.startsWith('A#told#'))
    expect(audit.map(([, item]) => item.what)).toEqual(
      expect.arrayContaining(['sync.started', 'user.inactivated', 'sync.completed']),
    )
    expect(JSON.stringify(directory.world.log.lines)).not.toContain('told-a@')
  })

  it('keeps no address of the directory but those that nobody has, once it has been compared', async () => {
    await directory.org('left', { 'left-a': {} })
    const { syncId } = await directory.sync('left', 'dry_run', ['left-a@left.example', 'x@left.example'])
    const parts = Object.entries(await dump(directory.db)).filter(([key]) => key.startsWith(`Y#${syncId}`))
    expect(parts.length).toBeGreaterThan(1)
    expect(JSON.stringify(parts)).not.toContain('@left.example')
    const objects = await Array.fromAsync(directory.world.bucket.list('syncs/left/'))
    expect(objects).toEqual([`syncs/left/${syncId}/outcome-0.tsv`])
    expect(directory.world.bucket.text(objects[0] ?? '')).toBe('a\tx@left.example\nm\tleft-a\t\n')
  })

  it('A3, Y7: shows no address of who has left the org, or is gone, since', async () => {
    await directory.org('past', { 'past-a': {}, 'past-b': {}, 'past-c': {} })
    const { syncId } = await directory.sync('past', 'dry_run', ['past-a@past.example'])
    await directory.given.user('past-a', { email: 'private@past.example', orgId: 'personal' })
    expect((await directory.api.admin('past').delete('/v1/users/past-b')).status).toBe(204)
    await directory.world.settle()
    const { entries } = await directory.syncOf('past', syncId)
    expect(entries.map(({ userId, email }) => [userId, email]).sort()).toEqual([
      ['past-a', ''],
      ['past-b', ''],
      ['past-c', 'past-c@past.example'],
    ])
  })

  it('shows no entries once the bucket may have let the outcome go, and confirms nothing by it', async () => {
    await directory.org('old', Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`old-${n}`, {}])))
    const { syncId, entries } = await directory.sync('old', 'full', ['old-0@old.example'])
    expect(entries).toHaveLength(50)
    directory.advance(27 * DAY_MS)
    directory.world.bucket.delete(`syncs/old/${syncId}/outcome-0.tsv`)
    expect(await directory.syncOf('old', syncId)).toMatchObject({ counts: { inactivated: 50 }, entries: [] })
    expect(codeOf(await directory.api.admin('old').post(`${SYNCS}/${syncId}/confirm`))).toBe('not_held')
  })

  it('refuses a list with what is no address, naming each, with nobody in it, or with more than 1,000', async () => {
    await directory.org('bad')
    const post = (emails: unknown) => directory.api.admin('bad').post(SYNCS, { mode: 'full', emails })
    const answer = await post(['a@bad.example', 'no address', 'b@bad.example', 'x@y'])
    expect(answer.status).toBe(400)
    expect(problemSchema.parse(answer.body).errors?.map(({ path }) => path)).toEqual(['emails.1', 'emails.3'])
    expect((await post([])).status).toBe(400)
    const many = Array.from({ length: 1_001 }, (_, n) => `u${n}@bad.example`)
    expect((await post(many)).status).toBe(400)
    expect(await post(many.slice(0, 1_000))).toMatchObject({
      status: 201,
      body: { counts: { added: 1_000 } },
    })
  })

  it('answers for another org’s sync as for one that does not exist', async () => {
    await directory.org('mine')
    const { syncId } = await directory.sync('mine', 'dry_run', ['a@mine.example'])
    const alike = async (id: string) => {
      const { status, body } = await directory.api.admin('told').get(`${SYNCS}/${id}`)
      return { status, body: { ...problemSchema.parse(body), requestId: '' } }
    }
    expect(await alike(syncId)).toEqual(await alike('01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7'))
    expect((await alike(syncId)).status).toBe(404)
    expect((await directory.api.reader('mine').post(SYNCS, { mode: 'dry_run' })).status).toBe(403)
  })

  it('lists syncs newest first, and pages through them and through what one gave', async () => {
    await directory.org('pages', { 'pages-a': {}, 'pages-b': {} })
    const emails = ['pages-a@pages.example', 'c@pages.example', 'd@pages.example']
    const ids: string[] = []
    for (let n = 0; n < 3; n++) {
      directory.advance(1_000)
      ids.push((await directory.sync('pages', 'dry_run', emails)).syncId)
    }
    const admin = directory.api.admin('pages')
    const first = await admin.get(`${SYNCS}?limit=2`)
    expect(first.body).toMatchObject({ items: [{ syncId: ids[2] }, { syncId: ids[1] }] })
    const { nextCursor = '' } = syncPage.parse(first.body)
    expect((await admin.get(`${SYNCS}?limit=2&cursor=${encodeURIComponent(nextCursor)}`)).body).toMatchObject(
      {
        items: [{ syncId: ids[0] }],
      },
    )

    const seen: string[] = []
    for (let query = '?limit=1'; ; ) {
      const page = await directory.syncOf('pages', ids[0] ?? '', query)
      seen.push(...outcomesOf(page))
      if (page.nextCursor === undefined) break
      query = `?limit=1&cursor=${encodeURIComponent(page.nextCursor)}`
    }
    expect(seen).toEqual([
      'inactivate pages-b@pages.example',
      expect.stringMatching(/^add [cd]@/),
      expect.stringMatching(/^add [cd]@/),
      'match pages-a@pages.example',
    ])
    const added = await directory.syncOf('pages', ids[0] ?? '', '?outcome=add')
    expect(outcomesOf(added)).toEqual(['add c@pages.example', 'add d@pages.example'])
    const page = await directory.syncOf('pages', ids[0] ?? '', '?limit=1')
    const other = `${SYNCS}/${ids[1]}?limit=1&cursor=${encodeURIComponent(page.nextCursor ?? '')}`
    expect(codeOf(await admin.get(other))).toBe('invalid_cursor')
  })
})
