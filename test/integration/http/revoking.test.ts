import { describe, expect } from 'vitest'
import { claim as claimSchema } from '../../../shared/http/schemas/claim.ts'
import { DAY_MS } from '../../../shared/lib/time.ts'
import { startAccountDeletion } from '../../../shared/rules/deletion/account-deletion.ts'
import { codeOf, startApi, type TestApi, type TestResponse } from '../../support/api.ts'
import { type ClaimAnswer, givenVia } from '../../support/api-given.ts'
import type { Background } from '../../support/background.ts'
import { deciders } from '../../support/deciders.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { dump } from '../../support/given.ts'
import { it } from '../../support/fixtures.ts'

const DOMAIN = 'dunes.example'
const types = ['direct', 'delayed'] as const

describe('POST /v1/claims/{claimId}/revoke', () => {
  let db: TestTable
  let api: TestApi
  let world: Background
  let people = 0

  it.beforeAll(async ({ table, tableApi, background }) => {
    db = table
    api = tableApi
    world = background
    await givenVia(api).company('dunes', DOMAIN, { name: 'Dunes BV' })
    await givenVia(api).company('harbour', 'harbour.example')
    await givenVia(api).verifiedDomain('harbour', DOMAIN)
    await settle()
  })

  const settle = async (): Promise<void> => {
    world.clock.set(api.clock.now())
    await world.settle()
  }

  const newUser = async (patch: Record<string, unknown> = {}) => {
    const userId = `u${people++}`
    const email = `${userId}@${DOMAIN}`
    await givenVia(api).user(userId, { email, ...patch })
    return { userId, email }
  }
  const newClaim = async (more: Record<string, unknown> = {}): Promise<ClaimAnswer> =>
    givenVia(api).claim('dunes', (await newUser()).email, more)

  const revoke = (claimId: string, orgId = 'dunes', headers: Record<string, string> = {}) =>
    api.admin(orgId).post(`/v1/claims/${claimId}/revoke`, undefined, headers)
  const read = async (claimId: string): Promise<ClaimAnswer> =>
    claimSchema.parse((await api.admin('dunes').get(`/v1/claims/${claimId}`)).body)
  const userOf = async (userId: string) => (await api.platform.get(`/v1/platform/users/${userId}`)).body
  const itemsOf = async (recordId: string) =>
    Object.entries(await dump(db)).filter(([key]) => key.startsWith(`U#${recordId} `))

  /** The answer is the reason that the claim itself shows, and nothing is written. */
  const expectRefused = async ({ claimId }: ClaimAnswer, code: string): Promise<void> => {
    const before = await dump(db)
    expect((await read(claimId)).notRevocableBecause).toBe(code)
    const answer = await revoke(claimId)
    expect([answer.status, codeOf(answer)]).toEqual([409, code])
    expect(await dump(db)).toEqual(before)
  }

  describe.each(types)('a %s claim', (type) => {
    it('R: not signed in, less than 14 days since the claim: is revoked', async () => {
      const claim = await newClaim({ type })
      expect(claim.revocable).toBe(true)
      const later = startApi(db)
      later.clock.advance(14 * DAY_MS - 1)
      const answer = await later.admin('dunes').post(`/v1/claims/${claim.claimId}/revoke`)
      expect(answer.status).toBe(200)
      const { migratesAt: _, ...rest } = claim
      expect(answer.body).toEqual({
        ...rest,
        status: 'revoked',
        daysLeft: 0,
        revocable: false,
        notRevocableBecause: 'ended',
        allowedDecisions: [],
        revokedAt: later.clock.now().toISOString(),
        version: claim.version + 1,
      })
      expect(await read(claim.claimId)).toEqual(answer.body)
    })

    it('R: 14 days or more since the claim: 409 window_passed', async () => {
      const claim = await newClaim({ type })
      for (const days of [14, 30]) {
        const later = startApi(db)
        later.clock.advance(days * DAY_MS)
        const answer = await later.admin('dunes').post(`/v1/claims/${claim.claimId}/revoke`)
        expect([answer.status, codeOf(answer)], `${days} days`).toEqual([409, 'window_passed'])
      }
    })

    it('R, S2: the user has signed in: 409 signed_in', async () => {
      const claim = await newClaim({ type })
      await api.platform.post('/v1/platform/sign-ins', { email: claim.email })
      await expectRefused(claim, 'signed_in')
    })

    it('R: the user has decided, by the mailed link and without signing in: 409 decided', async () => {
      const claim = await newClaim({ type })
      await api.stores.tokens.put(`mailed-${claim.claimId}`, claim.claimId, api.clock.now())
      const link = `/decisions/mailed-${claim.claimId}`
      expect((await api.anyone.post(link, { decision: 'delete_original' })).status).toBe(200)
      await expectRefused(claim, 'decided')
    })

    it('R: the claiming org has the domain claimed: 409 domain_claimed, until it releases it', async () => {
      const claim = await newClaim({ type })
      await api.admin('dunes').post(`/v1/domains/${DOMAIN}/claim`)
      await expectRefused(claim, 'domain_claimed')
      await api.admin('dunes').post(`/v1/domains/${DOMAIN}/release`)
      expect((await revoke(claim.claimId)).status).toBe(200)
      expect((await api.admin('dunes').post(`/v1/domains/${DOMAIN}/claim`)).status).toBe(200)
      await api.admin('dunes').post(`/v1/domains/${DOMAIN}/release`)
    })

    it('R: revoked already: 409 ended', async () => {
      const claim = await newClaim({ type })
      await revoke(claim.claimId)
      await expectRefused(claim, 'ended')
    })
  })

  it('R: completed, the original having gone its own way: 409 ended', async () => {
    const claim = await newClaim()
    const link = await givenVia(api).decisionLink(claim.email)
    expect((await deciders(api).changeEmail(link, claim, 'own-way@elsewhere.example')).status).toBe(200)
    await expectRefused(claim, 'ended')
  })

  it('R: its new account is being removed, and the claim ends with it: 409 ended', async () => {
    const claim = await newClaim({ type: 'direct' })
    const record = (await api.stores.claims.byId(claim.claimId))?.record
    if (record === undefined) throw new Error('no open claim')
    const by = { now: api.clock.now(), by: 'admin:ada' } as const
    await api.stores.accounts.write(startAccountDeletion(record, claim.newUserId, by))
    await expectRefused(claim, 'ended')
  })

  it("R: by any org but the claiming one, the source org's too, and of what is no claim: 404, alike to the byte", async () => {
    const { claimId } = await newClaim()
    const before = await dump(db)
    const answers: [string, TestResponse][] = [
      ['another org', await revoke(claimId, 'harbour')],
      ['the source org', await revoke(claimId, 'personal')],
      ['an unknown id', await revoke(`${claimId}X`)],
      ['a claim that was never made', await revoke('clm~u0~00000000000000000000000000')],
      ['no id', await revoke('x')],
    ]
    const texts = answers.map(([who, { status, text, body }]) => {
      expect(status, who).toBe(404)
      return text.replace((body as { requestId: string }).requestId, 'ID')
    })
    expect(new Set(texts).size).toBe(1)
    expect(await dump(db)).toEqual(before)
  })

  it('R: a reader may not', async () => {
    const { claimId } = await newClaim()
    const answer = await api.reader('dunes').post(`/v1/claims/${claimId}/revoke`)
    expect([answer.status, codeOf(answer)]).toEqual([403, 'forbidden'])
    expect((await read(claimId)).status).toBe('open')
  })

  it.each(types)(
    'R1: the original of a %s claim is as it was, the new account is gone, nothing is due, and the user is told',
    async (type) => {
      const patch = {
        firstName: 'Ada',
        lastName: 'de Vries',
        status: 'not_verified',
        licenses: ['gold', 'free'],
        paid: true,
        locale: 'nl',
      }
      const { userId, email } = await newUser(patch)
      for (const id of ['one', 'two'])
        await givenVia(api).conversation(userId, id, '2026-11-01T00:00:00.000Z')
      const content = async () => (await api.platform.get(`/v1/platform/users/${userId}/conversations`)).body
      const [before, contentBefore] = [await userOf(userId), await content()]
      const claim = await givenVia(api).claim('dunes', email, { type, licenses: ['pro'] })
      await settle()
      world.mailer.sent.length = 0
      world.bus.published.length = 0

      expect((await revoke(claim.claimId)).status).toBe(200)
      await settle()

      expect(await userOf(userId)).toEqual(before)
      expect(before).toMatchObject({ ...patch, email, orgId: 'personal' })
      expect(await content()).toEqual(contentBefore)
      expect((await api.platform.get(`/v1/platform/users/${claim.newUserId}`)).status).toBe(404)
      expect(codeOf(await api.admin('dunes').get(`/v1/users/${claim.newUserId}`))).toBe('not_found')
      const [[, item] = []] = await itemsOf(userId)
      for (const key of ['claim', 'outgoingShard', 'dueShard', 'dueAt'])
        expect(item, key).not.toHaveProperty(key)
      expect(world.mailer.sent.map(({ to, tags }) => [tags.kind, ...to])).toEqual([['revoked', email]])
      expect(world.bus.published.map(({ type }) => type)).toEqual(['claim.revoked'])

      api.clock.advance(14 * DAY_MS)
      await settle()
      expect(await userOf(userId)).toEqual(before)
      expect((await read(claim.claimId)).status).toBe('revoked')
    },
  )

  it('R1, C7: taken back, the account is claimed again by the same org, taken back again, and then by another org', async () => {
    const { userId, email } = await newUser()
    const ids: string[] = []
    for (const orgId of ['dunes', 'dunes', 'harbour']) {
      const claim = await givenVia(api).claim(orgId, email)
      expect(claim).toMatchObject({ status: 'open', originalUserId: userId, claimingOrgId: orgId })
      ids.push(claim.claimId)
      if (ids.length < 3) expect((await revoke(claim.claimId)).status).toBe(200)
    }
    expect(new Set(ids).size).toBe(3)
    await settle()
    expect((await read(ids[0] ?? '')).status).toBe('revoked')
    expect((await read(ids[1] ?? '')).status).toBe('revoked')
    expect(codeOf(await revoke(ids[2] ?? ''))).toBe('not_found')
    expect(await userOf(userId)).toMatchObject({ orgId: 'personal', original: true })
    expect((await revoke(ids[2] ?? '', 'harbour')).status).toBe(200)
    expect(await userOf(userId)).toMatchObject({ orgId: 'personal', email })
  })

  it('C6: the same revocation again, by its Idempotency-Key, gets the first answer; without it 409 ended', async () => {
    const { claimId } = await newClaim()
    const key = { 'idempotency-key': `revoke-${claimId}` }
    const first = await revoke(claimId, 'dunes', key)
    expect(first.status).toBe(200)
    const again = await revoke(claimId, 'dunes', key)
    expect([again.status, again.text]).toEqual([200, first.text])
    expect(codeOf(await revoke(claimId))).toBe('ended')
  })

  it('R2: there is no bulk revoke', async () => {
    const { claimId } = await newClaim()
    const answer = await api.admin('dunes').post(`/v1/claims/${claimId}/revoke`, { claimIds: [claimId] })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_request'])
    expect((await read(claimId)).status).toBe('open')
  })
})
