import * as z from 'zod'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY_MS } from '../../../shared/lib/time.ts'
import { type Client, codeOf, startApi, type TestApi, type TestResponse } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { startTable, type TestTable } from '../../support/dynamo.ts'
import { dump } from '../../support/given.ts'

const STALE = '"999999"'

describe('a record with a version', () => {
  let db: TestTable
  let api: TestApi
  let admin: Client
  let people = 0
  beforeAll(async () => {
    db = await startTable()
    api = startApi(db)
    await givenVia(api).company('dunes', 'dunes.example')
    admin = api.admin('dunes')
  })
  afterAll(() => db.stop())

  const newUser = async (patch: Record<string, unknown> = {}) => {
    const userId = `u${people++}`
    await givenVia(api).user(userId, { email: `${userId}@dunes.example`, ...patch })
    return userId
  }
  const newClaim = async (type: 'direct' | 'delayed') =>
    (await givenVia(api).claim('dunes', `${await newUser()}@dunes.example`, { type })).claimId

  type Send = (headers: Record<string, string>) => Promise<TestResponse>
  interface Changed {
    readonly read: () => Promise<TestResponse>
    readonly change: Send
  }

  /** By what is changed: how it is read, and a change that can be made again and again as far as the record goes. */
  const changes: Readonly<Record<string, () => Promise<Changed>>> = {
    'PATCH /v1/organization': async () => {
      let days = 100
      return {
        read: () => admin.get('/v1/organization'),
        change: (headers) => admin.patch('/v1/organization', { retentionDays: days++ }, headers),
      }
    },
    'PATCH /v1/users/{userId}': async () => {
      const url = `/v1/users/${await newUser({ orgId: 'dunes' })}`
      let n = 0
      return {
        read: () => admin.get(url),
        change: (headers) => admin.patch(url, { firstName: `A${n++}` }, headers),
      }
    },
    'DELETE /v1/users/{userId}': async () => {
      const url = `/v1/users/${await newUser({ orgId: 'dunes' })}`
      return { read: () => admin.get(url), change: (headers) => admin.delete(url, headers) }
    },
    'POST /v1/claims/{claimId}/revoke': async () => {
      const url = `/v1/claims/${await newClaim('direct')}`
      return {
        read: () => admin.get(url),
        change: (headers) => admin.post(`${url}/revoke`, undefined, headers),
      }
    },
    'POST /v1/claims/{claimId}/notify': async () => {
      const url = `/v1/claims/${await newClaim('delayed')}`
      return {
        read: () => admin.get(url),
        change: (headers) => admin.post(`${url}/notify`, undefined, headers),
      }
    },
    ...Object.fromEntries(
      (['verify', 'claim', 'release', 'DELETE'] as const).map((what) => [
        `${what === 'DELETE' ? 'DELETE' : 'POST'} /v1/domains/{domain}${what === 'DELETE' ? '' : `/${what}`}`,
        async (): Promise<Changed> => {
          const domain = `d${people++}.example`
          const url = `/v1/domains/${domain}`
          const before = { verify: [], claim: ['verify'], release: ['verify', 'claim'], DELETE: [] }[what]
          const added = await admin.post('/v1/domains', { domain })
          const { txtRecord } = z.object({ txtRecord: z.object({ value: z.string() }) }).parse(added.body)
          api.txtRecords.set(domain, [txtRecord.value])
          for (const step of before) expect((await admin.post(`${url}/${step}`)).status).toBe(200)
          return {
            read: () => admin.post('/v1/domains', { domain }),
            change: (headers) =>
              what === 'DELETE'
                ? admin.delete(url, headers)
                : admin.post(`${url}/${what}`, undefined, headers),
          }
        },
      ]),
    ),
    'PUT /v1/platform/users/{userId}': async () => {
      const userId = await newUser()
      const url = `/v1/platform/users/${userId}`
      let n = 0
      const body = () => ({ email: `${userId}@dunes.example`, orgId: 'personal', firstName: `B${n++}` })
      return {
        read: () => api.platform.get(url),
        change: (headers) => api.platform.put(url, body(), headers),
      }
    },
    'PUT /v1/platform/organizations/{orgId}': async () => {
      const url = '/v1/platform/organizations/dunes'
      const put: Send = (headers) =>
        api.platform.put(url, { name: `Dunes ${people++}`, kind: 'enterprise' }, headers)
      return { read: () => put({}), change: put }
    },
  }

  it.each(Object.keys(changes))(
    'is not changed where it is not the one that If-Match names: %s',
    async (name) => {
      const made = await changes[name]?.()
      if (made === undefined) throw new Error('a name of the table')
      const first = await made.read()
      const { etag } = first.headers
      expect(etag).toMatch(/^"\d+"$/)

      const before = await dump(db)
      for (const tag of [STALE, `W/${etag}`, 'none', '""']) {
        const refused = await made.change({ 'if-match': tag })
        expect([refused.status, codeOf(refused)], tag).toEqual([412, 'precondition_failed'])
      }
      expect(await dump(db)).toEqual(before)

      const done = await made.change({ 'if-match': `${STALE}, ${etag}` })
      expect(done.status).toBeLessThan(300)
      // Of two that have read the same, one wins.
      if (done.status === 200) {
        expect(done.headers.etag).not.toBe(etag)
        expect((await made.change({ 'if-match': etag ?? '' })).status).toBe(412)
      }
    },
  )

  it('is changed whatever its version is where If-Match is a star, or left out', async () => {
    const url = `/v1/users/${await newUser({ orgId: 'dunes' })}`
    expect((await admin.patch(url, { firstName: 'Bo' }, { 'if-match': '*' })).status).toBe(200)
    expect((await admin.patch(url, { firstName: 'Cy' })).status).toBe(200)
  })

  it('is not created where If-Match is a star, which asks for a record that is there', async () => {
    const before = await dump(db)
    const star = { 'if-match': '*' }
    const user = { email: 'new@dunes.example', orgId: 'personal' }
    const refused = [
      await api.platform.put('/v1/platform/users/new', user, star),
      await api.platform.put('/v1/platform/organizations/new', { name: 'New', kind: 'enterprise' }, star),
    ]
    expect(refused.map((each) => [each.status, codeOf(each)])).toEqual([
      [412, 'precondition_failed'],
      [412, 'precondition_failed'],
    ])
    expect(await dump(db)).toEqual(before)
  })

  it("says nothing of others' records: 404 comes first", async () => {
    const url = `/v1/users/${await newUser()}`
    expect((await admin.patch(url, { firstName: 'Bo' }, { 'if-match': STALE })).status).toBe(404)
  })

  it('has the ETag that the answer to its change had, until it changes again', async () => {
    const url = `/v1/users/${await newUser({ orgId: 'dunes' })}`
    const { headers } = await admin.patch(url, { firstName: 'Bo' })
    api.clock.advance(DAY_MS)
    expect((await admin.get(url)).headers.etag).toBe(headers.etag)
  })
})

describe('what runs', () => {
  let db: TestTable
  let api: TestApi
  beforeAll(async () => {
    db = await startTable()
    api = startApi(db)
    await givenVia(api).company('dunes', 'dunes.example')
  })
  afterAll(() => db.stop())

  it('says when to look again, and what is done does not', async () => {
    const admin = api.admin('dunes')
    const begun = await admin.post('/v1/claimable-users/exports')
    expect(begun).toMatchObject({ status: 202, headers: { 'retry-after': '2' } })
    const { exportId } = begun.body as { exportId: string }
    const url = `/v1/claimable-users/exports/${exportId}`
    expect((await admin.get(url)).headers).toMatchObject({ 'retry-after': '2' })
    const upload = await admin.post('/v1/imports', { fileName: 'a.csv', sizeBytes: 10 })
    const { importId } = upload.body as { importId: string }
    expect((await admin.get(`/v1/imports/${importId}`)).headers).toMatchObject({ 'retry-after': '2' })
    for (const done of ['/v1/organization', '/v1/imports', '/v1/domains'])
      expect((await admin.get(done)).headers).not.toHaveProperty('retry-after')
  })

  it('does not say so of a deletion that is held for a day (O1)', async () => {
    await givenVia(api).company('harbour', 'harbour.example', { name: 'Harbour' })
    const url = '/v1/platform/organizations/harbour'
    const answer = await api.platform.send({
      method: 'DELETE',
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ confirmName: 'Harbour' }),
    })
    expect(answer.status).toBe(202)
    expect(answer.headers).not.toHaveProperty('retry-after')
  })
})
