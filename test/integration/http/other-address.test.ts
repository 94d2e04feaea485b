import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DAY_MS } from '../../../shared/lib/time.ts'
import { codeOf, type TestResponse } from '../../support/api.ts'
import type { ClaimAnswer } from '../../support/api-given.ts'
import { confirmationToken } from '../../support/confirmations.ts'
import { type DirectoryWorld, outcomesOf, startDirectory } from '../../support/directory.ts'
import { dump } from '../../support/given.ts'

const DOMAIN = 'dunes.example'
const OTHER = 'dunes-group.example'

/** What there is of whom, once the clock may be moved on: each person has addresses of their own. */
describe('C9: the new account of an open direct claim, given another address', () => {
  let world: DirectoryWorld
  let people = 0
  let claimed = ''
  let married = ''
  let claim: ClaimAnswer

  beforeAll(async () => {
    world = await startDirectory()
    await world.given.company('dunes', DOMAIN)
    await world.given.verifiedDomain('dunes', OTHER)
    await world.given.org('harbour')
    await world.given.verifiedDomain('harbour', DOMAIN)
    await world.given.verifiedDomain('harbour', OTHER)
  })
  afterAll(() => world.stop())

  beforeEach(async () => {
    const userId = `u${++people}`
    ;[claimed, married] = [`${userId}@${DOMAIN}`, `${userId}.married@${OTHER}`]
    await world.given.user(userId, { email: claimed, firstName: 'Ada', lastName: 'Visser' })
    claim = await world.given.claim('dunes', claimed, { type: 'direct', licenses: ['pro'] })
    await world.world.settle()
  })

  const dunes = () => world.api.admin('dunes')
  const url = (userId: string) => `/v1/users/${encodeURIComponent(userId)}`
  const patch = (body: Record<string, unknown>, userId = claim.newUserId) => dunes().patch(url(userId), body)
  const signIn = (email: string) => world.api.platform.post('/v1/platform/sign-ins', { email })
  const original = async () => (await world.api.admin('personal').get(url(claim.originalUserId))).body
  const readClaim = async () => (await dunes().get(`/v1/claims/${claim.claimId}`)).body
  const revoke = () => dunes().post(`/v1/claims/${claim.claimId}/revoke`)
  const holds = async (address: string) => `E#${address} E` in (await dump(world.db))
  const told = ({ status, body, text }: TestResponse) => [status, (body as { code?: string }).code ?? text]
  async function decide(decision: Record<string, unknown>): Promise<TestResponse> {
    const link = await world.given.decisionLink(married)
    return world.api.anyone.post(link, decision)
  }

  it('keeps everything but the address, and the original its suffix and the claimed one', async () => {
    const before = (await dunes().get(url(claim.newUserId))).body as Record<string, unknown>
    const originalBefore = await original()
    expect(originalBefore).toMatchObject({ email: `${claimed}.convert-user.local` })
    const answer = await patch({ email: married })
    expect(answer.status, answer.text).toBe(200)
    expect(answer.body).toEqual({ ...before, email: married })
    expect((await dunes().get(url(claim.newUserId))).body).toEqual(answer.body)
    expect(await original()).toEqual(originalBefore)
    expect(await readClaim()).toMatchObject({ email: claimed, status: 'open', revocable: true })
  })

  it('signs in at it, and no more at the claimed one', async () => {
    await patch({ email: married })
    expect((await signIn(married)).body).toMatchObject({ allowed: true, mustDecide: true })
    expect(codeOf(await signIn(claimed))).toBe('user_not_found')
  })

  it('N4: is mailed there, also where mail to the former one bounced', async () => {
    await world.world.stores.suppressions.add(claimed, world.api.clock.now())
    await dunes().post(`/v1/claims/${claim.claimId}/notify`)
    await world.world.settle()
    expect(await readClaim()).toMatchObject({ notification: 'bounced' })
    expect(codeOf(await dunes().post(`/v1/claims/${claim.claimId}/notify`))).toBe('mail_bounced')
    await patch({ email: married })
    expect(await readClaim()).toMatchObject({ notification: 'pending' })
    expect((await dunes().post(`/v1/claims/${claim.claimId}/notify`)).status).toBe(200)
    await world.world.settle()
    expect(world.world.mailer.sent.at(-1)?.to).toEqual([married])
    expect(await readClaim()).toMatchObject({ notification: 'sent' })
  })

  it('the claimed address stays reserved: nobody else gets it, and it cannot be claimed again', async () => {
    await patch({ email: married })
    for (const email of [claimed, married])
      expect(
        codeOf(await world.api.platform.put('/v1/platform/users/else', { email, orgId: 'personal' })),
      ).toBe('email_taken')
    const results = async (orgId: string) =>
      (
        await world.api.admin(orgId).post('/v1/claims', {
          users: [{ email: claimed }, { email: married }],
          acknowledgePermanent: true,
        })
      ).body
    expect(await results('dunes')).toMatchObject({
      results: [
        { result: 'unchanged', codes: ['claim_open'], claim: { claimId: claim.claimId } },
        { result: 'refused', codes: ['own_user', 'claim_open'] },
      ],
    })
    expect(await results('harbour')).toMatchObject({
      results: [
        { result: 'refused', codes: ['claim_open'] },
        { result: 'refused', codes: ['claim_open'] },
      ],
    })
  })

  it('E: on a domain that another org has not verified, it learns nothing of it', async () => {
    await world.given.org('quay')
    await world.given.verifiedDomain('quay', DOMAIN)
    await patch({ email: married })
    const body = { users: [{ email: married }, { email: claimed }], acknowledgePermanent: true }
    expect((await world.api.admin('quay').post('/v1/claims', body)).body).toMatchObject({
      results: [{ codes: ['domain_not_verified'] }, { codes: ['claim_open'] }],
    })
  })

  it('R1: a revocation restores the claimed address, and the other one is free', async () => {
    await patch({ email: married })
    expect((await revoke()).status).toBe(200)
    expect(await original()).toMatchObject({ email: claimed, status: 'active' })
    expect((await dunes().get(url(claim.newUserId))).status).toBe(404)
    expect(codeOf(await signIn(married))).toBe('user_not_found')
    expect((await signIn(claimed)).body).toMatchObject({ allowed: true, mustDecide: false })
    expect([await holds(claimed), await holds(married)]).toEqual([true, false])
    await world.world.settle()
    expect(world.world.mailer.sent.at(-1)?.to).toEqual([claimed])
  })

  it('U4: once the original is gone the claimed address is free, and the account stays at its own', async () => {
    await patch({ email: married })
    expect((await decide({ decision: 'delete_original' })).status).toBe(200)
    await world.world.settle()
    expect(await readClaim()).toMatchObject({ status: 'completed', email: claimed })
    expect((await dunes().get(url(claim.newUserId))).body).toMatchObject({
      email: married,
      licenses: ['pro'],
    })
    expect([await holds(claimed), await holds(married)]).toEqual([false, true])
    expect((await signIn(married)).body).toMatchObject({ allowed: true, mustDecide: false })
    await world.given.user('next', { email: claimed, orgId: 'dunes' })
    await dunes().delete('/v1/users/next')
    await world.world.settle()
  })

  it('O1: likewise where the source organization is deleted', async () => {
    await world.given.org('gone', { kind: 'consumer' })
    await world.given.user('lost', { email: `lost@${DOMAIN}`, orgId: 'gone' })
    claim = await world.given.claim('dunes', `lost@${DOMAIN}`, { type: 'direct' })
    await patch({ email: `kept@${OTHER}` })
    await world.api.platform.send({
      method: 'DELETE',
      url: '/v1/platform/organizations/gone',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ confirmName: 'gone' }),
    })
    world.advance(DAY_MS + 1000)
    world.world.queues.due.send([{ kind: 'sweep' }])
    await world.world.settle()
    world.world.queues.due.send([{ kind: 'sweep' }])
    await world.world.settle()
    expect(await readClaim()).toMatchObject({
      status: 'completed',
      contentLoss: { reason: 'source_deleted' },
    })
    expect((await dunes().get(url(claim.newUserId))).body).toMatchObject({ email: `kept@${OTHER}` })
    expect([await holds(`lost@${DOMAIN}`), await holds(`kept@${OTHER}`)]).toEqual([false, true])
  })

  it.each(['claimed', 'married'] as const)(
    'U2: the original can get neither of the two by change_email (%s)',
    async (which) => {
      await patch({ email: married })
      for (const domain of [DOMAIN, OTHER]) await dunes().delete(`/v1/domains/${domain}`)
      const newEmail = { claimed, married }[which]
      expect(codeOf(await decide({ decision: 'change_email', newEmail }))).toBe('email_taken')
      for (const domain of [DOMAIN, OTHER]) await world.given.verifiedDomain('dunes', domain)
    },
  )

  it('Y7: when it is removed the original has the claimed address again, and the other one is free', async () => {
    await world.given.conversation(claim.originalUserId, 'talk', '2026-11-01T00:00:00.000Z')
    await patch({ email: married })
    expect((await dunes().delete(url(claim.newUserId))).status).toBe(204)
    await world.world.settle()
    expect(await original()).toMatchObject({ email: claimed })
    expect(await readClaim()).toMatchObject({ status: 'revoked' })
    expect([await holds(claimed), await holds(married)]).toEqual([true, false])
    expect(JSON.stringify(await dump(world.db))).not.toContain(married)
  })

  it('Y4: a full sync finds it by the new address, and 30 days later it is still there', async () => {
    await world.world.settle()
    await patch({ email: married })
    const staff = (await dunes().get('/v1/users?limit=100')).body as { items: { email: string }[] }
    const emails = staff.items.map(({ email }) => email)
    const sync = await world.sync('dunes', 'full', emails)
    expect(outcomesOf(sync)).toContain(`match ${married} claimed`)
    world.advance(31 * DAY_MS)
    await world.world.settle()
    expect((await dunes().get(url(claim.newUserId))).body).toMatchObject({ email: married, status: 'active' })
  })

  it('can have the claimed one back, or a third one; what it had is free', async () => {
    await patch({ email: married })
    const third = `third${people}@${OTHER}`
    expect((await patch({ email: third })).body).toMatchObject({ email: third })
    expect([await holds(married), await holds(third), await holds(claimed)]).toEqual([false, true, true])
    expect((await patch({ email: claimed.toUpperCase() })).body).toMatchObject({
      email: claimed.toUpperCase(),
    })
    expect([await holds(third), await holds(claimed)]).toEqual([false, true])
    const body = { users: [{ email: claimed }], acknowledgePermanent: true }
    expect((await dunes().post('/v1/claims', body)).body).toMatchObject({
      results: [{ result: 'unchanged', codes: ['claim_open'] }],
    })
    expect((await revoke()).status).toBe(200)
    expect(await original()).toMatchObject({ email: claimed })
  })

  it('is given one by the platform, on any domain, and by its accounts/*.csv', async () => {
    const body = {
      email: `a${people}@elsewhere.example`,
      orgId: 'dunes',
      firstName: 'Ada',
      lastName: 'Jansen',
    }
    const put = await world.api.platform.put(`/v1/platform/users/${claim.newUserId}`, body)
    expect(put.body).toMatchObject({ email: body.email, lastName: 'Jansen', claim: { email: claimed } })
    const header = 'userId,email,firstName,lastName,orgId,status,paid,locale'
    const row = (id: string, email: string) => `${id},${email},Ada,Jansen,dunes,active,false,nl`
    world.world.upload(
      `accounts/renamed-${people}.csv`,
      [header, row(claim.newUserId, married), row(`${claim.newUserId}X`, 'x@dunes.example')].join('\n'),
    )
    await world.world.settle()
    expect((await dunes().get(url(claim.newUserId))).body).toMatchObject({
      email: married,
      licenses: ['pro'],
    })
    expect(await holds(body.email)).toBe(false)
    const report = [...(await Array.fromAsync(world.world.bucket.list('reports/~platform/')))].at(-1) ?? ''
    expect(world.world.bucket.text(report)).toContain('refused,not_found')
  })

  it('A1: is told of as a change of the user, and no address is in it', async () => {
    await patch({ email: married })
    await world.world.settle()
    const audit = await dunes().get('/v1/audit')
    expect((audit.body as { items: unknown[] }).items[0]).toMatchObject({
      what: 'user.updated',
      subject: claim.newUserId,
      by: 'admin:ada',
    })
    expect(audit.text).not.toContain(married)
  })

  it('is refused an address that is taken, on a domain that is not the organization’s, or no address', async () => {
    await world.given.user(`v${people}`, { email: `v${people}@${DOMAIN}` })
    await world.given.org('pier')
    await world.given.claimedDomain('pier', `pier${people}.example`)
    await world.given.verifiedDomain('dunes', `pier${people}.example`)
    await dunes().post('/v1/domains', { domain: 'pending.example' })
    const before = await dump(world.db)
    const refusals: [string, number, string][] = [
      [`V${people}@${DOMAIN}`, 409, 'email_taken'],
      ['ada@elsewhere.example', 409, 'domain_not_verified'],
      ['ada@pending.example', 409, 'domain_not_verified'],
      [`ada@pier${people}.example`, 409, 'domain_claimed_by_other'],
      ['no address', 400, 'invalid_address'],
      [`ada@${DOMAIN}.convert-user.local`, 400, 'invalid_address'],
    ]
    for (const [email, status, code] of refusals)
      expect(told(await patch({ email })), email).toEqual([status, code])
    expect(await dump(world.db)).toEqual(before)
  })

  it('C2, C3: neither the account of a delayed claim nor an original gets one', async () => {
    await world.given.user(`w${people}`, { email: `w${people}@${DOMAIN}` })
    const delayed = await world.given.claim('dunes', `w${people}@${DOMAIN}`, { type: 'delayed' })
    expect(told(await patch({ email: married }, delayed.newUserId))).toEqual([409, 'delayed_claim'])
    const personal = world.api.admin('personal')
    for (const id of [claim.originalUserId, delayed.originalUserId])
      expect(told(await personal.patch(url(id), { email: married }))).toEqual([409, 'account_claimed'])
  })

  it('a user without a claim gets one in the same way, and keeps the id', async () => {
    await world.given.user(`staff${people}`, { email: `staff${people}@${DOMAIN}`, orgId: 'dunes' })
    expect((await patch({ email: married }, `staff${people}`)).body).toMatchObject({
      userId: `staff${people}`,
      email: married,
    })
    expect((await signIn(married)).body).toMatchObject({ allowed: true })
    expect(await holds(`staff${people}@${DOMAIN}`)).toBe(false)
  })

  it('U2: the original goes its own way, the account keeps its own, and the claimed one is free', async () => {
    await patch({ email: married })
    const newEmail = `private${people}@home.example`
    expect((await decide({ decision: 'change_email', newEmail })).status).toBe(202)
    const { stores } = world.world
    const token = await confirmationToken(stores, claim.claimId, world.api.clock.now())
    expect((await world.api.anyone.post(`/decisions/confirmations/${token}`, {})).status).toBe(200)
    expect(await original()).toMatchObject({ email: newEmail })
    expect((await dunes().get(url(claim.newUserId))).body).toMatchObject({ email: married })
    const held = await Promise.all([claimed, married, newEmail].map(holds))
    expect(held).toEqual([false, true, true])
    await world.world.settle()
    // U7: the decision is acknowledged where the account is now.
    expect(world.world.mailer.sent.filter(({ to }) => to.includes(married))).not.toEqual([])
    expect(world.world.mailer.sent.filter(({ to }) => to.includes(claimed)).length).toBeLessThan(2)
  })
})
