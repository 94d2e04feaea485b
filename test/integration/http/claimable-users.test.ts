import { describe, expect } from 'vitest'
import type * as z from 'zod'
import { claimResults, previewResults } from '../../../shared/http/schemas/claim.ts'
import { claimableUsers, createdExport, exportView } from '../../../shared/http/schemas/claimable-user.ts'
import { codeOf, type TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { givenAccounts } from '../../support/given.ts'
import { it } from '../../support/fixtures.ts'

const URL = '/v1/claimable-users'

describe('/v1/claimable-users', () => {
  let api: TestApi
  let given: ReturnType<typeof givenVia>

  it.beforeAll(async ({ tableApi }) => {
    api = tableApi
    given = givenVia(api)
    await given.company('dunes', 'dunes.example', { name: 'Dunes BV' })
    await given.org('harbour', { name: 'Harbour GmbH' })
  })

  const list = async (orgId: string): Promise<z.output<typeof claimableUsers>> => {
    const response = await api.admin(orgId).get(URL)
    expect(response.status).toBe(200)
    return claimableUsers.parse(response.body)
  }

  it('C1, E, T2: lists who can be claimed and how, and nobody else', async () => {
    await given.user('ada', { email: 'Ada@dunes.example', firstName: 'Ada', lastName: 'de Vries' })
    await given.user('bob', {
      email: 'bob@dunes.example',
      orgId: 'harbour',
      paid: true,
      status: 'not_verified',
    })
    await given.user('own', { email: 'own@dunes.example', orgId: 'dunes' })
    await given.user('elsewhere', { email: 'elsewhere@other.example' })
    await given.user('taken', { email: 'taken@dunes.example' })
    await given.claim('dunes', 'taken@dunes.example')
    await api.admin('dunes').patch('/v1/organization', { licenseTemplate: ['pro'] })
    const { items, ...rest } = await list('dunes')
    expect(rest).toEqual({ total: 2, totalIsLowerBound: false, truncated: false, codes: [] })
    expect(items.toSorted((a, b) => (a.userId < b.userId ? -1 : 1))).toEqual([
      {
        userId: 'ada',
        email: 'Ada@dunes.example',
        firstName: 'Ada',
        lastName: 'de Vries',
        displayName: 'Ada de Vries',
        status: 'active',
        sourceOrgId: 'personal',
        sourceOrgName: 'personal',
        type: 'delayed',
        allowedDecisions: ['change_email', 'transfer_content', 'delete_original'],
        licenses: ['pro'],
      },
      {
        userId: 'bob',
        email: 'bob@dunes.example',
        firstName: '',
        lastName: '',
        displayName: '',
        status: 'not_verified',
        sourceOrgId: 'harbour',
        sourceOrgName: 'Harbour GmbH',
        type: 'direct',
        contentLoss: { reason: 'enterprise_source' },
        allowedDecisions: ['change_email'],
        licenses: ['pro'],
      },
    ])
  })

  it('C1, P1: list, preview and claim by userId say and do the same', async () => {
    await given.company('isles', 'isles.example', { name: 'Isles' })
    await given.user('cas', { email: 'cas@isles.example' })
    await given.user('dee', { email: 'dee@isles.example', orgId: 'harbour' })
    const { items } = await list('isles')
    expect(items).toHaveLength(2)
    const request = { users: items.map(({ userId }) => ({ userId })), acknowledgePermanent: true }
    const shown = items.map(({ type, contentLoss }) => ({ type, contentLoss }))

    const previewed = await api.admin('isles').post('/v1/claims/preview', request)
    const previews = previewResults.parse(previewed.body).results
    expect(previews.map(({ type, contentLoss }) => ({ type, contentLoss }))).toEqual(shown)
    expect(previews.map(({ allowedDecisions }) => allowedDecisions)).toEqual(
      items.map(({ allowedDecisions }) => allowedDecisions),
    )
    const { results } = claimResults.parse((await api.admin('isles').post('/v1/claims', request)).body)
    expect(results.map(({ claim }) => ({ type: claim?.type, contentLoss: claim?.contentLoss }))).toEqual(
      shown,
    )
    expect(shown.map(({ type }) => type).toSorted()).toEqual(['delayed', 'direct'])
    expect(await list('isles')).toMatchObject({ items: [], total: 0 })
  })

  it('C1: of more than 250 it lists 250, all of which one request claims, and points to the export', async () => {
    await given.company('many', 'many.example')
    const people = Array.from({ length: 260 }, (_, n) => ({ userId: `m${n}`, email: `m${n}@many.example` }))
    await givenAccounts(api.stores, ...people)
    const { items, ...rest } = await list('many')
    expect(rest).toMatchObject({ total: 260, totalIsLowerBound: false, truncated: true })
    expect(rest.hint).toContain('POST /v1/claimable-users/exports')
    expect(new Set(items.map(({ userId }) => userId)).size).toBe(250)
    const users = items.map(({ userId }) => ({ userId }))
    const claimed = await api.admin('many').post('/v1/claims', { users, acknowledgePermanent: true })
    const { results } = claimResults.parse(claimed.body)
    expect(results.filter(({ result }) => result === 'claimed')).toHaveLength(250)
    expect(await list('many')).toMatchObject({ total: 10, truncated: false })
  })

  const pagesOf = async (orgId: string, limit: number) => {
    const pages: z.output<typeof claimableUsers>[] = []
    let cursor = ''
    do {
      const { body } = await api.admin(orgId).get(`${URL}?limit=${limit}${cursor}`)
      const page = claimableUsers.parse(body)
      pages.push(page)
      cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`
    } while (cursor !== '')
    return pages
  }

  it('C1: with a limit it pages through all of them, domain after domain, each once', async () => {
    await given.company('paged', 'a.paged.example')
    for (const domain of ['b.paged.example', 'c.paged.example', 'd.paged.example'])
      await given.verifiedDomain('paged', domain)
    await api.admin('paged').post('/v1/domains', { domain: 'bb.paged.example' })
    const on = (domain: string, count: number) =>
      Array.from({ length: count }, (_, n) => ({
        userId: `${domain}${n}`,
        email: `n${n}@${domain}.paged.example`,
      }))
    await givenAccounts(api.stores, ...on('a', 17), ...on('bb', 3), ...on('c', 2), ...on('d', 13))
    const pages = await pagesOf('paged', 10)
    const ids = pages.flatMap(({ items }) => items.map(({ userId }) => userId))
    expect(ids.toSorted()).toEqual(
      [...on('a', 17), ...on('c', 2), ...on('d', 13)].map(({ userId }) => userId).toSorted(),
    )
    expect(Math.max(...pages.map(({ items }) => items.length))).toBe(10)
    expect(pages.map(({ truncated }) => truncated)).toEqual(pages.map((_, n) => n < pages.length - 1))
    expect(pages.every(({ items, total }) => total === items.length)).toBe(true)
  })

  it('C1: a page goes past those who can’t be claimed, 1,000 accounts at most a request', async () => {
    await given.company('own', 'own.example')
    const own = Array.from({ length: 1_200 }, (_, n) => ({
      userId: `own${n}`,
      email: `own${n}@own.example`,
      orgId: 'own',
    }))
    await givenAccounts(api.stores, ...own, { userId: 'other', email: 'other@own.example' })
    const pages = await pagesOf('own', 10)
    expect(pages).toHaveLength(2)
    expect(pages.flatMap(({ items }) => items)).toMatchObject([{ userId: 'other' }])
  })

  it('takes no cursor of another organization’s', async () => {
    const [page] = await pagesOf('paged', 10)
    const answer = await api.admin('own').get(`${URL}?limit=10&cursor=${page?.nextCursor}`)
    expect(codeOf(answer)).toBe('invalid_cursor')
  })

  it('E: an org learns nothing of a domain that it has not verified, or that another has claimed', async () => {
    await given.org('rival')
    await given.user('eve', { email: 'eve@fort.example' })
    await api.admin('rival').post('/v1/domains', { domain: 'fort.example' })
    expect(await list('rival')).toMatchObject({ items: [], total: 0 })
    await given.verifiedDomain('rival', 'fort.example')
    expect(await list('rival')).toMatchObject({ total: 1 })
    await given.org('fort')
    await given.claimedDomain('fort', 'fort.example')
    expect(await list('rival')).toMatchObject({ items: [], total: 0 })
    expect(await list('fort')).toMatchObject({ total: 1 })
  })

  it('Y1, E: while the org synchronises its own directory nobody is claimable, and it is told why', async () => {
    await given.company('synced', 'synced.example', { directorySync: true })
    await given.user('fay', { email: 'fay@synced.example' })
    expect(await list('synced')).toEqual({
      items: [],
      total: 0,
      totalIsLowerBound: false,
      truncated: false,
      codes: ['directory_sync_enabled'],
    })
  })

  it('C1: an export is asked for, and its file given for download once it is written', async () => {
    const response = await api.admin('dunes').post(`${URL}/exports`)
    expect(response.status).toBe(202)
    const { exportId } = createdExport.parse(response.body)
    const read = async () =>
      exportView.parse((await api.reader('dunes').get(`${URL}/exports/${exportId}`)).body)
    const createdAt = api.clock.now().toISOString()
    expect(await read()).toEqual({ exportId, status: 'running', rows: 0, createdAt })

    const record = await api.stores.exports.get('dunes', exportId)
    if (record === undefined) throw new Error('no export')
    expect(record.createdBy).toBe('admin:ada')
    // Seconds, and as many days as its file is kept: the table forgets it by itself.
    expect(record.expiresAtEpochSeconds * 1_000 - Date.parse(createdAt)).toBe(28 * 24 * 3_600_000)
    const objectKey = `exports/dunes/${exportId}.csv`
    await api.stores.exports.complete(record, { rows: 7, objectKey }, api.clock.now())
    const { url = '', ...done } = await read()
    expect(done).toEqual({ exportId, status: 'completed', rows: 7, createdAt, completedAt: createdAt })
    expect(url).toContain(objectKey)
    expect(new globalThis.URL(url).searchParams.get('X-Amz-Expires')).toBe('900')
  })

  it('C1: an export that failed says so, and has no file', async () => {
    const { body } = await api.admin('dunes').post(`${URL}/exports`)
    const { exportId } = createdExport.parse(body)
    const record = await api.stores.exports.get('dunes', exportId)
    if (record === undefined) throw new Error('no export')
    await api.stores.exports.fail(record, api.clock.now())
    const failed = exportView.parse((await api.admin('dunes').get(`${URL}/exports/${exportId}`)).body)
    expect(failed).toMatchObject({ status: 'failed' })
    expect(failed).not.toHaveProperty('url')
  })

  it('C6: the same request again is the same export', async () => {
    const again = { 'idempotency-key': 'export-once' }
    const first = await api.admin('dunes').post(`${URL}/exports`, undefined, again)
    const second = await api.admin('dunes').post(`${URL}/exports`, undefined, again)
    expect(second.body).toEqual(first.body)
  })

  it("another org's export is as if it did not exist", async () => {
    const { body } = await api.admin('dunes').post(`${URL}/exports`)
    const { exportId } = createdExport.parse(body)
    const answers = [
      await api.admin('harbour').get(`${URL}/exports/${exportId}`),
      await api.admin('harbour').get(`${URL}/exports/01KAPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7`),
    ]
    expect(answers.map(codeOf)).toEqual(['not_found', 'not_found'])
    const [foreign, unknown] = answers.map(({ text, headers }) =>
      text.replace(headers['x-request-id'] ?? '', ''),
    )
    expect(foreign).toBe(unknown)
  })

  it('an org that the platform has not created is told so', async () => {
    expect(codeOf(await api.admin('nobody').get(URL))).toBe('organization_not_found')
    expect(codeOf(await api.admin('nobody').post(`${URL}/exports`))).toBe('organization_not_found')
  })
})
