import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf } from '../../support/api.ts'
import { type DirectoryWorld, startDirectory } from '../../support/directory.ts'
import { dump } from '../../support/given.ts'

const SYNCS = '/v1/directory/syncs'

describe('the guards around a directory', () => {
  let directory: DirectoryWorld
  beforeAll(async () => {
    directory = await startDirectory()
    await directory.given.org('personal', { kind: 'consumer' })
    await directory.org('told')
  })
  afterAll(() => directory.stop())

  describe('the safety stop', () => {
    const ids = (org: string, count: number) => Array.from({ length: count }, (_, n) => `${org}-${n}`)
    const givenMany = (org: string, count: number) =>
      directory.org(org, Object.fromEntries(ids(org, count).map((id) => [id, {}])))
    const inactive = async (org: string) =>
      Object.entries(await dump(directory.db)).filter(
        ([key, item]) => key.startsWith(`U#${org}-`) && item.status === 'inactive',
      ).length

    it('Y8: a full sync that would make more than a fifth of the users, and more than five, inactive is held until it is confirmed', async () => {
      await givenMany('stop', 7)
      const sync = await directory.sync('stop', 'full', ['stop-0@stop.example'])
      expect(sync).toMatchObject({
        status: 'waiting',
        held: { reason: 'too_many_inactivations', inactivations: 6, users: 7 },
        counts: { inactivated: 6 },
      })
      expect(await inactive('stop')).toBe(0)
      const confirm = `${SYNCS}/${sync.syncId}/confirm`
      expect(codeOf(await directory.api.admin('told').post(confirm))).toBe('not_found')
      const confirmed = await directory.api.admin('stop').post(confirm)
      expect(confirmed).toMatchObject({ status: 200, body: { status: 'running' } })
      await directory.world.settle()
      const after = await directory.syncOf('stop', sync.syncId)
      expect(after).toMatchObject({ status: 'completed', applied: { inactivated: 6 } })
      expect(after).not.toHaveProperty('held')
      expect(await inactive('stop')).toBe(6)
      expect(codeOf(await directory.api.admin('stop').post(confirm))).toBe('not_held')
      const kinds = directory.world.bus.published
        .filter(({ detail }) => detail.subject === `sync:${sync.syncId}`)
        .map(({ type, detail }) => `${type} ${String(detail.by).split(':')[0]}`)
      expect(kinds).toEqual([
        'sync.started admin',
        'sync.held sync',
        'sync.confirmed admin',
        'sync.completed sync',
      ])
    })

    it('Y5: one that is held can’t be confirmed any more once a newer directory was applied', async () => {
      await givenMany('late', 7)
      const { syncId } = await directory.sync('late', 'full', ['late-0@late.example'])
      directory.advance(1000)
      const all = ids('late', 7).map((id) => `${id}@late.example`)
      expect(await directory.sync('late', 'full', all)).toMatchObject({ status: 'completed' })
      const confirmed = await directory.api.admin('late').post(`${SYNCS}/${syncId}/confirm`)
      expect([confirmed.status, codeOf(confirmed)]).toEqual([409, 'superseded'])
      await directory.world.settle()
      expect(await inactive('late')).toBe(0)
    })

    it('Y8: the one that waits for a word is found, behind others, until it is confirmed or a newer one is applied', async () => {
      const held = async (org: string): Promise<unknown> =>
        (await directory.api.admin(org).get(`${SYNCS}?held=true&limit=1`)).body
      await givenMany('waits', 7)
      expect(await held('waits')).toEqual({ items: [] })
      const first = await directory.sync('waits', 'full', ['waits-0@waits.example'])
      directory.advance(1000)
      const { syncId } = await directory.sync('waits', 'full', ['waits-1@waits.example'])
      for (let n = 0; n < 3; n++) {
        directory.advance(1000)
        await directory.sync('waits', 'dry_run', ['waits-0@waits.example'])
      }
      // The first could not be confirmed any more.
      expect(first).toMatchObject({ status: 'waiting' })
      expect(await held('waits')).toMatchObject({ items: [{ syncId, held: { inactivations: 6 } }] })
      directory.advance(1000)
      await directory.sync(
        'waits',
        'full',
        ids('waits', 7).map((id) => `${id}@waits.example`),
      )
      expect(await held('waits')).toEqual({ items: [] })
    })

    it('Y8: five go through, whatever the share, and so does a fifth of many; a dry run is never held', async () => {
      await givenMany('few', 6)
      const dry = await directory.sync('few', 'dry_run', ['nobody@few.example'])
      expect(dry).toMatchObject({ status: 'completed', counts: { inactivated: 6 } })
      expect(await directory.sync('few', 'full', ['few-0@few.example'])).toMatchObject({
        status: 'completed',
        applied: { inactivated: 5 },
      })
      await givenMany('fifth', 30)
      const stay = ids('fifth', 24).map((id) => `${id}@fifth.example`)
      expect(await directory.sync('fifth', 'full', stay)).toMatchObject({
        status: 'completed',
        applied: { inactivated: 6 },
      })
    })
  })

  it('Y1: nobody can be claimed while synchronisation is on', async () => {
    await directory.org('busy')
    await directory.given.verifiedDomain('busy', 'busy.example')
    await directory.given.user('busy-user', { email: 'user@busy.example' })
    expect(
      (await directory.api.admin('busy').patch('/v1/organization', { directorySync: true })).status,
    ).toBe(200)
    const claim = { users: [{ email: 'user@busy.example' }], acknowledgePermanent: true }
    expect((await directory.api.admin('busy').post('/v1/claims', claim)).body).toMatchObject({
      results: [{ result: 'refused', codes: ['directory_sync_enabled'] }],
    })
  })

  it('Y2: after claims, synchronisation is only switched on when a dry run is newer than the newest claim, within its second too', async () => {
    await directory.org('switch')
    await directory.given.verifiedDomain('switch', 'switch.example')
    await directory.given.user('switch-user', { email: 'user@switch.example' })
    const admin = directory.api.admin('switch')
    const switchTo = async (directorySync: boolean) =>
      codeOf(await admin.patch('/v1/organization', { directorySync })).slice(0, 20)
    await directory.sync('switch', 'dry_run', ['user@switch.example'])
    directory.advance(5)
    await directory.given.claim('switch', 'user@switch.example')
    expect(await switchTo(true)).toBe('dry_run_required')
    directory.advance(5)
    await directory.sync('switch', 'full', ['user@switch.example'])
    expect(await switchTo(true)).toBe('dry_run_required')
    await directory.sync('switch', 'dry_run', ['user@switch.example'])
    expect(await switchTo(true)).toContain('200 ')
    expect(await switchTo(true)).toContain('200 ')
    expect(await switchTo(false)).toContain('200 ')
  })
})
