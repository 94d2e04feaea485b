import { describe, expect } from 'vitest'
import * as z from 'zod'
import type { ApiAnswer } from '../../infra/local/client.ts'
import { type ClaimView, claimView, DOMAIN, problem, resultView, type World } from '../support/world.ts'
import { it } from '../support/fixtures.ts'

const DAY = 24 * 3600 * 1000
const SECOND = 1000
const types = ['direct', 'delayed'] as const

/** The rules' tables against the booted service, over HTTP: one boot, and every row with people of its own. */
describe('the tables of the rules', () => {
  let world: World
  let people = 0

  it.beforeAll(async ({ service }) => {
    world = service
    await world.org('with-sso', 'enterprise', { sso: true })
    await world.org('with-sync', 'enterprise', { directorySync: true })
    await world.verify('dunes-bv', DOMAIN)
    // Verified by both, and claimed by one.
    for (const org of ['acme', 'dunes-bv']) await world.verify(org, 'strand.example')
    await world.as('dunes-bv', 'POST', '/v1/domains/strand.example/claim')
    // Of an org that claims its domain in one row, and one that synchronises in another.
    for (const [org, domain] of [
      ['holder', 'holder.example'],
      ['synced', 'synced.example'],
    ] as const) {
      await world.org(org, 'enterprise')
      await world.verify(org, domain)
    }
  })

  const newPerson = async (more: Record<string, unknown> = {}): Promise<{ id: string; email: string }> => {
    const id = `person${people++}`
    const email = typeof more.email === 'string' ? more.email : `${id}@${DOMAIN}`
    await world.user(id, { ...more, email })
    return { id, email }
  }
  const newClaim = async (
    type: 'direct' | 'delayed',
    more: Record<string, unknown> = {},
    org = 'acme',
  ): Promise<ClaimView> => world.claimed(org, (await newPerson(more)).email, { type })

  const told = (answer: ApiAnswer): [number, string] => {
    const { status, code } = problem(answer)
    return [status, code]
  }
  const userOf = async (userId: string): Promise<unknown> =>
    (await world.platform('GET', `/users/${encodeURIComponent(userId)}`)).body
  const link = async (email: string): Promise<string> => {
    await world.service.settle()
    const mail = (await world.service.messages(email)).find(({ text }) => text.includes('/decisions/'))
    const path = /\/decisions\/[\w-]+/.exec(mail?.text ?? '')?.[0]
    if (path === undefined) throw new Error('no link was mailed')
    return path
  }
  const decide = (path: string, decision: string, newEmail?: string): Promise<ApiAnswer> =>
    world.service.api('POST', path, {
      body: { decision, ...(newEmail === undefined ? {} : { newEmail }) },
      headers: { accept: 'application/json' },
    })
  const show = (path: string): Promise<ApiAnswer> =>
    world.service.api('GET', path, { headers: { accept: 'application/json' } })
  const signIn = async (email: string): Promise<unknown> =>
    (await world.platform('POST', '/sign-ins', { email })).body

  describe('E: who can be claimed', () => {
    const judged = async (org: string, email: string) => {
      const users = [{ email }]
      const { body } = await world.as(org, 'POST', '/v1/claims/preview', { users })
      const preview = z
        .object({ results: z.array(z.looseObject({ codes: z.array(z.string()) })) })
        .parse(body)
      const [result] = await world.claim(org, users)
      return { previewed: preview.results[0]?.codes, claimed: result && resultView.parse(result) }
    }
    const rows: [string, string, () => Promise<string>][] = [
      ['unknown_user', 'acme', async () => `nobody@${DOMAIN}`],
      ['own_user', 'acme', async () => (await newPerson({ orgId: 'acme' })).email],
      [
        'domain_not_verified',
        'acme',
        async () => (await newPerson({ email: 'far@elsewhere.example' })).email,
      ],
      ['domain_not_verified', 'acme', async () => 'nobody@elsewhere.example'],
      ['domain_claimed_by_other', 'acme', async () => (await newPerson({ email: 'a@strand.example' })).email],
      ['source_uses_sso', 'acme', async () => (await newPerson({ orgId: 'with-sso' })).email],
      ['source_uses_directory_sync', 'acme', async () => (await newPerson({ orgId: 'with-sync' })).email],
      ['claim_open', 'acme', async () => (await newClaim('delayed', {}, 'dunes-bv')).email],
      [
        'directory_sync_enabled',
        'synced',
        async () => {
          await world.as('synced', 'PATCH', '/v1/organization', { directorySync: true })
          return (await newPerson({ email: 'a@synced.example' })).email
        },
      ],
    ]

    it.each(rows)('E: %s', async (code, org, given) => {
      expect(await judged(org, await given())).toMatchObject({
        previewed: [code],
        claimed: { result: 'refused', codes: [code] },
      })
    })

    it('E: nothing is wrong, and the account is claimed', async () => {
      expect(await judged('acme', (await newPerson()).email)).toMatchObject({
        previewed: [],
        claimed: { result: 'claimed', codes: [] },
      })
    })
  })

  describe('U: what the user may decide', () => {
    const all = ['change_email', 'transfer_content', 'delete_original'] as const
    const rows: [string, 'direct' | 'delayed', boolean, string[]][] = [
      ['U: direct', 'direct', false, ['change_email', 'delete_original']],
      ['U, U1: direct, paid', 'direct', true, ['change_email']],
      ['U: delayed', 'delayed', false, ['change_email', 'transfer_content', 'delete_original']],
      ['U, U1: delayed, paid', 'delayed', true, ['change_email', 'transfer_content']],
    ]

    it.each(rows)('%s: is offered its options, and no other is taken', async (_, type, paid, options) => {
      const claim = await newClaim(type, { paid })
      expect(claim.allowedDecisions).toEqual(options)
      const path = await link(claim.email)
      expect((await show(path)).body).toMatchObject({ options })
      for (const decision of all.filter((each) => !options.includes(each)))
        expect(told(await decide(path, decision))).toEqual([409, 'decision_not_offered'])
    })

    it.each(types)(
      'U2: change_email keeps a %s claim’s original, with its content, in its org',
      async (type) => {
        const claim = await newClaim(type)
        await world.converse(claim.originalUserId, 'talk')
        const path = await link(claim.email)
        expect(told(await decide(path, 'change_email'))).toEqual([400, 'new_email_required'])
        expect(told(await decide(path, 'change_email', 'no address'))).toEqual([400, 'invalid_address'])
        expect(told(await decide(path, 'change_email', `own@${DOMAIN}`))).toEqual([
          409,
          'email_on_claimed_domain',
        ])
        const { email: taken } = await newPerson({ email: `taken-${type}@home.example` })
        expect(told(await decide(path, 'change_email', taken))).toEqual([409, 'email_taken'])
        const newEmail = `own-${type}@home.example`
        expect((await decide(path, 'change_email', newEmail)).status).toBe(202)
        expect(await userOf(claim.originalUserId)).toMatchObject({ original: true })
        expect((await world.service.api('POST', await world.confirmationPath(newEmail), {})).status).toBe(200)
        expect(await userOf(claim.originalUserId)).toMatchObject({ email: newEmail, orgId: 'personal' })
        expect(await userOf(claim.newUserId)).toMatchObject({ email: claim.email, orgId: 'acme' })
        expect(await world.conversations(claim.originalUserId)).toEqual(['talk'])
        expect(await world.claimById('acme', claim.claimId)).toMatchObject({ status: 'completed' })
      },
    )

    it('U3: transfer_content moves everything, and the original is gone', async () => {
      const claim = await newClaim('delayed')
      await world.converse(claim.originalUserId, 'talk')
      expect((await decide(await link(claim.email), 'transfer_content')).status).toBe(200)
      await world.service.settle()
      expect(await world.conversations(claim.newUserId)).toEqual(['talk'])
      expect((await world.platform('GET', `/users/${claim.originalUserId}`)).status).toBe(404)
      expect(await world.claimById('acme', claim.claimId)).toMatchObject({ status: 'completed' })
    })

    it.each(types)('U4: delete_original removes a %s claim’s original and its content', async (type) => {
      const claim = await newClaim(type)
      await world.converse(claim.originalUserId, 'talk')
      expect((await decide(await link(claim.email), 'delete_original')).status).toBe(200)
      await world.service.settle()
      expect((await world.platform('GET', `/users/${claim.originalUserId}`)).status).toBe(404)
      expect(await world.conversations(claim.newUserId)).toEqual([])
      expect(await userOf(claim.newUserId)).toMatchObject({ email: claim.email, orgId: 'acme' })
    })

    it('U5: a second decision gets 409 with the one that stands', async () => {
      const claim = await newClaim('delayed')
      const path = await link(claim.email)
      await decide(path, 'transfer_content')
      const second = await decide(path, 'delete_original')
      expect(told(second)).toEqual([409, 'already_decided'])
      expect(second.body).toMatchObject({ decision: { kind: 'transfer_content', by: 'user' } })
    })

    it('U6: opening the link decides nothing; it is its claim’s alone, and ends with it', async () => {
      const claim = await newClaim('delayed')
      const path = await link(claim.email)
      for (let time = 0; time < 3; time++) expect((await show(path)).status).toBe(200)
      expect((await show(`${path}x`)).status).toBe(404)
      expect(await world.claimById('acme', claim.claimId)).toMatchObject({ status: 'open', revocable: true })
      await world.as('acme', 'POST', `/v1/claims/${claim.claimId}/revoke`)
      expect((await show(path)).status).toBe(404)
      expect((await decide(path, 'transfer_content')).status).toBe(404)
    })
  })

  describe('S: signing in', () => {
    it.each(types)(
      'S1, S2, S3: on a %s claim, first the decision; the claim is irrevocable from then',
      async (type) => {
        const claim = await newClaim(type)
        expect(await signIn(claim.email)).toMatchObject({
          allowed: true,
          mustDecide: true,
          options: claim.allowedDecisions,
          decisionUrl: expect.stringContaining('/decisions/'),
        })
        expect(await world.claimById('acme', claim.claimId)).toMatchObject({
          revocable: false,
          notRevocableBecause: 'signed_in',
        })
      },
    )

    it('S1: without a claim there is nothing to decide; S3: who is inactive cannot sign in', async () => {
      expect(await signIn((await newPerson()).email)).toMatchObject({ allowed: true, mustDecide: false })
      const { email } = await newPerson({ status: 'inactive' })
      expect(await signIn(email)).toMatchObject({ allowed: false, mustDecide: false })
    })
  })

  describe('R: revoking', () => {
    const revoke = (claimId: string, org = 'acme'): Promise<ApiAnswer> =>
      world.as(org, 'POST', `/v1/claims/${encodeURIComponent(claimId)}/revoke`)
    const expectRefused = async ({ claimId, claimingOrgId }: ClaimView, code: string): Promise<void> => {
      expect(await world.claimById(String(claimingOrgId), claimId)).toMatchObject({
        revocable: false,
        notRevocableBecause: code,
      })
      expect(told(await revoke(claimId, String(claimingOrgId)))).toEqual([409, code])
    }

    it.each(types)(
      'R, R1: a %s claim, not signed in, within 14 days: everything is as it was',
      async (type) => {
        const { id, email } = await newPerson({ status: 'not_verified', licenses: ['gold'], paid: true })
        await world.converse(id, 'talk')
        const before = await userOf(id)
        const claim = await world.claimed('acme', email, { type, licenses: ['pro'] })
        await world.service.settle()
        const answer = await revoke(claim.claimId)
        expect(answer.status).toBe(200)
        expect(claimView.parse(answer.body)).toMatchObject({
          status: 'revoked',
          notRevocableBecause: 'ended',
        })
        expect(await userOf(id)).toEqual(before)
        expect(await world.conversations(id)).toEqual(['talk'])
        expect((await world.platform('GET', `/users/${encodeURIComponent(claim.newUserId)}`)).status).toBe(
          404,
        )
        await world.service.settle()
        expect(await world.service.messages(email)).toHaveLength(2)
        await expectRefused(claim, 'ended')
      },
    )

    it.each(types)('R: signed_in, on a %s claim', async (type) => {
      const claim = await newClaim(type)
      await signIn(claim.email)
      await expectRefused(claim, 'signed_in')
    })

    it('R: decided, by the mailed link: ended at once or as soon as it is carried out', async () => {
      const claim = await newClaim('delayed')
      await world.converse(claim.originalUserId, 'talk')
      expect((await decide(await link(claim.email), 'transfer_content')).status).toBe(200)
      const [status, code] = told(await revoke(claim.claimId))
      expect(status).toBe(409)
      expect(['decided', 'ended']).toContain(code)
      await world.service.settle()
      await expectRefused(claim, 'ended')
    })

    it.each(types)('R: domain_claimed, on a %s claim, until the domain is released', async (type) => {
      const email = `${type}@holder.example`
      await newPerson({ email })
      const claim = await world.claimed('holder', email, { type })
      await world.as('holder', 'POST', '/v1/domains/holder.example/claim')
      await expectRefused(claim, 'domain_claimed')
      await world.as('holder', 'POST', '/v1/domains/holder.example/release')
      expect((await revoke(claim.claimId, 'holder')).status).toBe(200)
    })

    it('R: for any org but the claiming one it does not exist', async () => {
      const { claimId } = await newClaim('delayed')
      for (const [org, id] of [
        ['dunes-bv', claimId],
        ['personal', claimId],
        ['acme', `${claimId}X`],
      ] as const)
        expect(told(await revoke(id, org))).toEqual([404, 'not_found'])
      expect(await world.claimById('acme', claimId)).toMatchObject({ status: 'open' })
    })

    it('R1: taken back, claimed again, taken back, and claimed by another org', async () => {
      const { id, email } = await newPerson()
      for (const org of ['acme', 'acme', 'dunes-bv']) {
        const { claimId } = await world.claimed(org, email)
        if (org === 'acme') expect((await revoke(claimId)).status).toBe(200)
      }
      expect(await userOf(id)).toMatchObject({ orgId: 'personal', original: true })
    })

    // The last: the clock moves for everybody.
    it('R: window_passed: revocable in the last moment of the 14 days, and not at their end', async () => {
      const [last, late] = [await newClaim('direct'), await newClaim('direct')]
      await world.service.settle()
      const end = Date.parse(late.createdAt) + 14 * DAY
      await world.service.moveTo(new Date(Date.parse(last.createdAt) + 14 * DAY - 5 * SECOND))
      expect((await revoke(last.claimId)).status).toBe(200)
      await world.service.moveTo(new Date(end))
      await expectRefused(late, 'window_passed')
    })
  })

  it('nothing failed on the way', async () => {
    expect((await world.service.settle()).deadLetters).toEqual({})
    expect(await world.service.problems()).toEqual([])
  })
})
