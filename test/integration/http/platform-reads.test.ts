import { describe, expect } from 'vitest'
import * as z from 'zod'
import { codeOf, startApi, type TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import type { Background } from '../../support/background.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { it } from '../../support/fixtures.ts'

const page = z.object({ items: z.array(z.looseObject({})), nextCursor: z.string().optional() })
const ORGS = ['acme', 'bolt', 'corp', 'dunes', 'personal']

describe('what the platform reads', () => {
  let db: TestTable
  let api: TestApi
  let world: Background

  it.beforeAll(async ({ table, background }) => {
    db = table
    world = background
    api = startApi(db, world.bucket)
    for (const orgId of ORGS.toReversed()) await givenVia(api).org(orgId, { name: `The ${orgId} org` })
    // An org's accounts stand in the same index, and are no orgs.
    await givenVia(api).user('ada', { email: 'ada@acme.example', orgId: 'acme' })
  })

  async function pages(url: string): Promise<Record<string, unknown>[][]> {
    const read: Record<string, unknown>[][] = []
    let cursor = ''
    for (let n = 0; n < 9; n++) {
      const { items, nextCursor } = page.parse((await api.platform.get(`${url}${cursor}`)).body)
      read.push(items)
      if (nextCursor === undefined) return read
      cursor = `&cursor=${nextCursor}`
    }
    throw new Error('it has no end')
  }

  it('all organizations, by id, page by page', async () => {
    const read = await pages('/v1/platform/organizations?limit=2')
    expect(read.flat().map(({ orgId }) => orgId)).toEqual(ORGS)
    expect(read[0]).toHaveLength(2)
  })

  it('one organization, with its version, which grows with a change', async () => {
    const before = await api.platform.get('/v1/platform/organizations/acme')
    expect(before.body).toMatchObject({ orgId: 'acme', name: 'The acme org', kind: 'enterprise' })
    expect(before.headers.etag).toBeDefined()
    await api.admin('acme').patch('/v1/organization', { locale: 'nl' })
    const after = await api.platform.get('/v1/platform/organizations/acme')
    expect(after.body).toMatchObject({ locale: 'nl' })
    expect(after.headers.etag).not.toBe(before.headers.etag)
    expect(codeOf(await api.platform.get('/v1/platform/organizations/nobody'))).toBe('not_found')
    expect((await pages('/v1/platform/organizations?limit=9')).flat()).toHaveLength(ORGS.length)
  })

  it('I5: bulk loads of accounts as an org sees its imports, and no org’s imports among them', async () => {
    const header = 'userId,email,firstName,lastName,orgId,status,paid,locale'
    const row = (id: string, orgId: string) => `${id},${id}@acme.example,A,B,${orgId},active,false,en`
    world.upload('accounts/new.csv', [header, row('eva', 'acme'), row('tim', 'nobody')].join('\n'))
    world.upload('imports/acme/people.csv', 'Email\nada@acme.example\n')
    await world.settle()
    const [[load] = []] = await pages('/v1/platform/imports?limit=5')
    expect(await pages('/v1/platform/imports?limit=5')).toHaveLength(1)
    expect(load).toMatchObject({
      fileName: 'new.csv',
      status: 'completed',
      rowsRead: 2,
      claimed: 1,
      refused: 1,
      codes: { unknown_organization: 1 },
      reportUrl: expect.stringContaining('/reports/~platform/'),
    })
    const { importId } = z.looseObject({ importId: z.string() }).parse(load)
    const one = await api.platform.get(`/v1/platform/imports/${importId}`)
    expect(one.body).toMatchObject({ importId, status: 'completed' })
    expect((await api.admin('acme').get(`/v1/imports/${importId}`)).status).toBe(404)
    const own = page.parse((await api.admin('acme').get('/v1/imports')).body).items[0]?.importId
    expect(codeOf(await api.platform.get(`/v1/platform/imports/${own}`))).toBe('not_found')
  })

  it('no admin reads any of it', async () => {
    for (const path of ['organizations', 'organizations/acme', 'imports', 'imports/1', 'users/ada'])
      expect((await api.admin('acme').get(`/v1/platform/${path}`)).status, path).toBe(403)
  })
})
