import { beforeEach, describe, expect } from 'vitest'
import { DAY_MS, SECOND_MS } from '../../../shared/lib/time.ts'
import { startOrResumeDeletion } from '../../../shared/rules/deletion/organization-deletion.ts'
import { codeOf, START, type TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { it } from '../../support/fixtures.ts'

describe('/v1/platform/organizations/{orgId}', () => {
  let api: TestApi
  let made = 0

  it.beforeAll(({ tableApi }) => {
    api = tableApi
  })
  let orgId = ''
  let url = ''
  beforeEach(async () => {
    orgId = `dunes${++made}`
    url = `/v1/platform/organizations/${orgId}`
    await givenVia(api).org(orgId, { name: 'Dunes & Co' })
  })

  const remove = (confirmName: unknown = 'Dunes & Co') =>
    api.platform.send({
      method: 'DELETE',
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ confirmName }),
    })
  const restore = () => api.platform.post(`${url}/restore`)
  /** As the deletion's worker marks it. */
  async function begin(): Promise<void> {
    const found = await api.stores.organizations.getAny(orgId)
    if (found === undefined) throw new Error(`no organization ${orgId}`)
    const change = { what: 'organization.removing', at: START, by: 'schedule:due' } as const
    await api.stores.organizations.write(
      startOrResumeDeletion(found.org, api.clock.now()),
      found.revision,
      change,
    )
  }

  it('O1: a deletion is held for 24 h, and asked for again the answer is the same', async () => {
    const now = api.clock.now()
    const first = await remove()
    const removedAt = `${new Date(now.getTime() + DAY_MS).toISOString().slice(0, 19)}Z`
    expect(first).toMatchObject({ status: 202, body: { orgId, removedAt } })
    api.clock.advance(SECOND_MS * 90)
    expect(await remove()).toMatchObject({ status: 202, body: { orgId, removedAt } })
    expect((await api.admin(orgId).get('/v1/organization')).body).toMatchObject({
      deletion: { at: removedAt },
    })
  })

  it('O1: it ends on a whole second, and not a moment less than 24 h later', async () => {
    api.clock.advance(1)
    const now = api.clock.now()
    const { body } = await remove()
    api.clock.advance(SECOND_MS - 1)
    const at = new Date(now.getTime() - 1 + DAY_MS + SECOND_MS)
    expect(body).toMatchObject({ removedAt: `${at.toISOString().slice(0, 19)}Z` })
  })

  it('O1: it needs the name as it stands, and changes nothing with another', async () => {
    for (const name of ['dunes & co', 'Dunes & Co ', '', orgId])
      expect(codeOf(await remove(name))).toBe('name_mismatch')
    expect((await remove(undefined)).status).toBe(202)
    expect(codeOf(await remove('Dunes'))).toBe('name_mismatch')
    await restore()
    expect((await api.admin(orgId).get('/v1/organization')).body).not.toHaveProperty('deletion')
    expect((await remove(7)).status).toBe(400)
  })

  it('O1: it can be taken back until it begins, and asked for anew', async () => {
    expect(codeOf(await restore())).toBe('not_being_deleted')
    await remove()
    expect(await restore()).toMatchObject({ status: 200, body: { orgId, name: 'Dunes & Co' } })
    expect((await api.stores.organizations.get(orgId))?.org.deletion).toBeUndefined()
    expect((await remove()).status).toBe(202)
    await begin()
    expect(codeOf(await restore())).toBe('deletion_begun')
  })

  it('O1: while it is held the org goes on as it was, and the deletion stands', async () => {
    await remove()
    const put = await api.platform.put(url, { name: 'Dunes Ltd', kind: 'enterprise' })
    expect(put).toMatchObject({ status: 200, body: { name: 'Dunes Ltd', deletion: {} } })
    const patched = await api.admin(orgId).patch('/v1/organization', { locale: 'nl' })
    expect(patched).toMatchObject({ status: 200, body: { locale: 'nl', deletion: {} } })
    await givenVia(api).user(`user-of-${orgId}`, { email: `someone@${orgId}.example`, orgId })
  })

  it('O1: once it has begun the org is gone to its admins and to the platform', async () => {
    const userId = `user-of-${orgId}`
    await givenVia(api).user(userId, { email: `someone@${orgId}.example`, orgId })
    await remove()
    await begin()
    expect(await remove()).toMatchObject({ status: 202 })
    expect(codeOf(await api.platform.put(url, { name: 'Dunes', kind: 'enterprise' }))).toBe('deletion_begun')
    const admin = api.admin(orgId)
    const body = { users: [{ email: 'x@y.example' }], acknowledgePermanent: true }
    for (const response of [
      await admin.get('/v1/organization'),
      await admin.patch('/v1/organization', { locale: 'nl' }),
      await admin.post('/v1/domains', { domain: 'dunes.example' }),
      await admin.post('/v1/imports', { fileName: 'people.csv', sizeBytes: 10 }),
      await admin.post('/v1/claims', body),
    ])
      expect(codeOf(response)).toBe('organization_not_found')
    const late = await api.platform.put(`/v1/platform/users/late-${orgId}`, {
      email: `late@${orgId}.example`,
      orgId,
    })
    expect(codeOf(late)).toBe('unknown_organization')
    const talk = { title: 'x', lastActivityAt: START, messages: 1, bytes: 1 }
    const written = await api.platform.put(`/v1/platform/users/${userId}/conversations/c1`, talk)
    expect(codeOf(written)).toBe('not_found')
  })

  it('O1: the link of a claim that it made opens nothing any more', async () => {
    await givenVia(api).org('personal', { kind: 'consumer' })
    await givenVia(api).verifiedDomain(orgId, `${orgId}.example`)
    const email = `claimed@${orgId}.example`
    await givenVia(api).user(`claimed-${orgId}`, { email })
    await givenVia(api).claim(orgId, email)
    const link = await givenVia(api).decisionLink(email)
    await remove()
    expect((await api.anyone.get(link, { accept: 'application/json' })).status).toBe(200)
    await begin()
    expect((await api.anyone.get(link, { accept: 'application/json' })).status).toBe(404)
  })

  it('O1: an unknown org is not found, and nobody but the platform may ask', async () => {
    url = '/v1/platform/organizations/nowhere'
    expect(codeOf(await remove())).toBe('organization_not_found')
    expect(codeOf(await restore())).toBe('organization_not_found')
    expect(codeOf(await api.admin(orgId).post(`${url}/restore`))).toBe('forbidden')
  })
})
