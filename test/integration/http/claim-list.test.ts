import { describe, expect } from 'vitest'
import { claim as claimSchema } from '../../../shared/http/schemas/claim.ts'
import { pageOf } from '../../../shared/http/schemas/common.ts'
import { user as userSchema } from '../../../shared/http/schemas/user.ts'
import { DAY_MS, MINUTE_MS } from '../../../shared/lib/time.ts'
import { completeClaim } from '../../../shared/rules/claims/ending.ts'
import { revokeClaim } from '../../../shared/rules/claims/revocation.ts'
import { codeOf, startApi, type TestApi } from '../../support/api.ts'
import { type ClaimAnswer, givenVia } from '../../support/api-given.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { it } from '../../support/fixtures.ts'
import { readAll } from '../../support/pages.ts'

const claimPage = pageOf(claimSchema)
const userPage = pageOf(userSchema)

describe('claims and users of an org', () => {
  let db: TestTable
  let api: TestApi
  const claims: ClaimAnswer[] = []
  const ids = (list: readonly { claimId: string }[]) => list.map(({ claimId }) => claimId)

  /** A claim's end, as the functions behind the queues bring it about. */
  const end = async (claimId: string, how: typeof completeClaim): Promise<void> => {
    const found = await api.stores.claims.byId(claimId)
    const record = found?.record
    if (record?.claim === undefined) throw new Error('no open claim')
    await api.stores.accounts.end(how(record, record.claim, { now: api.clock.now(), by: 'schedule:due' }))
  }

  it.beforeAll(async ({ table, tableApi }) => {
    db = table
    api = tableApi
    const given = givenVia(api)
    await given.company('dunes', 'dunes.example')
    await given.company('harbour', 'harbour.example')
    for (let n = 0; n < 12; n++) {
      await given.user(`u${n}`, { email: `u${n}@dunes.example` })
      claims.unshift(await given.claim('dunes', `u${n}@dunes.example`, n % 3 === 0 ? { type: 'direct' } : {}))
      api.clock.advance(MINUTE_MS)
    }
    await given.user('h1', { email: 'h1@harbour.example' })
    await given.claim('harbour', 'h1@harbour.example')
    for (let n = 0; n < 3; n++)
      await given.user(`staff${n}`, {
        email: `staff${n}@elsewhere.example`,
        orgId: 'dunes',
        status: n === 0 ? 'inactive' : 'active',
      })
    await end(claims[0]?.claimId ?? '', completeClaim)
    await end(claims[1]?.claimId ?? '', revokeClaim)
    await api.platform.post('/v1/platform/sign-ins', { email: 'u9@dunes.example' })
  })

  it('R3: lists the claims that the org made, newest first, over pages, ended ones too', async () => {
    const { items, sizes } = await readAll(api.reader('dunes'), '/v1/claims?limit=5', claimPage)
    expect(ids(items)).toEqual(ids(claims))
    expect(sizes).toEqual([5, 5, 2])
    expect(items.slice(0, 3).map(({ status }) => status)).toEqual(['completed', 'revoked', 'open'])
  })

  it.each([
    ['status=open', (each: ClaimAnswer) => each.status === 'open'],
    ['status=revoked', (each: ClaimAnswer) => each.status === 'revoked'],
    ['type=direct', (each: ClaimAnswer) => each.type === 'direct'],
    ['type=delayed&status=open', (each: ClaimAnswer) => each.type === 'delayed' && each.status === 'open'],
    ['revocable=true', (each: ClaimAnswer) => each.revocable],
    ['revocable=false', (each: ClaimAnswer) => !each.revocable],
  ])('R3: filtered by %s, pages hold what fits and nothing is left out', async (filter, fits) => {
    const all = (await readAll(api.admin('dunes'), '/v1/claims', claimPage)).items
    for (const limit of [2, 100]) {
      const { items } = await readAll(api.admin('dunes'), `/v1/claims?${filter}&limit=${limit}`, claimPage)
      expect(ids(items), `limit ${limit}`).toEqual(ids(all.filter(fits)))
    }
    expect(all.filter(fits).length).toBeGreaterThan(0)
  })

  it('R, S2: says of each whether it can be revoked, and if not why', async () => {
    const { items } = await readAll(api.admin('dunes'), '/v1/claims', claimPage)
    const reasons = new Map(items.map((each) => [each.originalUserId, each.notRevocableBecause]))
    expect(reasons.get('u11')).toBe('ended')
    expect(reasons.get('u9')).toBe('signed_in')
    expect(reasons.get('u5')).toBeUndefined()
  })

  it('M4: days left are rounded up, and none are left at the end', async () => {
    const oldest = claims.at(-1)?.claimId
    const daysLeft = async () =>
      claimSchema.parse((await api.admin('dunes').get(`/v1/claims/${oldest}`)).body).daysLeft
    expect(await daysLeft()).toBe(14)
    const later = startApi(db)
    later.clock.advance(13 * DAY_MS + 1)
    const body = (await later.admin('dunes').get(`/v1/claims/${oldest}`)).body
    expect(claimSchema.parse(body).daysLeft).toBe(1)
    later.clock.advance(2 * DAY_MS)
    const passed = claimSchema.parse((await later.admin('dunes').get(`/v1/claims/${oldest}`)).body)
    expect(passed).toMatchObject({ daysLeft: 0, revocable: false, notRevocableBecause: 'window_passed' })
  })

  it("R: while the org has the address's domain claimed, its claims cannot be revoked", async () => {
    await api.admin('dunes').post('/v1/domains/dunes.example/claim')
    const claimId = claims.at(-2)?.claimId
    const seen = (await api.admin('dunes').get(`/v1/claims/${claimId}`)).body
    expect(seen).toMatchObject({ revocable: false, notRevocableBecause: 'domain_claimed' })
    await api.admin('dunes').post('/v1/domains/dunes.example/release')
    expect((await api.admin('dunes').get(`/v1/claims/${claimId}`)).body).toMatchObject({ revocable: true })
  })

  it("R: another org's claim, an unknown one and what is no id are alike to the byte, save the request id", async () => {
    const other = await givenVia(api).claim('harbour', 'h1@harbour.example')
    const texts = await Promise.all(
      [
        other.claimId,
        `${other.claimId}X`,
        'clm~u1~00000000000000000000000000',
        'x',
        'a'.repeat(2_000),
        '%00',
      ].map(async (claimId) => {
        const { status, text, body } = await api.admin('dunes').get(`/v1/claims/${claimId}`)
        expect(status, claimId.slice(0, 50)).toBe(404)
        return text.replace((body as { requestId: string }).requestId, 'ID')
      }),
    )
    expect(new Set(texts).size).toBe(1)
  })

  it('C2, C3: lists own accounts, new ones and originals, each as its org sees it', async () => {
    const { items } = await readAll(api.reader('dunes'), '/v1/users?limit=4', userPage)
    const byOriginal = new Map(items.map((each) => [each.userId.split('~')[0], each]))
    // Revoked: back where it was.
    expect(byOriginal.has('u10')).toBe(false)
    expect([...byOriginal.keys()].sort()).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11]
        .map((n) => `u${n}`)
        .concat('staff0', 'staff1', 'staff2')
        .sort(),
    )
    expect(byOriginal.get('u1')).toMatchObject({
      email: 'u1@dunes.example',
      orgId: 'dunes',
      status: 'delayed_claim',
      claim: { type: 'delayed' },
    })
    expect(byOriginal.get('u3')).toMatchObject({ status: 'active', claim: { type: 'direct' } })
    expect(byOriginal.get('u11')).not.toHaveProperty('claim')

    const originals = (await readAll(api.admin('personal'), '/v1/users?limit=3', userPage)).items
    const u1 = originals.find(({ userId }) => userId === 'u1')
    expect(u1).toMatchObject({
      email: 'u1@dunes.example.convert-user.local',
      orgId: 'personal',
      original: true,
      status: 'active',
    })
    expect(u1).not.toHaveProperty('claim')
    expect(originals.map(({ userId }) => userId)).not.toContain('u11')
    expect(originals.find(({ userId }) => userId === 'u10')).not.toHaveProperty('original')
  })

  it.each([
    ['status=delayed_claim', 6],
    ['status=inactive', 1],
    ['status=active', 7],
    ['status=verified', 0],
    ['revocable=true', 9],
  ])('R3: users are filtered by %s', async (filter, count) => {
    const { items } = await readAll(api.admin('dunes'), `/v1/users?${filter}&limit=2`, userPage)
    expect(items).toHaveLength(count)
    expect(new Set(items.map(({ userId }) => userId)).size).toBe(count)
  })

  it("GET /v1/users/{userId} gives the org's own, and 404 for anybody else's", async () => {
    const newUserId = claims.at(-1)?.newUserId ?? ''
    expect((await api.admin('dunes').get(`/v1/users/${newUserId}`)).body).toMatchObject({ userId: newUserId })
    expect((await api.admin('personal').get('/v1/users/u0')).body).toMatchObject({ original: true })
    for (const [org, id] of [
      ['dunes', 'u0'],
      ['personal', newUserId],
      ['dunes', 'no-such'],
      ['harbour', 'staff0'],
    ] as const)
      expect(codeOf(await api.admin(org).get(`/v1/users/${id}`)), `${org} ${id}`).toBe('not_found')
  })

  it('cursors belong to their org, their query and their list, and to nothing else', async () => {
    const { nextCursor = '' } = claimPage.parse((await api.admin('dunes').get('/v1/claims?limit=2')).body)
    const withCursor = (orgId: string, url: string, cursor: string) =>
      api.admin(orgId).get(`${url}${url.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`)
    expect((await withCursor('dunes', '/v1/claims?limit=5', nextCursor)).status).toBe(200)
    for (const [org, url] of [
      ['harbour', '/v1/claims?limit=2'],
      ['dunes', '/v1/claims?limit=2&status=open'],
      ['dunes', '/v1/users?limit=2'],
      ['dunes', '/v1/imports'],
      ['dunes', '/v1/domains'],
    ] as const)
      expect(codeOf(await withCursor(org, url, nextCursor)), `${org} ${url}`).toBe('invalid_cursor')
    const garbled = `${nextCursor.slice(0, -4)}AAAA`
    for (const garbage of ['', 'x', '!!', garbled, `${nextCursor}=`, 'eyJwIjoxfQ'])
      expect(codeOf(await withCursor('dunes', '/v1/claims', garbage)), garbage).toBe('invalid_cursor')
  })

  it.each(['0', '101', '-1', 'ten', '1.5', '', '1e1'])('limit=%s is refused', async (limit) => {
    const response = await api.admin('dunes').get(`/v1/claims?limit=${limit}`)
    expect(response).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ path: 'limit' }] },
    })
  })
})
