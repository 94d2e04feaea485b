import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { completeClaim, revokeClaim, startMigration } from '../../../shared/claims/lifecycle.ts'
import { decisionPageCsp } from '../../../shared/pages/decision-page.ts'
import { codeOf, startApi, type TestApi, type TestResponse } from '../../support/api.ts'
import { type ClaimAnswer, givenVia } from '../../support/api-given.ts'
import { startTable, type TestTable } from '../../support/dynamo.ts'
import { dump } from '../../support/given.ts'

const json = { accept: 'application/json' }
const browser = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8',
  'accept-language': 'nl-NL,nl;q=0.9,en;q=0.8',
}
const form = { ...browser, 'content-type': 'application/x-www-form-urlencoded' }

describe('/decisions/{token}', () => {
  let db: TestTable
  let api: TestApi

  beforeAll(async () => {
    db = await startTable()
    api = startApi(db)
    await givenVia(api).company('dunes', 'dunes.example', { name: 'Dunes & Co' })
    await givenVia(api).verifiedDomain('dunes', 'dunes-two.example')
    await givenVia(api).company('harbour', 'harbour.example')
  })
  afterAll(() => db.stop())

  let count = 0
  /** A user with a claim open, and the link to decide about it. */
  const open = async (
    more: Record<string, unknown> = {},
    patch: Record<string, unknown> = {},
  ): Promise<{ link: string; id: string; email: string; claim: ClaimAnswer }> => {
    const id = `user${count++}`
    const email = `${id}@dunes.example`
    await givenVia(api).user(id, { email, ...patch })
    const claim = await givenVia(api).claim('dunes', email, more)
    return { id, email, claim, link: await givenVia(api).decisionLink(email) }
  }
  const post = (link: string, body: Record<string, unknown>): Promise<TestResponse> =>
    api.anyone.post(link, body)
  const submit = (link: string, fields: Record<string, string>, headers: Record<string, string> = form) =>
    api.anyone.send({ method: 'POST', url: link, headers, body: new URLSearchParams(fields).toString() })
  const user = (userId: string) => api.platform.get(`/v1/platform/users/${userId}`)
  const claimNow = async (claim: ClaimAnswer) =>
    (await api.admin('dunes').get(`/v1/claims/${claim.claimId}`)).body
  const recordOf = async ({ claimId }: ClaimAnswer) => {
    const record = (await api.stores.claims.byId(claimId))?.record
    if (record?.claim === undefined) throw new Error('no open claim')
    return { record, claim: record.claim }
  }
  const by = () => ({ now: api.clock.now(), by: 'schedule:due' }) as const

  describe('opened', () => {
    it('U6: shows who claims, until when, and the options; as JSON to who asks for it', async () => {
      const { link, email } = await open()
      const { status, body } = await api.anyone.get(link, json)
      expect(status).toBe(200)
      expect(body).toEqual({
        organizationName: 'Dunes & Co',
        email,
        type: 'delayed',
        createdAt: '2026-11-22T12:00:00Z',
        endsAt: '2026-12-06T12:00:00Z',
        options: ['change_email', 'transfer_content', 'delete_original'],
      })
    })

    it('U, U1, T3: a direct claim of a paid account offers the other address only, and says what is lost', async () => {
      const { link } = await open({ type: 'direct' }, { paid: true })
      expect((await api.anyone.get(link, json)).body).toMatchObject({
        options: ['change_email'],
        contentLoss: { reason: 'chosen_direct' },
      })
    })

    it("U6: is a page to everybody else, in the user's language, and reveals its address to nobody", async () => {
      const { link } = await open({}, { locale: 'nl' })
      for (const headers of [browser, {}, { accept: '*/*' }, { accept: 'text/html, application/json' }]) {
        const response = await api.anyone.get(link, headers)
        expect(response.status).toBe(200)
        expect(response.headers).toMatchObject({
          'content-type': 'text/html; charset=utf-8',
          'cache-control': 'no-store',
          'referrer-policy': 'no-referrer',
          'x-robots-tag': 'noindex, nofollow',
          'x-content-type-options': 'nosniff',
          'content-security-policy': decisionPageCsp,
        })
        expect(response.text).toContain('<html lang="nl"')
        expect(response.text).toContain('Dunes &amp; Co')
        expect(response.text).not.toContain(link)
      }
    })

    it('U6: decides nothing, however often and however it is opened', async () => {
      const { link } = await open()
      const before = await dump(db)
      for (const headers of [json, browser, { purpose: 'prefetch' }]) await api.anyone.get(link, headers)
      await api.anyone.send({ method: 'HEAD', url: link })
      expect(await dump(db)).toEqual(before)
    })
  })

  describe('posted', () => {
    it('U3: transfer_content is decided at once and carried out by the migration', async () => {
      const { link, id, claim } = await open()
      const at = api.clock.now().toISOString()
      const response = await post(link, { decision: 'transfer_content' })
      expect(response).toMatchObject({
        status: 200,
        body: { options: [], decision: { kind: 'transfer_content', at, by: 'user' } },
      })
      expect(api.migrations).toContainEqual({ root: id, claimId: claim.claimId })
      expect(await claimNow(claim)).toMatchObject({
        status: 'migrating',
        decision: { kind: 'transfer_content', at, by: 'user' },
        allowedDecisions: [],
        notRevocableBecause: 'signed_in',
      })
      expect((await api.anyone.get(link, json)).body).toMatchObject({
        decision: { kind: 'transfer_content' },
      })
    })

    it('U4: delete_original too', async () => {
      const { link, id, claim } = await open({ type: 'direct' })
      expect((await post(link, { decision: 'delete_original' })).body).toMatchObject({
        decision: { kind: 'delete_original' },
      })
      expect(api.migrations).toContainEqual({ root: id, claimId: claim.claimId })
      expect(await claimNow(claim)).toMatchObject({ status: 'migrating' })
    })

    it('U2: change_email gives the original its new address, with its content, and ends the claim', async () => {
      const { link, id, claim, email } = await open()
      await givenVia(api).conversation(id, 'c1', '2026-11-01T00:00:00Z')
      const response = await post(link, { decision: 'change_email', newEmail: ' Me@Home.example ' })
      expect(response).toMatchObject({
        status: 200,
        body: { decision: { kind: 'change_email', by: 'user' } },
      })
      expect(response.text).not.toContain('Home.example')
      expect((await user(id)).body).toMatchObject({
        email: 'Me@Home.example',
        orgId: 'personal',
        status: 'active',
      })
      expect((await user(id)).body).not.toHaveProperty('original')
      expect((await user(claim.newUserId)).body).toMatchObject({ email, orgId: 'dunes', status: 'active' })
      expect(await claimNow(claim)).toMatchObject({ status: 'completed', notRevocableBecause: 'ended' })
      const conversations = await api.platform.get(`/v1/platform/users/${id}/conversations`)
      expect(conversations.body).toMatchObject({ items: [{ conversationId: 'c1' }] })
      for (const address of [email, 'me@home.example'])
        expect((await api.platform.post('/v1/platform/sign-ins', { email: address })).body).toMatchObject({
          allowed: true,
          mustDecide: false,
        })
    })

    it.each([
      [undefined, 400, 'new_email_required'],
      ['', 400, 'new_email_required'],
      ['no address', 400, 'invalid_address'],
      ['x@home.example.convert-user.local', 400, 'invalid_address'],
      ['taken@home.example', 409, 'email_taken'],
      ['TAKEN@home.example', 409, 'email_taken'],
      ['me@dunes.example', 409, 'email_on_claimed_domain'],
      ['me@Dunes-Two.example', 409, 'email_on_claimed_domain'],
    ])('U2: the new address %j gets %i %s, and nothing is decided', async (newEmail, status, code) => {
      if (code === 'email_taken') await givenVia(api).user('holder', { email: 'taken@home.example' })
      const { link, claim } = await open()
      const response = await post(link, { decision: 'change_email', newEmail })
      expect(response).toMatchObject({ status, body: { code } })
      expect(await claimNow(claim)).toMatchObject({ status: 'open' })
      expect(await claimNow(claim)).not.toHaveProperty('decision')
    })

    it('U2: the claimed address itself is taken, even where its domain has been forgotten since', async () => {
      await givenVia(api).company('brief', 'brief.example')
      await givenVia(api).user('briefly', { email: 'briefly@brief.example' })
      await givenVia(api).claim('brief', 'briefly@brief.example')
      const link = await givenVia(api).decisionLink('briefly@brief.example')
      await api.admin('brief').delete('/v1/domains/brief.example')
      const body = { decision: 'change_email', newEmail: 'Briefly@brief.example' }
      expect(codeOf(await post(link, body))).toBe('email_taken')
    })

    it("U2: a domain of another org's is none of this one's business", async () => {
      const { link } = await open()
      const body = { decision: 'change_email', newEmail: 'me@harbour.example' }
      expect((await post(link, body)).status).toBe(200)
    })

    it('U1: what is not offered cannot be chosen', async () => {
      const paid = await open({}, { paid: true })
      expect(await post(paid.link, { decision: 'delete_original' })).toMatchObject({
        status: 409,
        body: { code: 'decision_not_offered' },
      })
      const direct = await open({ type: 'direct' })
      expect(codeOf(await post(direct.link, { decision: 'transfer_content' }))).toBe('decision_not_offered')
      expect((await claimNow(direct.claim)) as object).not.toHaveProperty('decision')
    })

    it.each([
      ['transfer_content', {}],
      ['delete_original', {}],
      ['change_email', { newEmail: 'second@home.example' }],
    ])('U5: after %s a second decision gets 409 with the one that stands', async (decision, more) => {
      const { link } = await open()
      const at = api.clock.now().toISOString()
      expect((await post(link, { decision, ...more })).status).toBe(200)
      for (const second of ['transfer_content', 'delete_original', decision])
        expect(await post(link, { decision: second, newEmail: 'third@home.example' })).toMatchObject({
          status: 409,
          body: { code: 'already_decided', decision: { kind: decision, at, by: 'user' } },
        })
    })

    it('U5: of two at the same instant one stands, and the other is told which', async () => {
      for (let round = 0; round < 10; round++) {
        const { link, claim } = await open()
        const wanted = [
          { decision: 'transfer_content' },
          { decision: 'delete_original' },
          { decision: 'change_email', newEmail: `round${round}@home.example` },
        ]
        const answers = await Promise.all(wanted.map((body) => post(link, body)))
        const won = answers.findIndex(({ status }) => status === 200)
        expect(answers.filter(({ status }) => status === 409)).toHaveLength(2)
        const standing = (await claimNow(claim)) as { decision: { kind: string } }
        expect(standing.decision.kind).toBe(wanted[won]?.decision)
      }
    })

    it('M1: when the schedule has decided, that stands', async () => {
      const { link, claim } = await open()
      const { record, claim: standing } = await recordOf(claim)
      await api.stores.accounts.write(startMigration(record, standing, by()))
      expect(await post(link, { decision: 'delete_original' })).toMatchObject({
        status: 409,
        body: { decision: { kind: 'transfer_content', by: 'schedule' } },
      })
      const page = await submit(link, { decision: 'delete_original', confirm: 'yes' })
      expect(page.status).toBe(409)
      expect(page.text).toContain('<h1>')
    })

    it('U3: stands even where the queue cannot be reached: the sweep takes it up', async () => {
      const { link, claim } = await open()
      api.hooks.startMigration = async () => {
        throw new Error('no queue')
      }
      expect((await post(link, { decision: 'transfer_content' })).status).toBe(200)
      api.hooks.startMigration = async () => {}
      expect((await recordOf(claim)).claim.resumeAt).toBeDefined()
      expect(api.lines.at(-2)).toMatchObject({ level: 'info', message: 'decision' })
      expect(
        api.lines.some(({ level, message }) => level === 'warn' && message === 'migration not queued'),
      ).toBe(true)
    })

    it.each([
      ['{}', 'invalid_request'],
      ['{"decision":"perhaps"}', 'invalid_request'],
      ['{"decision":"transfer_content","token":"x"}', 'invalid_request'],
      ['{"decision"', 'invalid_json'],
    ])('as the JSON %s gets %s', async (body, code) => {
      const { link, claim } = await open()
      const headers = { 'content-type': 'application/json' }
      const response = await api.anyone.send({ method: 'POST', url: link, headers, body })
      expect(codeOf(response)).toBe(code)
      expect(await claimNow(claim)).toMatchObject({ status: 'open' })
    })

    it('as something else is refused', async () => {
      const { link } = await open()
      const headers = { 'content-type': 'text/plain' }
      const body = 'decision=delete_original&confirm=yes'
      expect((await api.anyone.send({ method: 'POST', url: link, headers, body })).status).toBe(415)
    })
  })

  describe('the page', () => {
    it('U6: an empty form decides nothing, and gets the page again', async () => {
      const { link, claim } = await open()
      for (const fields of [{}, { decision: '' }, { decision: 'perhaps' }, { newEmail: 'x@home.example' }]) {
        const response = await submit(link, fields as Record<string, string>)
        expect(response.status).toBe(400)
        expect(response.text).toContain('<form method="post"')
      }
      expect((await api.anyone.send({ method: 'POST', url: link })).status).toBe(400)
      expect(await claimNow(claim)).toMatchObject({ status: 'open' })
    })

    it('U4: asks once more before it deletes', async () => {
      const { link, claim } = await open()
      const asked = await submit(link, { decision: 'delete_original', newEmail: '' })
      expect(asked.status).toBe(200)
      expect(asked.text).toContain('name="confirm" value="yes"')
      expect(await claimNow(claim)).toMatchObject({ status: 'open' })
      const done = await submit(link, { decision: 'delete_original', confirm: 'yes' })
      expect(done.status).toBe(200)
      expect(done.text).not.toContain('<form')
      expect(await claimNow(claim)).toMatchObject({ decision: { kind: 'delete_original' } })
    })

    it('U1: does not ask about a deletion that is not offered', async () => {
      const { link } = await open({}, { paid: true })
      const response = await submit(link, { decision: 'delete_original' })
      expect(response.status).toBe(409)
      expect(response.text).not.toContain('name="confirm"')
    })

    it('U3: takes any other choice at the first time', async () => {
      const { link, claim } = await open()
      const response = await submit(link, { decision: 'transfer_content', newEmail: '' })
      expect(response.status).toBe(200)
      expect(await claimNow(claim)).toMatchObject({ decision: { kind: 'transfer_content' } })
      expect((await submit(link, { decision: 'change_email', newEmail: 'x@home.example' })).status).toBe(409)
      expect((await api.anyone.get(link, browser)).status).toBe(200)
    })

    it('U2: shows a wrong address again, with what is wrong, and says where the account went when it is right', async () => {
      const { link } = await open()
      const wrong = await submit(link, { decision: 'change_email', newEmail: '"><b>x' })
      expect(wrong.status).toBe(400)
      expect(wrong.text).toContain('value="&quot;&gt;&lt;b&gt;x"')
      const right = await submit(link, { decision: 'change_email', newEmail: 'form@home.example' })
      expect(right.status).toBe(200)
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

    it('U6: a link stops working when its claim ends, and is then as one that never was', async () => {
      const completed = await open()
      const revoked = await open()
      for (const [{ claim }, end] of [
        [completed, completeClaim],
        [revoked, revokeClaim],
      ] as const) {
        const { record, claim: standing } = await recordOf(claim)
        await api.stores.accounts.end(end(record, standing, by()))
      }
      const migrated = await open()
      const due = await recordOf(migrated.claim)
      await api.stores.accounts.write(startMigration(due.record, due.claim, by()))
      const started = await recordOf(migrated.claim)
      await api.stores.accounts.end(completeClaim(started.record, started.claim, by()))
      const links = [
        completed.link,
        revoked.link,
        migrated.link,
        '/decisions/never-was',
        `/decisions/${'x'.repeat(1_000)}`,
      ]
      for (const headers of [json, browser]) {
        const answers = new Set(await Promise.all(links.map((link) => say(link, headers))))
        expect(answers.size).toBe(1)
        expect([...answers][0]).not.toMatch(/Dunes|dunes\.example/)
      }
      for (const link of links) {
        expect(codeOf(await post(link, { decision: 'transfer_content' }))).toBe('not_found')
        expect((await submit(link, { decision: 'delete_original' })).status).toBe(404)
        expect((await submit(link, {})).status).toBe(404)
      }
      expect((await api.anyone.get('/decisions/never-was', browser)).text).toContain('<html lang="nl"')
    })

    it('U6: a link is for its own claim: not for one that comes after it', async () => {
      const { link, email, claim } = await open()
      const { record, claim: standing } = await recordOf(claim)
      await api.stores.accounts.end(revokeClaim(record, standing, by()))
      await givenVia(api).claim('dunes', email)
      expect(codeOf(await api.anyone.get(link, json))).toBe('not_found')
      expect(codeOf(await post(link, { decision: 'delete_original' }))).toBe('not_found')
    })

    it('R4: of a decision and a revocation at the same instant one wins, and the loser changes nothing', async () => {
      for (let round = 0; round < 10; round++) {
        const id = `rev${round}`
        await givenVia(api).user(id, { email: `${id}@dunes.example` })
        const claim = await givenVia(api).claim('dunes', `${id}@dunes.example`)
        await api.stores.tokens.put(`token-${id}`, claim.claimId, api.clock.now())
        const { record, claim: standing } = await recordOf(claim)
        const [decided, revoked] = await Promise.all([
          post(`/decisions/token-${id}`, { decision: 'transfer_content' }),
          api.stores.accounts.end(revokeClaim(record, standing, by())),
        ])
        expect([decided.status, revoked]).toEqual(revoked === 'written' ? [404, 'written'] : [200, 'lost'])
        expect(await claimNow(claim)).toMatchObject({
          status: revoked === 'written' ? 'revoked' : 'migrating',
        })
      }
    })
  })
})
