import { describe, expect } from 'vitest'
import { DAY_MS } from '../../../shared/lib/time.ts'
import { completeClaim } from '../../../shared/rules/claims/ending.ts'
import { startMigration } from '../../../shared/rules/claims/migration.ts'
import { revokeClaim } from '../../../shared/rules/claims/revocation.ts'
import { codeOf, type TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { browser, deciders, json } from '../../support/deciders.ts'
import { it } from '../../support/fixtures.ts'

describe('/decisions/{token}', () => {
  let api: TestApi
  let users: ReturnType<typeof deciders>

  it.beforeAll(async ({ tableApi }) => {
    api = tableApi
    users = deciders(api)
    await users.company()
  })

  describe('the page', () => {
    it('U6: an empty form decides nothing, and gets the page again', async () => {
      const { link, claim } = await users.open()
      for (const fields of [{}, { decision: '' }, { decision: 'perhaps' }, { newEmail: 'x@home.example' }]) {
        const response = await users.submit(link, fields as Record<string, string>)
        expect(response.status).toBe(400)
        expect(response.text).toContain('<form method="post"')
      }
      expect((await api.anyone.send({ method: 'POST', url: link })).status).toBe(400)
      expect(await users.claimNow(claim)).toMatchObject({ status: 'open' })
    })

    it('U4: asks once more before it deletes', async () => {
      const { link, claim } = await users.open()
      const asked = await users.submit(link, { decision: 'delete_original', newEmail: '' })
      expect(asked.status).toBe(200)
      expect(asked.text).toContain('name="confirm" value="yes"')
      expect(await users.claimNow(claim)).toMatchObject({ status: 'open' })
      const done = await users.submit(link, { decision: 'delete_original', confirm: 'yes' })
      expect(done.status).toBe(200)
      expect(done.text).not.toContain('<form')
      expect(await users.claimNow(claim)).toMatchObject({ decision: { kind: 'delete_original' } })
    })

    it('U1: does not ask about a deletion that is not offered', async () => {
      const { link } = await users.open({}, { paid: true })
      const response = await users.submit(link, { decision: 'delete_original' })
      expect(response.status).toBe(409)
      expect(response.text).not.toContain('name="confirm"')
    })

    it('U3: takes any other choice at the first time', async () => {
      const { link, claim } = await users.open()
      const response = await users.submit(link, { decision: 'transfer_content', newEmail: '' })
      expect(response.status).toBe(200)
      expect(await users.claimNow(claim)).toMatchObject({ decision: { kind: 'transfer_content' } })
      expect(
        (await users.submit(link, { decision: 'change_email', newEmail: 'x@home.example' })).status,
      ).toBe(409)
      expect((await api.anyone.get(link, browser)).status).toBe(200)
    })

    it('U2: shows a wrong address again, with what is wrong, and says which address is to be confirmed when it is right', async () => {
      const { link } = await users.open()
      const wrong = await users.submit(link, { decision: 'change_email', newEmail: '"><b>x' })
      expect(wrong.status).toBe(400)
      expect(wrong.text).toContain('value="&quot;&gt;&lt;b&gt;x"')
      const right = await users.submit(link, { decision: 'change_email', newEmail: 'form@home.example' })
      expect(right.status).toBe(202)
      expect(right.text).toContain('form@home.example')
    })
  })

  describe('ended', () => {
    /** What an answer says, without what differs from request to request. */
    const say = async (link: string, headers: Record<string, string>): Promise<string> => {
      const { status, text, headers: answered } = await api.anyone.get(link, headers)
      expect(status).toBe(404)
      return text.replace(answered['x-request-id'] ?? '', 'ID')
    }

    it('U7: a link that was revoked, or has been over for 30 days, is as one that never was', async () => {
      const old = await users.open()
      await users.post(old.link, { decision: 'transfer_content' })
      const started = await users.recordOf(old.claim)
      await api.stores.accounts.end(completeClaim(started.record, started.claim, users.by()))
      const parted = await users.open()
      await users.changeEmail(parted.link, parted.claim, 'parted@home.example')
      api.clock.advance(30 * DAY_MS)
      const revoked = await users.open()
      const { record, claim } = await users.recordOf(revoked.claim)
      await api.stores.accounts.end(revokeClaim(record, claim, users.by()))
      const links = [
        old.link,
        parted.link,
        revoked.link,
        '/decisions/never-was',
        `/decisions/${'x'.repeat(1_000)}`,
      ]
      for (const headers of [json, browser]) {
        const answers = new Set(await Promise.all(links.map((link) => say(link, headers))))
        expect(answers.size).toBe(1)
        expect([...answers][0]).not.toMatch(/Dunes|dunes\.example/)
      }
      for (const link of links) {
        expect(codeOf(await users.post(link, { decision: 'transfer_content' }))).toBe('not_found')
        expect((await users.submit(link, { decision: 'delete_original' })).status).toBe(404)
        expect((await users.submit(link, {})).status).toBe(404)
      }
      expect((await api.anyone.get('/decisions/never-was', browser)).text).toContain('<html lang="nl"')
    })

    it.each(['change_email', 'transfer_content', 'delete_original', 'schedule'] as const)(
      'U7: after %s the link shows what was chosen, and takes nothing more, until the claim has been over for 30 days',
      async (how) => {
        const { link, claim } = await users.open()
        const [kind, by] =
          how === 'schedule' ? (['transfer_content', how] as const) : ([how, 'user'] as const)
        const at = api.clock.now().toISOString()
        if (how === 'change_email') await users.changeEmail(link, claim, 'mine@home.example')
        else {
          if (how === 'schedule') {
            const due = await users.recordOf(claim)
            await api.stores.accounts.write(startMigration(due.record, due.claim, users.by()))
          } else await users.post(link, { decision: how })
          const started = await users.recordOf(claim)
          await api.stores.accounts.end(completeClaim(started.record, started.claim, users.by()))
        }
        for (const passedMs of [0, 30 * DAY_MS - 1]) {
          api.clock.advance(passedMs)
          const shown = await api.anyone.get(link, json)
          expect(shown).toMatchObject({ status: 200, body: { options: [], decision: { kind, at, by } } })
          expect(shown.text).not.toContain('home.example')
          const page = await api.anyone.get(link, browser)
          expect(page.status).toBe(200)
          expect(page.text).not.toMatch(/<form|home\.example/)
          expect(await users.post(link, { decision: 'delete_original' })).toMatchObject({
            status: 409,
            body: { code: 'already_decided', decision: { kind, at, by } },
          })
        }
        api.clock.advance(1)
        expect(codeOf(await api.anyone.get(link, json))).toBe('not_found')
      },
    )

    it('U6: a link is for its own claim: not for one that comes after it', async () => {
      const { link, email, claim } = await users.open()
      const { record, claim: standing } = await users.recordOf(claim)
      await api.stores.accounts.end(revokeClaim(record, standing, users.by()))
      await givenVia(api).claim('dunes', email)
      expect(codeOf(await api.anyone.get(link, json))).toBe('not_found')
      expect(codeOf(await users.post(link, { decision: 'delete_original' }))).toBe('not_found')
    })

    it('R4: of a decision and a revocation at the same instant one wins, and the loser changes nothing', async () => {
      for (let round = 0; round < 10; round++) {
        const id = `rev${round}`
        await givenVia(api).user(id, { email: `${id}@dunes.example` })
        const claim = await givenVia(api).claim('dunes', `${id}@dunes.example`)
        await api.stores.tokens.put(`token-${id}`, claim.claimId, api.clock.now())
        const { record, claim: standing } = await users.recordOf(claim)
        const [decided, { outcome: revoked }] = await Promise.all([
          users.post(`/decisions/token-${id}`, { decision: 'transfer_content' }),
          api.stores.accounts.end(revokeClaim(record, standing, users.by())),
        ])
        expect([decided.status, revoked]).toEqual(revoked === 'written' ? [404, 'written'] : [200, 'lost'])
        expect(await users.claimNow(claim)).toMatchObject({
          status: revoked === 'written' ? 'revoked' : 'migrating',
        })
      }
    })
  })
})
