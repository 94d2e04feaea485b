import { describe, expect } from 'vitest'
import * as z from 'zod'
import { DAY_MS } from '../../../shared/lib/time.ts'
import { startApi, type TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import type { Background } from '../../support/background.ts'
import { tableOf } from '../../support/csv.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { it } from '../../support/fixtures.ts'

const DOMAIN = 'dunes.example'

describe('what an admin sees at a glance', () => {
  let db: TestTable
  let api: TestApi
  let world: Background

  it.beforeAll(async ({ table, background }) => {
    db = table
    world = background
    api = startApi(db, world.bucket)
    world.clock.set(api.clock.now())
    const given = givenVia(api)
    await given.company('dunes', DOMAIN, { name: '=Dunes BV' })
    await given.org('corp', { name: '=Corp' })
    for (const [userId, more] of Object.entries({
      direct: {},
      delayed: {},
      back: {},
      lost: { orgId: 'corp' },
      staff: { orgId: 'dunes' },
      gone: { orgId: 'dunes', status: 'inactive' },
    }))
      await given.user(userId, { email: `${userId}@${DOMAIN}`, ...more })
    await world.stores.suppressions.add(`delayed@${DOMAIN}`, api.clock.now())
    await given.claim('dunes', `direct@${DOMAIN}`, { type: 'direct', licenses: ['pro'] })
    api.clock.advance(1)
    await given.claim('dunes', `delayed@${DOMAIN}`)
    api.clock.advance(1)
    await given.claim('dunes', `lost@${DOMAIN}`)
    api.clock.advance(1)
    const { claimId } = await given.claim('dunes', `back@${DOMAIN}`)
    await api.admin('dunes').post(`/v1/claims/${claimId}/revoke`)
    await world.settle()
  })

  const summary = async () => (await api.admin('dunes').get('/v1/summary')).body

  const endingByDay = async () =>
    z
      .object({
        claims: z.object({ endingByDay: z.array(z.object({ date: z.string(), claims: z.number() })) }),
      })
      .parse(await summary()).claims.endingByDay

  /** Eight days from the first, with so many claims each. */
  const days = (claims: Readonly<Record<string, number>>, first = '2026-11-30') =>
    Array.from({ length: 8 }, (_, n) => {
      const date = new Date(Date.parse(first) + n * DAY_MS).toISOString().slice(0, 10)
      return { date, claims: claims[date] ?? 0 }
    })

  it('counts users and claims by what they are', async () => {
    expect(await summary()).toEqual({
      users: { byStatus: { active: 3, not_verified: 0, verified: 0, inactive: 1, delayed_claim: 1 } },
      claims: {
        byStatus: { open: 3, migrating: 0, completed: 0, revoked: 1 },
        byType: { direct: 2, delayed: 2 },
        losingContent: 2,
        bounced: 1,
        endingWithin7Days: 0,
        endingByDay: expect.any(Array),
      },
      running: { imports: 0, exports: 0, syncs: 0 },
    })
  })

  it('counts what ends within seven days, and what is running', async () => {
    await api.admin('dunes').post('/v1/claims/exports')
    await world.stores.syncs.createFromList(
      { orgId: 'dunes', syncId: 'sync', mode: 'dry_run', createdBy: 'admin:ada' },
      { of: 'directory', rows: 0, starts: [], lines: '' },
      api.clock.now(),
    )
    expect(await summary()).toMatchObject({ running: { imports: 0, exports: 1, syncs: 1 } })
    api.clock.advance(8 * DAY_MS)
    expect(await summary()).toMatchObject({ claims: { endingWithin7Days: 3 } })
    expect(await endingByDay()).toEqual(days({ '2026-12-06': 3 }))
    api.clock.advance(7 * DAY_MS)
    expect(await summary()).toMatchObject({ claims: { endingWithin7Days: 0 } })
    api.clock.advance(-15 * DAY_MS)
    await world.settle()
  })

  it('M4: tells by day what ends within seven days, in the organization’s own time zone', async () => {
    // Noon in UTC is an hour into the next day there.
    api.clock.advance(8 * DAY_MS)
    await api.admin('dunes').patch('/v1/organization', { timeZone: 'Pacific/Auckland' })
    expect(await endingByDay()).toEqual(days({ '2026-12-07': 3 }, '2026-12-01'))
    await api.admin('dunes').patch('/v1/organization', { timeZone: 'UTC' })
    api.clock.advance(-8 * DAY_MS)
  })

  it('of an organization without anything all counts are 0', async () => {
    await givenVia(api).org('empty')
    expect(JSON.stringify((await api.admin('empty').get('/v1/summary')).body)).not.toMatch(/:[1-9]|atLeast/)
  })

  it('says who calls, with the scopes that mean something here', async () => {
    expect((await api.admin('dunes', 'ada').get('/v1/me')).body).toEqual({
      sub: 'ada',
      orgId: 'dunes',
      organizationName: '=Dunes BV',
      scopes: ['claims:read', 'claims:write', 'org:read', 'org:write'],
      role: 'admin',
    })
    expect((await api.reader('nowhere').get('/v1/me')).body).toEqual({
      sub: 'rea',
      orgId: 'nowhere',
      scopes: ['claims:read', 'org:read'],
      role: 'reader',
    })
    expect((await api.platform.get('/v1/me')).status).toBe(403)
    expect((await api.reader('dunes').get('/v1/summary')).status).toBe(200)
  })

  it('I7: all claims as a CSV, with type, status, dates and what is lost, and nothing that a spreadsheet would run', async () => {
    const { body, status } = await api.admin('dunes').post('/v1/claims/exports')
    expect(status).toBe(202)
    const { exportId } = z.object({ exportId: z.string() }).parse(body)
    const url = `/v1/claims/exports/${exportId}`
    expect((await api.admin('dunes').get(url)).body).toMatchObject({ status: 'running', rows: 0 })
    await world.settle()
    expect((await api.admin('dunes').get(url)).body).toMatchObject({
      status: 'completed',
      rows: 4,
      url: expect.stringContaining(`exports/dunes/${exportId}.csv`),
    })
    const [header = [], ...rows] = await tableOf(
      Buffer.from(world.bucket.text(`exports/dunes/${exportId}.csv`)),
    )
    const claims = rows.map((row) => Object.fromEntries(header.map((name, n) => [name, row[n]])))
    expect(claims.map(({ Email }) => Email)).toEqual(
      ['back', 'lost', 'delayed', 'direct'].map((name) => `${name}@${DOMAIN}`),
    )
    expect(claims[0]).toMatchObject({
      Status: 'revoked',
      Revoked: expect.stringMatching(/Z$/),
      Completed: '',
    })
    expect(claims[1]).toMatchObject({
      'Claim Type': 'direct',
      'Content Loss': 'enterprise_source',
      'Source Organization': "'=Corp",
    })
    expect(claims[2]).toMatchObject({ 'Claim Type': 'delayed', Notification: 'bounced', 'Content Loss': '' })
    expect(claims[3]).toMatchObject({
      'Content Loss': 'chosen_direct',
      Licenses: 'pro',
      'Created By': 'admin:ada',
      'Original User ID': 'direct',
      Status: 'open',
    })
  })

  it('an export of claims is none of claimable users, and no other organization’s', async () => {
    const { body } = await api.admin('dunes').post('/v1/claims/exports')
    const { exportId } = z.object({ exportId: z.string() }).parse(body)
    expect((await api.admin('dunes').get(`/v1/claimable-users/exports/${exportId}`)).status).toBe(404)
    expect((await api.admin('corp').get(`/v1/claims/exports/${exportId}`)).status).toBe(404)
    expect((await api.reader('dunes').post('/v1/claims/exports')).status).toBe(403)
    expect((await api.admin('nowhere').post('/v1/claims/exports')).status).toBe(404)
    const claimable = z
      .object({ exportId: z.string() })
      .parse((await api.admin('dunes').post('/v1/claimable-users/exports')).body)
    expect((await api.admin('dunes').get(`/v1/claims/exports/${claimable.exportId}`)).status).toBe(404)
    await world.settle()
  })
})
