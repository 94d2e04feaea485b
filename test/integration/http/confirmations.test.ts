import { describe, expect } from 'vitest'
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../../shared/lib/time.ts'
import { linkText, readLink } from '../../../shared/rules/claims/decision-link.ts'
import { revokeClaim } from '../../../shared/rules/claims/revocation.ts'
import { codeOf, type TestApi } from '../../support/api.ts'
import { givenVia } from '../../support/api-given.ts'
import { browser, deciders, json } from '../../support/deciders.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { dump } from '../../support/given.ts'
import { it } from '../../support/fixtures.ts'

describe('/decisions/confirmations/{token}', () => {
  let db: TestTable
  let api: TestApi
  let users: ReturnType<typeof deciders>
  let addresses = 0

  it.beforeAll(async ({ table, tableApi }) => {
    db = table
    api = tableApi
    users = deciders(api)
    await users.company()
  })

  const wants = (link: string, newEmail: string) => users.post(link, { decision: 'change_email', newEmail })
  const newAddress = (): string => `own${addresses++}@home.example`
  const inMs = (ms: number): string =>
    `${new Date(api.clock.now().getTime() + ms).toISOString().slice(0, 19)}Z`

  /** A user who waits for the link in their new mailbox. */
  async function pending(more: Record<string, unknown> = {}) {
    const user = await users.open(more)
    const newEmail = newAddress()
    const asked = await wants(user.link, newEmail)
    return { ...user, newEmail, asked, confirmation: await users.confirmationLink(user.claim) }
  }

  describe('asked for', () => {
    it('U2: decides nothing, says which address and until when, and may be chosen anew', async () => {
      const { link, id, newEmail, asked, claim } = await pending()
      const expiresAt = inMs(DAY_MS)
      expect(asked).toMatchObject({
        status: 202,
        body: { status: 'confirmation_sent', newEmail, expiresAt },
      })
      const now = await users.claimNow(claim)
      expect(now).toMatchObject({ status: 'open', pendingEmail: { expiresAt } })
      expect(now).not.toHaveProperty('decision')
      expect((await users.user(id)).body).toMatchObject({ original: true })
      const shown = await api.anyone.get(link, json)
      expect(shown.body).toMatchObject({
        options: ['change_email', 'transfer_content', 'delete_original'],
        pendingEmail: { expiresAt },
      })
      expect((await users.post(link, { decision: 'transfer_content' })).status).toBe(200)
    })

    it('U2: tells the new address to nobody: no admin, no page of the claim, no audit trail, no log', async () => {
      const { link, newEmail, claim } = await pending()
      const views = [
        await api.anyone.get(link, json),
        await api.anyone.get(link, browser),
        await api.admin('dunes').get(`/v1/claims/${claim.claimId}`),
        await api.admin('dunes').get('/v1/claims?limit=100'),
        await api.admin('dunes').get(`/v1/users/${encodeURIComponent(claim.newUserId)}`),
        await api.admin('dunes').get('/v1/audit'),
        await api.admin('personal').get('/v1/outgoing-claims'),
      ]
      for (const { text } of views) expect(text).not.toContain(newEmail)
      expect(JSON.stringify(api.lines)).not.toContain('home.example')
    })

    it('U2: another address takes the place of the first, whose link ends; the same one keeps its links', async () => {
      const { link, confirmation, claim, newEmail } = await pending()
      expect((await wants(link, newEmail.toUpperCase())).status).toBe(202)
      expect((await api.anyone.get(confirmation, json)).status).toBe(200)
      const other = newAddress()
      expect((await wants(link, other)).status).toBe(202)
      expect(codeOf(await api.anyone.get(confirmation, json))).toBe('not_found')
      expect(codeOf(await users.post(confirmation, {}))).toBe('not_found')
      const { body } = await api.anyone.get(await users.confirmationLink(claim), json)
      expect(body).toMatchObject({ newEmail: other })
    })

    it('U2: any other decision ends it, and so does a revocation', async () => {
      const decided = await pending()
      await users.post(decided.link, { decision: 'delete_original' })
      const revoked = await pending()
      const { record, claim } = await users.recordOf(revoked.claim)
      await api.stores.accounts.end(revokeClaim(record, claim, users.by()))
      for (const { confirmation, id, newEmail } of [decided, revoked]) {
        expect(codeOf(await users.post(confirmation, {}))).toBe('not_found')
        expect((await users.user(id)).text).not.toContain(newEmail)
      }
      expect(JSON.stringify(await dump(db))).not.toContain(decided.newEmail)
      expect(JSON.stringify(await dump(db))).not.toContain(revoked.newEmail)
    })

    it('U2: a sixth within 24 hours is refused until the first is so old, also as a page', async () => {
      const { link } = await users.open()
      for (let n = 0; n < 5; n++) {
        expect((await wants(link, newAddress())).status).toBe(202)
        api.clock.advance(HOUR_MS)
      }
      const refused = await wants(link, newAddress())
      expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_confirmations' } })
      const waitSeconds = (19 * HOUR_MS) / SECOND_MS
      expect(refused.headers['retry-after']).toBe(String(waitSeconds))
      const page = await users.submit(link, { decision: 'change_email', newEmail: newAddress() })
      expect(page).toMatchObject({ status: 429, headers: { 'retry-after': String(waitSeconds) } })
      expect(page.text).toContain('aria-describedby="newEmail-hint newEmail-wrong"')
      api.clock.advance(19 * HOUR_MS)
      expect((await wants(link, newAddress())).status).toBe(202)
    })

    it('N4: an address that mail comes back from is refused, and nothing is sent to it', async () => {
      const { link, claim } = await users.open()
      const newEmail = newAddress()
      await api.stores.suppressions.add(newEmail, api.clock.now())
      expect(codeOf(await wants(link, newEmail))).toBe('mail_bounced')
      expect(await users.claimNow(claim)).not.toHaveProperty('pendingEmail')
    })
  })

  describe('opened', () => {
    it('U2, U6: shows the address and what the link is about, and decides nothing, however it is opened', async () => {
      const { confirmation, newEmail, email } = await pending()
      const before = await dump(db)
      const { status, body } = await api.anyone.get(confirmation, json)
      expect({ status, body }).toEqual({
        status: 200,
        body: { organizationName: 'Dunes & Co', newEmail, expiresAt: inMs(DAY_MS) },
      })
      const page = await api.anyone.get(confirmation, browser)
      expect(page.status).toBe(200)
      expect(page.text).toContain(newEmail)
      // Whoever reads it may be a stranger: the claimed address isn't told whole.
      expect(page.text).not.toContain(email)
      expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
      expect(await api.anyone.send({ method: 'HEAD', url: confirmation })).toMatchObject({
        status: 200,
        text: '',
      })
      expect(await dump(db)).toEqual(before)
    })

    it('U2: one that never was, or belongs to another claim, opens nothing', async () => {
      const { confirmation } = await pending()
      const other = await pending()
      const token = confirmation.slice(confirmation.lastIndexOf('/') + 1)
      const secret = readLink(token)?.secret ?? new Uint8Array()
      const forged = linkText({ claimId: other.claim.claimId, secret })
      for (const one of ['never-was', forged, 'x'.repeat(1_000), `${token}x`]) {
        const url = `/decisions/confirmations/${one}`
        expect(codeOf(await api.anyone.get(url, json))).toBe('not_found')
        const page = await api.anyone.get(url, browser)
        expect(page.status).toBe(404)
        expect(page.text).not.toMatch(/Dunes|home\.example/)
      }
    })

    it('U2: lives for 24 hours', async () => {
      const { confirmation, claim } = await pending()
      api.clock.advance(DAY_MS - 1)
      expect((await api.anyone.get(confirmation, json)).status).toBe(200)
      api.clock.advance(1)
      expect(codeOf(await api.anyone.get(confirmation, json))).toBe('not_found')
      expect(codeOf(await users.post(confirmation, {}))).toBe('not_found')
      expect(await users.claimNow(claim)).not.toHaveProperty('pendingEmail')
    })
  })

  describe('confirmed', () => {
    it.each(['direct', 'delayed'])('U2: gives the original of a %s claim the new address', async (type) => {
      const { confirmation, id, newEmail, email, claim } = await pending({ type })
      const at = api.clock.now().toISOString()
      const decision = { kind: 'change_email', at, by: 'user' }
      expect(await users.post(confirmation, {})).toMatchObject({ status: 200, body: { decision } })
      expect((await users.user(id)).body).toMatchObject({ email: newEmail, orgId: 'personal' })
      expect((await users.user(claim.newUserId)).body).toMatchObject({ email, orgId: 'dunes' })
      expect(await users.claimNow(claim)).toMatchObject({ status: 'completed', decision })
    })

    it('U5, U7: a second time is told that it is, and shows it until the claim has been over for 30 days', async () => {
      const { confirmation } = await pending()
      expect((await users.submit(confirmation, {})).status).toBe(200)
      const again = await users.post(confirmation, {})
      expect(again).toMatchObject({ status: 409, body: { code: 'already_decided' } })
      expect((await users.submit(confirmation, {})).status).toBe(409)
      expect((await api.anyone.get(confirmation, json)).body).toMatchObject({
        decision: { kind: 'change_email' },
      })
      expect((await api.anyone.get(confirmation, browser)).text).not.toContain('<form')
      api.clock.advance(30 * DAY_MS)
      expect(codeOf(await api.anyone.get(confirmation, json))).toBe('not_found')
    })

    it('U2: the address was not reserved: taken meanwhile it is refused, and the user may choose again', async () => {
      const { link, confirmation, newEmail, claim } = await pending()
      await givenVia(api).user(`holder${addresses++}`, { email: newEmail })
      expect(await users.post(confirmation, {})).toMatchObject({
        status: 409,
        body: { code: 'email_taken' },
      })
      const page = await users.submit(confirmation, {})
      expect(page.status).toBe(409)
      expect(page.text).toContain('role="alert"')
      expect(await users.claimNow(claim)).toMatchObject({ status: 'open' })
      expect((await users.changeEmail(link, claim, newAddress())).status).toBe(200)
    })

    it('U2: on a domain that the claiming org has verified meanwhile it is refused', async () => {
      const { link, claim } = await users.open()
      await wants(link, 'me@late.example')
      const confirmation = await users.confirmationLink(claim)
      await givenVia(api).verifiedDomain('dunes', 'late.example')
      expect(codeOf(await users.post(confirmation, {}))).toBe('email_on_claimed_domain')
      expect(await users.claimNow(claim)).toMatchObject({ status: 'open' })
    })
  })
})
