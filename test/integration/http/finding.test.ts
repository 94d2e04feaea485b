import { describe, expect } from 'vitest'
import * as z from 'zod'
import { DAY_MS, MINUTE_MS } from '../../../shared/lib/time.ts'
import { codeOf, startApi, type TestApi } from '../../support/api.ts'
import { type ClaimAnswer, givenVia } from '../../support/api-given.ts'
import type { Background } from '../../support/background.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { it } from '../../support/fixtures.ts'

const DOMAIN = 'dunes.example'
const page = z.object({ items: z.array(z.looseObject({})), nextCursor: z.string().optional() })

/** The 20 claims were made a minute apart, the last of them by an import. */
describe('R3: what can be looked for', () => {
  let db: TestTable
  let api: TestApi
  let world: Background
  let importId = ''
  const claims: ClaimAnswer[] = []

  it.beforeAll(async ({ table, background }) => {
    db = table
    world = background
    api = startApi(db, world.bucket)
    const given = givenVia(api)
    await given.company('dunes', DOMAIN)
    await given.company('harbour', 'harbour.example')
    for (let n = 0; n < 18; n++) {
      await given.user(`u${n}`, { email: `Person.${n}@${DOMAIN}` })
      claims.unshift(
        await given.claim('dunes', `person.${n}@${DOMAIN}`, n % 3 === 0 ? { type: 'direct' } : {}),
      )
      api.clock.advance(MINUTE_MS)
    }
    for (const n of [18, 19]) await given.user(`u${n}`, { email: `person.${n}@${DOMAIN}` })
    world.clock.set(api.clock.now())
    world.upload('imports/dunes/two.csv', `Email\nperson.18@${DOMAIN}\nperson.19@${DOMAIN}\n`)
    await world.settle()
    const imports = page.parse((await api.admin('dunes').get('/v1/imports')).body)
    importId = z.string().parse(imports.items[0]?.importId)
    await world.stores.suppressions.add(`person.3@${DOMAIN}`, api.clock.now())
    await api.admin('dunes').post(`/v1/claims/${claimOf(3).claimId}/notify`)
    await world.settle()
    await api.admin('dunes').post(`/v1/claims/${claimOf(5).claimId}/revoke`)
    await world.settle()
  })

  const claimOf = (n: number): ClaimAnswer => {
    const claim = claims.find(({ originalUserId }) => originalUserId === `u${n}`)
    if (claim === undefined) throw new Error(`no claim on u${n}`)
    return claim
  }
  /** Of all pages. */
  async function all(url: string, of: string, limit = 7): Promise<unknown[]> {
    const found: unknown[] = []
    let cursor = ''
    for (let pages = 0; pages < 30; pages++) {
      const joint = url.includes('?') ? '&' : '?'
      const answer = await api.admin('dunes').get(`${url}${joint}limit=${limit}${cursor}`)
      const { items, nextCursor } = page.parse(answer.body)
      found.push(...items.map((item) => item[of]))
      if (nextCursor === undefined) return found
      cursor = `&cursor=${nextCursor}`
    }
    throw new Error('it has no end')
  }
  const people = (...ns: number[]): string[] => ns.map((n) => `u${n}`)
  const claimed = (query: string, limit?: number) => all(`/v1/claims?${query}`, 'originalUserId', limit)

  it('by notification, by type and status together, and by whether they can be revoked', async () => {
    expect(await claimed('notification=bounced')).toEqual(people(3))
    expect(await claimed('type=direct&status=open')).toEqual(people(15, 12, 9, 6, 3, 0))
    expect(await claimed('status=revoked&revocable=false')).toEqual(people(5))
  })

  it('C10: by the import that made them', async () => {
    expect((await claimed(`importId=${importId}`)).toSorted()).toEqual(people(18, 19))
    expect(await claimed('importId=another')).toEqual([])
  })

  it('by when they end: those whose end is earlier, to the second', async () => {
    const { endsAt } = claimOf(4)
    expect(await claimed(`endsBefore=${endsAt}`)).toEqual(people(3, 2, 1, 0))
    const after = new Date(Date.parse(endsAt) + 1).toISOString()
    expect(await claimed(`endsBefore=${after}&status=open`)).toEqual(people(4, 3, 2, 1, 0))
    const offset = `${new Date(Date.parse(endsAt) + 2 * 60 * MINUTE_MS).toISOString().slice(0, 19)}%2B02:00`
    expect(await claimed(`endsBefore=${offset}`)).toEqual(people(3, 2, 1, 0))
    expect(await claimed('endsBefore=2020-01-01T00:00:00Z')).toEqual([])
  })

  it('by an address, or the beginning of one, in any case and with what comes along when it is pasted', async () => {
    expect(await claimed('email=person.1', 3)).toEqual(
      expect.arrayContaining(people(1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19)),
    )
    expect(await claimed('email=person.1')).toHaveLength(11)
    expect(await claimed(`email=PERSON.11@${DOMAIN.toUpperCase()}`)).toEqual(people(11))
    expect(await claimed('email=%E2%80%8Bperson.11%40d%20')).toEqual(people(11))
    expect(await claimed('email=erson.11')).toEqual([])
  })

  it('a whole address: who has it comes first, and is told once', async () => {
    await givenVia(api).user('longer', { email: `person.2@${DOMAIN}s.example` })
    const first = page.parse((await api.admin('dunes').get(`/v1/claims?email=person.2@${DOMAIN}`)).body)
    expect(first.items.map(({ originalUserId }) => originalUserId)).toEqual(['u2'])
    expect(await claimed(`email=person.2@${DOMAIN}`)).toEqual(['u2'])
    expect(await claimed(`email=person.5@${DOMAIN}&status=revoked`)).toEqual(['u5'])
    expect(await claimed(`email=person.5@${DOMAIN}&status=open`)).toEqual([])
  })

  it('no other organization’s, whatever it asks for', async () => {
    for (const query of [`email=person.2@${DOMAIN}`, `importId=${importId}`, 'notification=bounced'])
      expect((await api.admin('harbour').get(`/v1/claims?${query}`)).body).toEqual({ items: [] })
    expect((await api.admin('harbour').get(`/v1/users?email=person.2@${DOMAIN}`)).body).toEqual({ items: [] })
  })

  it('users by address and status, originals under their suffix too', async () => {
    const users = (query: string, orgId = 'dunes') =>
      orgId === 'dunes' ? all(`/v1/users?${query}`, 'email', 3) : Promise.resolve([])
    expect((await users('email=person.1')).length).toBe(11)
    expect(await users(`email=person.11@${DOMAIN}`)).toEqual([`Person.11@${DOMAIN}`])
    expect(await users(`email=person.11@${DOMAIN}&status=active`)).toEqual([])
    expect(await users('email=person.1&status=delayed_claim')).toHaveLength(9)
    const personal = await api.admin('personal').get(`/v1/users?email=person.11@${DOMAIN}`)
    expect(page.parse(personal.body).items.map(({ email }) => email)).toEqual([
      `Person.11@${DOMAIN}.convert-user.local`,
    ])
  })

  it('A1: changes by what they are and from when on, of the organization and of one claim', async () => {
    const what = (query: string) => all(`/v1/audit?${query}`, 'what', 4)
    expect(await what('what=claim.revoked')).toEqual(['claim.revoked'])
    expect(await what('what=claim.created')).toHaveLength(20)
    const { claimId, createdAt } = claimOf(5)
    expect(await what(`claimId=${claimId}`)).toEqual(['claim.revoked', 'claim.created'])
    expect(await what(`claimId=${claimId}&what=claim.created`)).toEqual(['claim.created'])
    const later = new Date(Date.parse(createdAt) + 1000).toISOString()
    expect(await what(`claimId=${claimId}&since=${later}`)).toEqual(['claim.revoked'])
    const { createdAt: last } = claimOf(16)
    expect(await what(`what=claim.created&since=${last}`)).toHaveLength(4)
    const tomorrow = new Date(api.clock.now().getTime() + DAY_MS).toISOString()
    expect(await what(`since=${tomorrow}`)).toEqual([])
  })

  it.each([
    '/v1/claims?notification=lost',
    '/v1/claims?endsBefore=yesterday',
    '/v1/claims?email=',
    '/v1/audit?what=anything',
    '/v1/audit?since=2026-13-01T00:00:00Z',
    '/v1/users?importId=1',
  ])('400 for %s', async (url) => {
    expect(codeOf(await api.admin('dunes').get(url))).toBe('invalid_request')
  })

  it('a cursor is bound to what was looked for', async () => {
    const { nextCursor } = page.parse(
      (await api.admin('dunes').get('/v1/claims?email=person.1&limit=2')).body,
    )
    for (const query of ['email=person.2', 'email=person.1&status=open', 'notification=sent'])
      expect(codeOf(await api.admin('dunes').get(`/v1/claims?${query}&cursor=${nextCursor}`))).toBe(
        'invalid_cursor',
      )
  })
})
