import { describe, expect } from 'vitest'
import { codeOf, type TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { it } from '../../support/fixtures.ts'

describe('/v1/organization', () => {
  let api: TestApi

  it.beforeAll(async ({ tableApi }) => {
    api = tableApi
    await givenVia(api).org('dunes', { name: 'Dunes BV', createdAt: '2024-03-01T10:00:00+01:00' })
  })

  it("T1: a new org's users may bring their content along: it isn't lost unless somebody chose so", async () => {
    const { status, body } = await api.admin('dunes').get('/v1/organization')
    expect(status).toBe(200)
    expect(body).toEqual({
      orgId: 'dunes',
      name: 'Dunes BV',
      kind: 'enterprise',
      region: 'eu',
      createdAt: '2024-03-01T09:00:00.000Z',
      sso: false,
      adminEmails: [],
      allowContentMigration: true,
      directorySync: false,
      suppressInvitations: false,
      licenseTemplate: [],
      retentionDays: null,
      locale: 'en',
      timeZone: 'UTC',
    })
  })

  it('T1: settings change one by one, and the others stay', async () => {
    const admin = api.admin('dunes')
    const first = await admin.patch('/v1/organization', { allowContentMigration: false, retentionDays: 30 })
    expect(first).toMatchObject({ status: 200, body: { allowContentMigration: false, retentionDays: 30 } })
    const second = await admin.patch('/v1/organization', { retentionDays: null, licenseTemplate: ['pro'] })
    expect(second.body).toMatchObject({
      allowContentMigration: false,
      retentionDays: null,
      licenseTemplate: ['pro'],
    })
    expect((await admin.get('/v1/organization')).body).toEqual(second.body)
  })

  it('A1: writes nothing, so tells of no change, where nothing differs', async () => {
    await api.admin('dunes', 'bob').patch('/v1/organization', { locale: 'nl' })
    const { revision } = (await api.stores.organizations.get('dunes')) ?? {}
    await api.admin('dunes', 'carl').patch('/v1/organization', { locale: 'nl' })
    await api.admin('dunes', 'carl').patch('/v1/organization', {})
    expect((await api.stores.organizations.get('dunes'))?.revision).toBe(revision)
  })

  it('takes a whole number of days, from 1 to a hundred years', async () => {
    for (const retentionDays of [0, -1, 1.5, 36_501, '30', true]) {
      const response = await api.admin('dunes').patch('/v1/organization', { retentionDays })
      expect(codeOf(response), JSON.stringify(retentionDays)).toBe('invalid_request')
      expect(response.body).toMatchObject({ errors: [{ path: 'retentionDays' }] })
    }
    expect((await api.admin('dunes').patch('/v1/organization', { retentionDays: 36_500 })).status).toBe(200)
  })

  it("refuses what isn't the admins' to change", async () => {
    const response = await api.admin('dunes').patch('/v1/organization', { name: 'Ours', kind: 'consumer' })
    expect(response).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ path: 'name' }, { path: 'kind' }] },
    })
  })

  it('says so when the platform has not created the org', async () => {
    expect(codeOf(await api.admin('nowhere').get('/v1/organization'))).toBe('organization_not_found')
    expect(codeOf(await api.admin('nowhere').patch('/v1/organization', { locale: 'nl' }))).toBe(
      'organization_not_found',
    )
  })

  it("keeps an org's settings when the platform puts it again", async () => {
    await api.admin('dunes').patch('/v1/organization', { suppressInvitations: true, directorySync: true })
    await givenVia(api).org('dunes', { name: 'Dunes NV', region: 'us' })
    expect((await api.admin('dunes').get('/v1/organization')).body).toMatchObject({
      name: 'Dunes NV',
      region: 'us',
      suppressInvitations: true,
      directorySync: true,
      createdAt: '2024-03-01T09:00:00.000Z',
    })
  })
})
