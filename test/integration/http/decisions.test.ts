import { describe, expect } from 'vitest'
import { decisionPageCsp } from '../../../shared/decision-page/decision-page.ts'
import { startMigration } from '../../../shared/rules/claims/migration.ts'
import { codeOf, type TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { browser, deciders, json } from '../../support/deciders.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { dump } from '../../support/given.ts'
import { it } from '../../support/fixtures.ts'

describe('/decisions/{token}', () => {
  let db: TestTable
  let api: TestApi
  let users: ReturnType<typeof deciders>

  it.beforeAll(async ({ table, tableApi }) => {
    db = table
    api = tableApi
    users = deciders(api)
    await users.company()
  })

  describe('opened', () => {
    it('U6: shows who claims, until when, and the options; as JSON to who asks for it', async () => {
      const { link, email } = await users.open()
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
      const { link } = await users.open({ type: 'direct' }, { paid: true })
      expect((await api.anyone.get(link, json)).body).toMatchObject({
        options: ['change_email'],
        contentLoss: { reason: 'chosen_direct' },
      })
    })

    it("U6: is a page to everybody else, in the user's language, and reveals its address to nobody", async () => {
      const { link } = await users.open({}, { locale: 'nl' })
      for (const headers of [browser, {}, { accept: '*/*' }, { accept: 'text/html, application/json' }]) {
        const response = await api.anyone.get(link, headers)
        expect(response.status).toBe(200)
        expect(response.headers).toMatchObject({
          'content-type': 'text/html; charset=utf-8',
          'cache-control': 'no-store',
          'referrer-policy': 'no-referrer',
          'x-robots-tag': 'noindex, nofollow',
          'strict-transport-security': 'max-age=63072000',
          'x-content-type-options': 'nosniff',
          'content-security-policy': decisionPageCsp,
        })
        expect(response.text).toContain('<html lang="nl"')
        expect(response.text).toContain('Dunes &amp; Co')
        expect(response.text).not.toContain(link)
      }
    })

    it('U6: decides nothing, however often and however it is opened', async () => {
      const { link } = await users.open()
      const before = await dump(db)
      for (const headers of [json, browser, { purpose: 'prefetch' }]) await api.anyone.get(link, headers)
      await api.anyone.send({ method: 'HEAD', url: link })
      expect(await dump(db)).toEqual(before)
    })
  })

  describe('posted', () => {
    it('U3: transfer_content is decided at once and carried out by the migration', async () => {
      const { link, claim } = await users.open()
      const at = api.clock.now().toISOString()
      const response = await users.post(link, { decision: 'transfer_content' })
      expect(response).toMatchObject({
        status: 200,
        body: { options: [], decision: { kind: 'transfer_content', at, by: 'user' } },
      })
      expect(await users.claimNow(claim)).toMatchObject({
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
      const { link, claim } = await users.open({ type: 'direct' })
      expect((await users.post(link, { decision: 'delete_original' })).body).toMatchObject({
        decision: { kind: 'delete_original' },
      })
      expect(await users.claimNow(claim)).toMatchObject({ status: 'migrating' })
    })

    it('U2: change_email, confirmed, gives the original its new address, with its content, and ends the claim', async () => {
      const { link, id, claim, email } = await users.open()
      await givenVia(api).conversation(id, 'c1', '2026-11-01T00:00:00Z')
      const response = await users.changeEmail(link, claim, ' Me@Home.example ')
      expect(response).toMatchObject({
        status: 200,
        body: { decision: { kind: 'change_email', by: 'user' } },
      })
      expect(response.text).not.toContain('Home.example')
      expect((await users.user(id)).body).toMatchObject({
        email: 'Me@Home.example',
        orgId: 'personal',
        status: 'active',
      })
      expect((await users.user(id)).body).not.toHaveProperty('original')
      expect((await users.user(claim.newUserId)).body).toMatchObject({
        email,
        orgId: 'dunes',
        status: 'active',
      })
      expect(await users.claimNow(claim)).toMatchObject({ status: 'completed', notRevocableBecause: 'ended' })
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
      ['me@home.local', 400, 'invalid_address'],
      ['me@home.internal', 400, 'invalid_address'],
      ['taken@home.example', 409, 'email_taken'],
      ['TAKEN@home.example', 409, 'email_taken'],
      ['me@dunes.example', 409, 'email_on_claimed_domain'],
      ['me@Dunes-Two.example', 409, 'email_on_claimed_domain'],
    ])('U2: the new address %j gets %i %s, and nothing is decided', async (newEmail, status, code) => {
      if (code === 'email_taken') await givenVia(api).user('holder', { email: 'taken@home.example' })
      const { link, claim } = await users.open()
      const response = await users.post(link, { decision: 'change_email', newEmail })
      expect(response).toMatchObject({ status, body: { code } })
      expect(await users.claimNow(claim)).toMatchObject({ status: 'open' })
      expect(await users.claimNow(claim)).not.toHaveProperty('decision')
    })

    it('U2: the claimed address itself is taken, even where its domain has been forgotten since', async () => {
      await givenVia(api).company('brief', 'brief.example')
      await givenVia(api).user('briefly', { email: 'briefly@brief.example' })
      await givenVia(api).claim('brief', 'briefly@brief.example')
      const link = await givenVia(api).decisionLink('briefly@brief.example')
      await api.admin('brief').delete('/v1/domains/brief.example')
      const body = { decision: 'change_email', newEmail: 'Briefly@brief.example' }
      expect(codeOf(await users.post(link, body))).toBe('email_taken')
    })

    it("U2: a domain of another org's is none of this one's business", async () => {
      await givenVia(api).company('harbour', 'harbour.example')
      const { link } = await users.open()
      const body = { decision: 'change_email', newEmail: 'me@harbour.example' }
      expect((await users.post(link, body)).status).toBe(202)
    })

    it('U1: what is not offered cannot be chosen', async () => {
      const paid = await users.open({}, { paid: true })
      expect(await users.post(paid.link, { decision: 'delete_original' })).toMatchObject({
        status: 409,
        body: { code: 'decision_not_offered' },
      })
      const direct = await users.open({ type: 'direct' })
      expect(codeOf(await users.post(direct.link, { decision: 'transfer_content' }))).toBe(
        'decision_not_offered',
      )
      expect((await users.claimNow(direct.claim)) as object).not.toHaveProperty('decision')
    })

    it.each([['transfer_content'], ['delete_original'], ['change_email']])(
      'U5: after %s a second decision gets 409 with the one that stands',
      async (decision) => {
        const { link, claim } = await users.open()
        const at = api.clock.now().toISOString()
        const first =
          decision === 'change_email'
            ? await users.changeEmail(link, claim, 'second@home.example')
            : await users.post(link, { decision })
        expect(first.status).toBe(200)
        for (const second of ['transfer_content', 'delete_original', decision])
          expect(await users.post(link, { decision: second, newEmail: 'third@home.example' })).toMatchObject({
            status: 409,
            body: { code: 'already_decided', decision: { kind: decision, at, by: 'user' } },
          })
      },
    )

    it('U5: of two at the same instant one stands, and the other is told which', async () => {
      for (let round = 0; round < 10; round++) {
        const { link, claim } = await users.open()
        await users.post(link, { decision: 'change_email', newEmail: `round${round}@home.example` })
        const confirmation = await users.confirmationLink(claim)
        const answers = await Promise.all([
          users.post(link, { decision: 'transfer_content' }),
          users.post(link, { decision: 'delete_original' }),
          users.post(confirmation, {}),
        ])
        const won = answers.findIndex(({ status }) => status === 200)
        // A confirmation that another decision has ended is as one that never was.
        expect(answers.filter(({ status }) => status === 409 || status === 404)).toHaveLength(2)
        const standing = (await users.claimNow(claim)) as { decision: { kind: string } }
        const kinds = ['transfer_content', 'delete_original', 'change_email']
        expect(standing.decision.kind).toBe(kinds[won])
      }
    })

    it('M1: when the schedule has decided, that stands', async () => {
      const { link, claim } = await users.open()
      const { record, claim: standing } = await users.recordOf(claim)
      await api.stores.accounts.write(startMigration(record, standing, users.by()))
      expect(await users.post(link, { decision: 'delete_original' })).toMatchObject({
        status: 409,
        body: { decision: { kind: 'transfer_content', by: 'schedule' } },
      })
      const page = await users.submit(link, { decision: 'delete_original', confirm: 'yes' })
      expect(page.status).toBe(409)
      expect(page.text).toContain('<h1>')
    })

    it.each([
      ['{}', 'invalid_request'],
      ['{"decision":"perhaps"}', 'invalid_request'],
      ['{"decision":"transfer_content","token":"x"}', 'invalid_request'],
      ['{"decision"', 'invalid_json'],
    ])('as the JSON %s gets %s', async (body, code) => {
      const { link, claim } = await users.open()
      const headers = { 'content-type': 'application/json' }
      const response = await api.anyone.send({ method: 'POST', url: link, headers, body })
      expect(codeOf(response)).toBe(code)
      expect(await users.claimNow(claim)).toMatchObject({ status: 'open' })
    })

    it('as something else is refused', async () => {
      const { link } = await users.open()
      const headers = { 'content-type': 'text/plain' }
      const body = 'decision=delete_original&confirm=yes'
      expect((await api.anyone.send({ method: 'POST', url: link, headers, body })).status).toBe(415)
    })
  })
})
