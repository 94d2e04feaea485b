import { describe, expect } from 'vitest'
import { decide } from '../../../shared/rules/claims/decision.ts'
import { codeOf, type TestApi, type TestResponse } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { dump } from '../../support/given.ts'
import { it } from '../../support/fixtures.ts'

describe('/v1/platform', () => {
  let db: TestTable
  let api: TestApi

  it.beforeAll(async ({ table, tableApi }) => {
    db = table
    api = tableApi
    await givenVia(api).company('dunes', 'dunes.example')
  })

  const put = (userId: string, body: Record<string, unknown>): Promise<TestResponse> =>
    api.platform.put(`/v1/platform/users/${userId}`, { orgId: 'personal', ...body })
  const get = (userId: string) => api.platform.get(`/v1/platform/users/${encodeURIComponent(userId)}`)

  describe('organizations', () => {
    const url = '/v1/platform/organizations/fresh'

    it('are created, changed, and left alone where nothing differs', async () => {
      const body = { name: 'Fresh', kind: 'consumer', region: 'eu', adminEmails: ['it@fresh.example'] }
      const created = await api.platform.put(url, body)
      expect(created).toMatchObject({
        status: 201,
        body: { orgId: 'fresh', createdAt: api.clock.now().toISOString(), sso: false, directorySync: false },
      })
      const before = await dump(db)
      expect(await api.platform.put(url, body)).toMatchObject({ status: 200, body: created.body })
      expect(await dump(db)).toEqual(before)
      expect(await api.platform.put(url, { ...body, sso: true })).toMatchObject({
        status: 200,
        body: { sso: true },
      })
    })

    it.each([
      [{}, ['name', 'kind']],
      [{ name: '', kind: 'club' }, ['name', 'kind']],
      [{ name: 'X', kind: 'consumer', createdAt: 'yesterday' }, ['createdAt']],
      [{ name: 'X', kind: 'consumer', locale: 'nl' }, ['locale']],
      [{ name: 'X', kind: 'consumer', adminEmails: ['it@x.example', 'nobody'] }, ['adminEmails.1']],
    ])('refuses %j', async (body, paths) => {
      const response = await api.platform.put(url, body)
      expect(codeOf(response)).toBe('invalid_request')
      expect((response.body as { errors: { path: string }[] }).errors.map(({ path }) => path)).toEqual(paths)
    })

    it.each(['a~b', '%2e%2e', 'a%20b', 'a%2Fb'])('takes no id like %s', async (orgId) => {
      const response = await api.platform.put(`/v1/platform/organizations/${orgId}`, {
        name: 'X',
        kind: 'consumer',
      })
      expect(response.body).toMatchObject({ code: 'invalid_request', errors: [{ path: 'orgId' }] })
    })
  })

  describe('users', () => {
    it('are created with defaults, and read back by id', async () => {
      const created = await put('ada', { email: ' Ada@Dunes.example ' })
      expect(created.status).toBe(201)
      expect(created.body).toEqual({
        userId: 'ada',
        email: 'Ada@Dunes.example',
        firstName: '',
        lastName: '',
        displayName: '',
        orgId: 'personal',
        status: 'active',
        licenses: [],
        paid: false,
        locale: 'en',
      })
      expect((await get('ada')).body).toEqual(created.body)
    })

    it('are changed as a whole, licences apart, and left alone where nothing differs', async () => {
      const full = { email: 'bob@dunes.example', firstName: 'Bob', lastName: 'Bos', locale: 'nl', paid: true }
      await put('bob', { ...full, licenses: ['pro'] })
      expect(await put('bob', { email: 'bob@dunes.example', status: 'not_verified' })).toMatchObject({
        status: 200,
        body: { firstName: '', paid: false, status: 'not_verified', licenses: ['pro'] },
      })
      await put('bob', full)
      const before = await dump(db)
      expect(await put('bob', full)).toMatchObject({ status: 200, body: { displayName: 'Bob Bos' } })
      expect(await dump(db)).toEqual(before)
    })

    it('have an address of their own, in whatever case, which is free again when it changes', async () => {
      await put('cas', { email: 'cas@dunes.example' })
      expect(codeOf(await put('cat', { email: 'CAS@dunes.example' }))).toBe('email_taken')
      expect((await put('cas', { email: 'Cas@Dunes.Example' })).status).toBe(200)
      expect((await put('cas', { email: 'cas2@dunes.example' })).status).toBe(200)
      expect((await put('cat', { email: 'cas@dunes.example' })).status).toBe(201)
      expect(codeOf(await put('cas', { email: 'cas@dunes.example' }))).toBe('email_taken')
    })

    it('of two that are created with one address at the same instant one gets it', async () => {
      const answers = await Promise.all(
        ['race-a', 'race-b'].map((id) => put(id, { email: 'race@dunes.example' })),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
    })

    it.each(['no address', '', 'ada@dunes.example.convert-user.local', 'x@convert-user.local'])(
      'C3: refuses the address %j',
      async (email) => {
        expect(await put('dan', { email })).toMatchObject({ status: 400, body: { code: 'invalid_address' } })
      },
    )

    it('are in an org that exists', async () => {
      expect(await put('dan', { email: 'dan@dunes.example', orgId: 'nowhere' })).toMatchObject({
        status: 422,
        body: { code: 'unknown_organization' },
      })
    })

    it.each([
      [{ status: 'delayed_claim' }, 'status'],
      [{ paid: 'yes' }, 'paid'],
      [{ locale: 'dutch!' }, 'locale'],
      [{ licenses: Array.from({ length: 21 }, () => 'x') }, 'licenses'],
      [{ licenses: ['x'.repeat(65)] }, 'licenses.0'],
      [{ firstName: 'x'.repeat(257) }, 'firstName'],
      [{ displayName: 'Dan' }, 'displayName'],
    ])('refuse %j', async (patch, path) => {
      expect((await put('dan', { email: 'dan@dunes.example', ...patch })).body).toMatchObject({
        code: 'invalid_request',
        errors: [{ path }],
      })
    })

    it("do not get the service's own ids", async () => {
      const response = await put('dan~01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7', { email: 'dan@dunes.example' })
      expect(codeOf(response)).toBe('not_found')
      const url = '/v1/platform/users/dan~01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7'
      const body = { email: 'dan@dunes.example', orgId: 'personal' }
      expect(codeOf(await api.platform.put(url, body, { 'if-match': '"0"' }))).toBe('not_found')
      expect(codeOf(await get('dan~01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7'))).toBe('not_found')
      expect((await put('dan b', { email: 'dan@dunes.example' })).body).toMatchObject({
        code: 'invalid_request',
        errors: [{ path: 'userId' }],
      })
    })

    it('C3: an original account cannot be changed while its claim is open, and bears the suffix', async () => {
      await put('eva', { email: 'eva@dunes.example' })
      await givenVia(api).claim('dunes', 'eva@dunes.example')
      for (const patch of [{ firstName: 'E' }, { email: 'eva2@dunes.example' }, { orgId: 'dunes' }])
        expect(await put('eva', { email: 'eva@dunes.example', ...patch })).toMatchObject({
          status: 409,
          body: { code: 'account_claimed' },
        })
      expect((await get('eva')).body).toMatchObject({
        email: 'eva@dunes.example.convert-user.local',
        original: true,
        orgId: 'personal',
      })
    })

    it("C2: a delayed claim's new account cannot be managed", async () => {
      await put('fay', { email: 'fay@dunes.example' })
      const { newUserId } = await givenVia(api).claim('dunes', 'fay@dunes.example', { licenses: ['pro'] })
      expect((await get(newUserId)).body).toMatchObject({
        email: 'fay@dunes.example',
        status: 'delayed_claim',
        licenses: [],
        orgId: 'dunes',
        claim: { newUserId },
      })
      const response = await put(newUserId, { email: 'fay@dunes.example', orgId: 'dunes', firstName: 'F' })
      expect(response).toMatchObject({ status: 409, body: { code: 'delayed_claim' } })
    })

    it("C2: a direct claim's new account can be, save for its org", async () => {
      await put('gus', { email: 'gus@dunes.example' })
      const { newUserId } = await givenVia(api).claim('dunes', 'gus@dunes.example', { type: 'direct' })
      const base = { email: 'gus@dunes.example', orgId: 'dunes' }
      expect(
        await put(newUserId, { ...base, firstName: 'Gus', licenses: ['mail'], status: 'inactive' }),
      ).toMatchObject({
        status: 200,
        body: { firstName: 'Gus', licenses: ['mail'], status: 'inactive' },
      })
      expect(codeOf(await put(newUserId, { ...base, orgId: 'personal' }))).toBe('account_claimed')
      expect((await get('gus')).body).toMatchObject({ firstName: '', status: 'active' })
    })
  })

  describe('conversations', () => {
    const url = (userId: string, id = '') => `/v1/platform/users/${userId}/conversations${id && `/${id}`}`
    const body = { title: 'Plans', lastActivityAt: '2026-11-20T09:30:00+01:00', messages: 3, bytes: 100 }
    const list = async (userId: string, query = '') =>
      (await api.platform.get(`${url(userId)}${query}`)).body as {
        items: { conversationId: string }[]
        nextCursor?: string
      }

    it('are created, replaced, and listed by id, page by page', async () => {
      await put('hal', { email: 'hal@dunes.example' })
      const created = await api.platform.put(url('hal', 'c1'), body)
      expect(created.status).toBe(201)
      expect(created.body).toEqual({
        conversationId: 'c1',
        userId: 'hal',
        title: 'Plans',
        lastActivityAt: '2026-11-20T08:30:00.000Z',
        messages: 3,
        bytes: 100,
      })
      expect(await api.platform.put(url('hal', 'c1'), { ...body, messages: 4 })).toMatchObject({
        status: 200,
        body: { messages: 4 },
      })
      for (const id of ['c2', 'c3'])
        await api.platform.put(url('hal', id), { lastActivityAt: body.lastActivityAt })
      const first = await list('hal', '?limit=2')
      expect(first.items.map(({ conversationId }) => conversationId)).toEqual(['c1', 'c2'])
      const second = await list('hal', `?limit=2&cursor=${first.nextCursor}`)
      expect(second.items.map(({ conversationId }) => conversationId)).toEqual(['c3'])
    })

    it("U3: are kept under the retention policy of their owner's org, from their own last activity", async () => {
      await givenVia(api).org('brief')
      await api.admin('brief').patch('/v1/organization', { retentionDays: 30 })
      await put('ida', { email: 'ida@brief.example', orgId: 'brief' })
      const kept = await api.platform.put(url('ida', 'new'), {
        ...body,
        lastActivityAt: '2026-11-20T00:00:00Z',
      })
      expect(kept.body).toMatchObject({ expiresAt: '2026-12-20T00:00:00.000Z' })
      await api.platform.put(url('ida', 'old'), { ...body, lastActivityAt: '2026-10-01T00:00:00Z' })
      expect((await list('ida')).items.map(({ conversationId }) => conversationId)).toEqual(['new'])
    })

    it('of an original account are its own until its content moves', async () => {
      await put('jan', { email: 'jan@dunes.example' })
      await api.platform.put(url('jan', 'c1'), body)
      const { claimId, newUserId } = await givenVia(api).claim('dunes', 'jan@dunes.example')
      expect((await api.platform.put(url('jan', 'c2'), body)).status).toBe(201)
      expect(codeOf(await api.platform.put(url(newUserId, 'c3'), body))).toBe('delayed_claim')
      expect((await list('jan')).items).toHaveLength(2)
      expect((await list(newUserId)).items).toEqual([])

      const record = (await api.stores.claims.byId(claimId))?.record
      if (record?.claim === undefined) throw new Error('no claim')
      const by = { now: api.clock.now(), by: 'user:jan' } as const
      await api.stores.accounts.write(decide(record, record.claim, 'transfer_content', by))
      expect(await api.platform.put(url('jan', 'c4'), body)).toMatchObject({
        status: 409,
        body: { code: 'account_migrating' },
      })
      expect((await list('jan')).items).toHaveLength(2)
    })

    it('M3: many that are written at once all come in', async () => {
      await put('kim', { email: 'kim@dunes.example' })
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => api.platform.put(url('kim', `c${n}`), body)),
      )
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201))
    })

    it('of nobody are not found, and cursors are an account’s own', async () => {
      expect(codeOf(await api.platform.put(url('nobody', 'c1'), body))).toBe('not_found')
      expect(codeOf(await api.platform.get(url('nobody')))).toBe('not_found')
      const { nextCursor } = await list('hal', '?limit=1')
      expect(codeOf(await api.platform.get(`${url('kim')}?cursor=${nextCursor}`))).toBe('invalid_cursor')
    })

    it.each([
      [{}, 'lastActivityAt'],
      [{ ...body, messages: -1 }, 'messages'],
      [{ ...body, bytes: 1.5 }, 'bytes'],
      [{ ...body, owner: 'x' }, 'owner'],
      [{ ...body, lastActivityAt: '2026-02-30T00:00:00Z' }, 'lastActivityAt'],
    ])('refuses %j', async (wrong, path) => {
      expect((await api.platform.put(url('hal', 'c1'), wrong)).body).toMatchObject({
        code: 'invalid_request',
        errors: [{ path }],
      })
    })
  })
})
