import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { auditEntry } from '../../../shared/http/schemas/audit.ts'
import { pageOf } from '../../../shared/http/schemas/common.ts'
import { outgoingClaim } from '../../../shared/http/schemas/outgoing-claim.ts'
import { MINUTE_MS } from '../../../shared/lib/time.ts'
import { type Client, codeOf, startApi, type TestApi } from '../../support/api.ts'
import { type ClaimAnswer, givenVia } from '../../support/api-given.ts'
import { type Background, startBackground } from '../../support/background.ts'
import { startTable, type TestTable } from '../../support/dynamo.ts'
import { dump } from '../../support/given.ts'

const entryPage = pageOf(auditEntry)
const outgoingPage = pageOf(outgoingClaim)
const MAX_PAGES = 100

/** All pages of a list, and how long each was. */
async function readAll<T extends z.ZodType>(
  client: Client,
  url: string,
  page: ReturnType<typeof pageOf<T>>,
): Promise<{ items: z.output<T>[]; sizes: number[] }> {
  const items: z.output<T>[] = []
  const sizes: number[] = []
  let cursor: string | undefined
  do {
    const more = cursor === undefined ? '' : `${url.includes('?') ? '&' : '?'}cursor=${cursor}`
    const read = page.parse((await client.get(`${url}${more}`)).body)
    items.push(...read.items)
    sizes.push(read.items.length)
    cursor = read.nextCursor
  } while (cursor !== undefined && sizes.length < MAX_PAGES)
  return { items, sizes }
}

describe('what an org is shown of what others, and its own, have done', () => {
  let db: TestTable
  let api: TestApi
  let world: Background
  const claims: ClaimAnswer[] = []

  const settle = async (): Promise<void> => {
    world.clock.set(api.clock.now())
    await world.settle()
  }

  beforeAll(async () => {
    db = await startTable()
    api = startApi(db)
    world = await startBackground(db)
    const given = givenVia(api)
    await given.company('dunes', 'dunes.example', { name: 'Dunes BV' })
    await given.company('harbour', 'harbour.example', { name: 'Harbour GmbH' })
    await given.org('quiet')
    for (let n = 0; n < 40; n++) {
      const [orgId, domain] = n % 4 === 0 ? ['harbour', 'harbour.example'] : ['dunes', 'dunes.example']
      await given.user(`u${n}`, { email: `U${n}@${domain}`, firstName: 'Ada', licenses: ['gold'] })
      const type = n % 3 === 0 ? 'direct' : 'delayed'
      claims.unshift(await given.claim(orgId, `u${n}@${domain}`, { type, licenses: ['pro'] }))
      api.clock.advance(MINUTE_MS)
    }
    await settle()
  })
  afterAll(() => db.stop())

  const ofOrg = (orgId: string) => claims.filter(({ claimingOrgId }) => claimingOrgId === orgId)
  const names: Readonly<Record<string, string>> = { dunes: 'Dunes BV', harbour: 'Harbour GmbH' }

  describe('GET /v1/outgoing-claims', () => {
    it.each([6, 100])(
      'A3: the source org sees which of its accounts are being claimed, by whom and until when, newest first (limit %d)',
      async (limit) => {
        const { items } = await readAll(
          api.reader('personal'),
          `/v1/outgoing-claims?limit=${limit}`,
          outgoingPage,
        )
        expect(items).toEqual(
          claims.map(({ originalUserId, email, claimingOrgId, type, createdAt, endsAt }) => ({
            userId: originalUserId,
            email: `${email}.convert-user.local`,
            claimingOrgId,
            claimingOrganizationName: names[claimingOrgId],
            type,
            createdAt,
            endsAt,
          })),
        )
      },
    )

    it('A3: and no more: no claim, no decision, no sign-in, no licences, no new account, no name', async () => {
      const { text } = await api.admin('personal').get('/v1/outgoing-claims?limit=100')
      for (const secret of ['clm~', '~', 'pro', 'gold', 'Ada', 'decision', 'signedInAt', 'revocable'])
        expect(text).not.toContain(secret)
    })

    it.each(['dunes', 'quiet'])('A3: %s, from which nobody is claimed, sees nothing', async (orgId) => {
      expect((await api.admin(orgId).get('/v1/outgoing-claims')).body).toEqual({ items: [] })
    })

    it('A3: shows one that is being carried out as it was, and one that has ended no more', async () => {
      const [migrating, revoked] = ofOrg('dunes').filter(({ type }) => type === 'delayed')
      if (migrating === undefined || revoked === undefined) throw new Error('no claims')
      const list = async () =>
        (await readAll(api.admin('personal'), '/v1/outgoing-claims', outgoingPage)).items
      const before = await list()
      const link = await givenVia(api).decisionLink(migrating.email)
      await api.anyone.post(link, { decision: 'transfer_content' })
      await api.admin('dunes').post(`/v1/claims/${revoked.claimId}/revoke`)
      expect(await list()).toEqual(before.filter(({ userId }) => userId !== revoked.originalUserId))
      await settle()
      const ended = [migrating.originalUserId, revoked.originalUserId]
      expect(await list()).toEqual(before.filter(({ userId }) => !ended.includes(userId)))
    })

    it('A3: a cursor is its org’s own', async () => {
      const { body } = await api.admin('personal').get('/v1/outgoing-claims?limit=2')
      const { nextCursor } = outgoingPage.parse(body)
      const url = `/v1/outgoing-claims?limit=2&cursor=${nextCursor}`
      expect((await api.admin('personal').get(url)).status).toBe(200)
      expect(codeOf(await api.admin('dunes').get(url))).toBe('invalid_cursor')
    })
  })

  describe('GET /v1/audit', () => {
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
})
