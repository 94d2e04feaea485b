import { describe, expect } from 'vitest'
import { inactivate } from '../../../shared/rules/directory/inactivation.ts'
import { DAY_MS } from '../../../shared/lib/time.ts'
import { codeOf, type TestApi, type TestResponse } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { startBackground } from '../../support/background.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { dump } from '../../support/given.ts'
import { it } from '../../support/fixtures.ts'

describe('PATCH and DELETE /v1/users/{userId}', () => {
  let db: TestTable
  let api: TestApi
  let people = 0

  it.beforeAll(async ({ table, tableApi }) => {
    db = table
    api = tableApi
    await givenVia(api).company('dunes', 'dunes.example')
    await givenVia(api).company('harbour', 'harbour.example')
  })

  const newUser = async (patch: Record<string, unknown> = {}) => {
    const userId = `u${people++}`
    const email = `${userId}@dunes.example`
    await givenVia(api).user(userId, { email, firstName: 'Ada', lastName: 'de Vries', ...patch })
    return { userId, email }
  }
  /** Of the claiming org itself. */
  const staff = (patch: Record<string, unknown> = {}) => newUser({ orgId: 'dunes', ...patch })
  const claimOf = async (type: 'direct' | 'delayed') => {
    const { email } = await newUser()
    return givenVia(api).claim('dunes', email, { type })
  }
  const patch = (userId: string, body: Record<string, unknown>, orgId = 'dunes') =>
    api.admin(orgId).patch(`/v1/users/${userId}`, body)
  const remove = (userId: string, orgId = 'dunes') => api.admin(orgId).delete(`/v1/users/${userId}`)
  const read = (userId: string, orgId = 'dunes') => api.admin(orgId).get(`/v1/users/${userId}`)
  const told = ({ status, body, text }: TestResponse): string =>
    `${status} ${text.replace((body as { requestId: string }).requestId, 'ID')}`

  it('C2: what is named changes, and the answer is the user as they are read from then on', async () => {
    const { userId, email } = await staff()
    const answer = await patch(userId, { firstName: 'Bo', licenses: ['pro', 'mail'], locale: 'nl' })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        userId,
        email,
        firstName: 'Bo',
        lastName: 'de Vries',
        displayName: 'Bo de Vries',
        status: 'active',
        licenses: ['pro', 'mail'],
      },
    })
    expect((await read(userId)).body).toEqual(answer.body)
    const before = await dump(db)
    expect((await patch(userId, { firstName: 'Bo' })).body).toEqual(answer.body)
    expect((await patch(userId, {})).body).toEqual(answer.body)
    expect(await dump(db)).toEqual(before)
  })

  it('S3: an admin makes a user inactive, who cannot sign in until made active again', async () => {
    const { userId, email } = await staff()
    const signIn = async () =>
      (await api.platform.post('/v1/platform/sign-ins', { email })).body as { allowed: boolean }
    expect((await patch(userId, { status: 'inactive' })).body).toMatchObject({ status: 'inactive' })
    expect((await read(userId)).body).not.toHaveProperty('removedAt')
    expect((await signIn()).allowed).toBe(false)
    expect((await patch(userId, { status: 'active' })).body).toMatchObject({ status: 'active' })
    expect((await signIn()).allowed).toBe(true)
  })

  it('Y5: a user whom a sync made inactive is not removed once an admin makes them active', async () => {
    const { userId } = await staff()
    const found = await api.stores.accounts.byUserId(userId)
    if (found === undefined) throw new Error('no such user')
    const by = { now: api.clock.now(), by: 'sync:1' } as const
    await api.stores.accounts.write(inactivate(found.record, found.inRecord, '1', by))
    const removedAt = new Date(api.clock.now().getTime() + 30 * DAY_MS)
    expect((await read(userId)).body).toMatchObject({
      status: 'inactive',
      removedAt: removedAt.toISOString().replace('.000', ''),
    })
    const { body } = await patch(userId, { status: 'active' })
    expect(body).toMatchObject({ status: 'active' })
    for (const key of ['inactiveSince', 'removedAt']) expect(body).not.toHaveProperty(key)
    expect((await dump(db))[`U#${userId} U`]).not.toHaveProperty('dueAt')
  })

  it('C2: the account of a direct claim is manageable at once, and the original is none the wiser', async () => {
    const { newUserId, originalUserId, claimId } = await claimOf('direct')
    const before = (await read(originalUserId, 'personal')).body
    const answer = await patch(newUserId, { displayName: 'A.', licenses: ['max'] })
    expect(answer).toMatchObject({
      status: 200,
      body: { userId: newUserId, displayName: 'A.', licenses: ['max'], claim: { claimId, status: 'open' } },
    })
    expect((await read(originalUserId, 'personal')).body).toEqual(before)
  })

  it('C2: the account of a delayed claim can neither be changed nor deleted: 409 delayed_claim', async () => {
    const { newUserId } = await claimOf('delayed')
    const before = await dump(db)
    for (const answer of [await patch(newUserId, { firstName: 'Bo' }), await remove(newUserId)])
      expect([answer.status, codeOf(answer)]).toEqual([409, 'delayed_claim'])
    expect(await dump(db)).toEqual(before)
  })

  it.each(['direct', 'delayed'] as const)(
    'C3: the original of a %s claim can neither be changed nor deleted by its org: 409 account_claimed',
    async (type) => {
      const { originalUserId } = await claimOf(type)
      const before = await dump(db)
      for (const answer of [
        await patch(originalUserId, { status: 'inactive' }, 'personal'),
        await remove(originalUserId, 'personal'),
      ])
        expect([answer.status, codeOf(answer)]).toEqual([409, 'account_claimed'])
      expect(await dump(db)).toEqual(before)
    },
  )

  it('Y7: a deleted user is as if they did not exist: nowhere read, listed, signed in or deleted again', async () => {
    const { userId, email } = await staff()
    await givenVia(api).conversation(userId, 'talk', '2026-11-01T00:00:00.000Z')
    const answer = await remove(userId)
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect((await read(userId)).status).toBe(404)
    expect((await patch(userId, { firstName: 'Bo' })).status).toBe(404)
    expect((await remove(userId)).status).toBe(404)
    expect((await api.platform.get(`/v1/platform/users/${userId}`)).status).toBe(404)
    expect((await api.admin('dunes').get('/v1/users?limit=100')).text).not.toContain(email)
    expect(codeOf(await api.platform.post('/v1/platform/sign-ins', { email }))).toBe('user_not_found')
    const item = (await dump(db))[`U#${userId} U`]
    expect(item).toMatchObject({
      deletion: { userId, by: 'admin:ada' },
      change: { what: 'user.removing', by: 'admin:ada' },
    })
  })

  it('C2: with the account of a direct claim the claim ends, and the original stays where it is', async () => {
    const { newUserId, originalUserId, claimId } = await claimOf('direct')
    expect((await remove(newUserId)).status).toBe(204)
    expect((await read(newUserId)).status).toBe(404)
    const claim = (await api.admin('dunes').get(`/v1/claims/${claimId}`)).body
    expect(claim).toMatchObject({ revocable: false, notRevocableBecause: 'ended' })
    expect((await read(originalUserId, 'personal')).status).toBe(200)
  })

  it('Y7, R1: what follows removes the account of a direct claim, and gives the original its address and content', async () => {
    const world = await startBackground(db)
    const { newUserId, originalUserId, claimId, email } = await claimOf('direct')
    for (const owner of [newUserId, originalUserId])
      await givenVia(api).conversation(owner, 'talk', '2026-11-01T00:00:00.000Z')
    await remove(newUserId)
    world.clock.set(api.clock.now())
    await world.settle()
    expect((await api.admin('dunes').get(`/v1/claims/${claimId}`)).body).toMatchObject({ status: 'revoked' })
    expect((await read(originalUserId, 'personal')).body).toMatchObject({ email, status: 'active' })
    const talks = await api.platform.get(`/v1/platform/users/${originalUserId}/conversations`)
    expect(talks.body).toMatchObject({ items: [{ conversationId: 'talk' }] })
    expect(JSON.stringify(Object.keys(await dump(db)))).not.toContain(`V#${newUserId}`)
  })

  it("C2: another org's user, the platform's of another org, and an unknown id: 404, alike to the byte", async () => {
    const { userId } = await staff()
    const { newUserId, originalUserId } = await claimOf('direct')
    const asked: [string, string][] = [
      [userId, 'harbour'],
      [newUserId, 'personal'],
      [originalUserId, 'dunes'],
      ['no-such', 'dunes'],
      [`${newUserId}X`, 'dunes'],
    ]
    const before = await dump(db)
    const answers: string[] = []
    for (const [id, orgId] of asked)
      answers.push(told(await patch(id, { firstName: 'Bo' }, orgId)), told(await remove(id, orgId)))
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toContain('404 ')
    expect(await dump(db)).toEqual(before)
  })

  it.each([
    { orgId: 'harbour' },
    { paid: true },
    { status: 'verified' },
    { status: 'delayed_claim' },
    { licenses: 'pro' },
    { locale: 'not a language' },
    { firstName: 'x'.repeat(257) },
  ])('C2: %j is nothing that an admin changes', async (body) => {
    const { userId } = await staff()
    const answer = await patch(userId, body)
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_request'])
  })

  it('C2: a reader may change and delete nobody', async () => {
    const { userId } = await staff()
    expect((await api.reader('dunes').patch(`/v1/users/${userId}`, {})).status).toBe(403)
    expect((await api.reader('dunes').delete(`/v1/users/${userId}`)).status).toBe(403)
    expect((await read(userId)).status).toBe(200)
  })

  it('C7: of two changes at once both are made, one after the other', async () => {
    const { userId } = await staff()
    const answers = await Promise.all([patch(userId, { firstName: 'Bo' }), patch(userId, { locale: 'fr' })])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect((await api.platform.get(`/v1/platform/users/${userId}`)).body).toMatchObject({
      firstName: 'Bo',
      locale: 'fr',
    })
  })
})
