import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditEntry } from '../../../shared/http/schemas/audit.ts'
import { pageOf } from '../../../shared/http/schemas/common.ts'
import { MINUTE_MS } from '../../../shared/lib/time.ts'
import { codeOf } from '../../support/api.ts'
import { type ClaimAnswer, givenVia } from '../../support/api-given.ts'
import { type ClaimedUsers, startWithClaimedUsers } from '../../support/claimed-users.ts'
import { readAll } from '../../support/pages.ts'
import { dump } from '../../support/given.ts'

const entryPage = pageOf(auditEntry)

describe('GET /v1/audit', () => {
  let db: ClaimedUsers['db']
  let api: ClaimedUsers['api']
  let world: ClaimedUsers['world']
  let claims: ClaimedUsers['claims']
  let ofOrg: ClaimedUsers['ofOrg']
  let settle: ClaimedUsers['settle']

  beforeAll(async () => {
    ;({ db, api, world, claims, ofOrg, settle } = await startWithClaimedUsers())
  })
  afterAll(() => db.stop())

  it.each([6, 100])('A1: lists every change in the org, once, newest first (limit %d)', async (limit) => {
    await settle()
    const { items } = await readAll(api.reader('harbour'), `/v1/audit?limit=${limit}`, entryPage)
    const stored = Object.entries(await dump(db)).flatMap(([key, item]) =>
      key.startsWith('A#harbour#') ? [{ sk: key.slice(key.indexOf(' ') + 1), item }] : [],
    )
    const newest = stored.toSorted((a, b) => (a.sk < b.sk ? 1 : -1))
    expect(items.map(({ at, by, what, subject }) => ({ at, by, what, subject }))).toEqual(
      newest.map(({ item: { at, by, what, subject } }) => ({ at, by, what, subject })),
    )
    expect(items.length).toBeGreaterThan(10)
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length)
  })

  it('A1, A2: an entry says when, who, what, before and after, and is known by its event’s id', async () => {
    const { items } = await readAll(api.admin('harbour'), '/v1/audit', entryPage)
    const { claimId, createdAt } = ofOrg('harbour').at(-1) ?? {}
    const created = items.find(({ subject, what }) => subject === claimId && what === 'claim.created')
    expect(created).toMatchObject({
      by: 'admin:ada',
      before: { userOrgId: 'personal' },
      after: { claimId, claimStatus: 'open', version: 1 },
    })
    expect(created?.at.slice(0, 19)).toBe(createdAt?.slice(0, 19))
    expect(world.bus.published.map(({ id }) => id)).toContain(created?.id)
    const whats = new Set(items.map(({ what }) => what))
    for (const what of ['organization.created', 'domain.added', 'domain.verified', 'claim.created'])
      expect(whats).toContain(what)
  })

  it('A1, Y7: holds ids and states, and no address or name', async () => {
    for (const orgId of ['dunes', 'harbour', 'personal']) {
      const { items } = await readAll(api.admin(orgId), '/v1/audit', entryPage)
      const text = JSON.stringify(items)
      for (const personal of ['@', 'Ada', 'U1']) expect(text).not.toContain(personal)
    }
  })

  it('A3: the source org’s trail tells nothing of what becomes of the claims on its accounts', async () => {
    const { items } = await readAll(api.admin('personal'), '/v1/audit', entryPage)
    expect(items.filter(({ what }) => what.startsWith('claim.'))).toEqual([])
  })

  describe('of one claim', () => {
    const life = ['claim.created', 'claim.resent', 'claim.signed_in', 'claim.decided', 'claim.completed']
    let claim: ClaimAnswer

    beforeAll(async () => {
      await givenVia(api).user('lived', { email: 'lived@dunes.example' })
      claim = await givenVia(api).claim('dunes', 'lived@dunes.example')
      api.clock.advance(MINUTE_MS)
      await api.admin('dunes', 'bob').post(`/v1/claims/${claim.claimId}/notify`)
      api.clock.advance(MINUTE_MS)
      const link = await givenVia(api).decisionLink(claim.email)
      // At the same instant: what happened last is still listed first.
      await api.anyone.post(link, { decision: 'transfer_content' })
      await settle()
    })

    const url = (claimId: string, more = '') => `/v1/audit?claimId=${encodeURIComponent(claimId)}${more}`

    it.each([1, 2, 100])(
      'A1: lists its whole life, newest first, also once it is over (limit %d)',
      async (limit) => {
        const { items, sizes } = await readAll(
          api.reader('dunes'),
          url(claim.claimId, `&limit=${limit}`),
          entryPage,
        )
        expect(items.map(({ what }) => what)).toEqual(life.toReversed())
        expect(items.map(({ by }) => by)).toEqual([
          'schedule:due',
          `user:${claim.newUserId}`,
          `user:${claim.newUserId}`,
          'admin:bob',
          'admin:ada',
        ])
        for (const entry of items) expect(entry.subject).toBe(claim.claimId)
        expect(Math.max(...sizes)).toBeLessThanOrEqual(limit)
        const all = (await readAll(api.admin('dunes'), '/v1/audit', entryPage)).items
        expect(
          all
            .filter(({ subject }) => subject === claim.claimId)
            .map(({ id }) => id)
            .toSorted(),
        ).toEqual(items.map(({ id }) => id).toSorted())
      },
    )

    it('A1: an entry that is not written yet is left out until it is', async () => {
      await givenVia(api).user('fresh', { email: 'fresh@dunes.example' })
      const { claimId } = await givenVia(api).claim('dunes', 'fresh@dunes.example')
      expect((await api.admin('dunes').get(url(claimId))).body).toEqual({ items: [] })
      await settle()
      expect((await readAll(api.admin('dunes'), url(claimId), entryPage)).items).toHaveLength(1)
    })

    it('A1: another org’s claim, the source org’s too, and an unknown one: 404, alike to the byte', async () => {
      const asked: [string, string][] = [
        ['harbour', claim.claimId],
        ['personal', claim.claimId],
        ['dunes', `${claim.claimId}X`],
        ['dunes', 'x'],
      ]
      const texts = await Promise.all(
        asked.map(async ([orgId, claimId]) => {
          const { status, text, body } = await api.admin(orgId).get(url(claimId))
          expect(status, `${orgId} ${claimId}`).toBe(404)
          return text.replace((body as { requestId: string }).requestId, 'ID')
        }),
      )
      expect(new Set(texts).size).toBe(1)
    })

    it('A1: a cursor is for its claim, and not for the whole trail or another claim', async () => {
      const { nextCursor } = entryPage.parse(
        (await api.admin('dunes').get(url(claim.claimId, '&limit=2'))).body,
      )
      const other = claims[0]?.claimId ?? ''
      for (const wrong of ['/v1/audit?limit=2', url(other, '&limit=2')])
        expect(codeOf(await api.admin('dunes').get(`${wrong}&cursor=${nextCursor}`))).toBe('invalid_cursor')
    })
  })
})
