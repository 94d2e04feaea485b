import { describe, expect } from 'vitest'
import * as z from 'zod'
import { claimableUsers, createdExport, exportView } from '../../shared/http/schemas/claimable-user.ts'
import { claimView, DOMAIN, expectOk, type World } from '../support/world.ts'
import { it } from '../support/fixtures.ts'

const URL = '/v1/claimable-users'

const byEmail = (a: { email: string }, b: { email: string }): number => (a.email < b.email ? -1 : 1)

describe('the list of claimable users, from the export to the import', () => {
  let world: World
  it.beforeAll(async ({ service }) => {
    world = service
    await world.user('ada', { firstName: '=Ada', lastName: 'de Vries' })
    await world.user('bob', { orgId: 'dunes-bv', paid: true })
    await world.user('own', { orgId: 'acme' })
  })

  it('C1, I7, I8: what is listed is exported, and the file, uploaded as it is, claims it with the types that were listed', async () => {
    const { items } = claimableUsers.parse(expectOk(await world.as('acme', 'GET', URL)).body)
    const listed = items.map(({ email, type, contentLoss }) => ({ email, type, contentLoss }))
    expect(listed.toSorted(byEmail)).toEqual([
      { email: `ada@${DOMAIN}`, type: 'delayed', contentLoss: undefined },
      { email: `bob@${DOMAIN}`, type: 'direct', contentLoss: { reason: 'enterprise_source' } },
    ])

    const asked = await world.as('acme', 'POST', `${URL}/exports`)
    expect(asked.status).toBe(202)
    const { exportId } = createdExport.parse(asked.body)
    await world.service.settle()
    const done = exportView.parse(expectOk(await world.as('acme', 'GET', `${URL}/exports/${exportId}`)).body)
    expect(done).toMatchObject({ exportId, status: 'completed', rows: 2 })
    const file = await fetch(z.string().parse(done.url))
    expect(file.headers.get('content-type')).toContain('text/csv')
    const bytes = new Uint8Array(await file.arrayBuffer())
    const text = Buffer.from(bytes).toString()
    expect(text).toMatch(/^\ufeffFirst Name,/)
    const ada = `'=Ada,de Vries,'=Ada de Vries,ada@${DOMAIN},active,The personal org,delayed,,`
    expect(text.split('\r\n')).toContain(ada)

    expect(await world.import('acme', 'exported.csv', bytes)).toMatchObject({
      status: 'completed',
      claimed: 2,
      refused: 0,
      unchanged: 0,
    })
    const claims = await world.list(claimView, 'acme', '/v1/claims')
    const made = claims.map(({ email, type, contentLoss }) => ({ email, type, contentLoss }))
    expect(made.toSorted(byEmail)).toEqual(listed.toSorted(byEmail))
    const left = claimableUsers.parse(expectOk(await world.as('acme', 'GET', URL)).body)
    expect(left).toMatchObject({ items: [], total: 0 })
  })

  it("another org's admin finds no such export", async () => {
    const { exportId } = createdExport.parse(expectOk(await world.as('acme', 'POST', `${URL}/exports`)).body)
    const foreign = await world.as('dunes-bv', 'GET', `${URL}/exports/${exportId}`)
    expect(foreign.status).toBe(404)
  })
})
