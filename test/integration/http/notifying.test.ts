import { describe, expect } from 'vitest'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../../shared/lib/time.ts'
import { mailFailed } from '../../../shared/rules/mail/notification.ts'
import { startAccountDeletion } from '../../../shared/rules/deletion/account-deletion.ts'
import { codeOf, type TestApi, type TestResponse } from '../../support/api.ts'
import { type ClaimAnswer, givenVia } from '../../support/api-given.ts'
import type { Background } from '../../support/background.ts'
import type { TestTable } from '../../support/dynamo.ts'
import { dump } from '../../support/given.ts'
import { it } from '../../support/fixtures.ts'

describe('POST /v1/claims/{claimId}/notify', () => {
  let db: TestTable
  let api: TestApi
  let world: Background
  let people = 0

  it.beforeAll(async ({ table, tableApi, background }) => {
    db = table
    api = tableApi
    world = background
    await givenVia(api).company('dunes', 'dunes.example', { name: 'Dunes BV' })
    await givenVia(api).company('harbour', 'harbour.example')
  })

  const settle = async (): Promise<void> => {
    world.clock.set(api.clock.now())
    await world.settle()
  }
  /** Its first mail has gone out. */
  const newClaim = async (more: Record<string, unknown> = {}): Promise<ClaimAnswer> => {
    const userId = `u${people++}`
    const email = `${userId}@dunes.example`
    await givenVia(api).user(userId, { email })
    const claim = await givenVia(api).claim('dunes', email, more)
    await settle()
    world.mailer.sent.length = 0
    return claim
  }
  const notify = (claimId: string, orgId = 'dunes', headers: Record<string, string> = {}) =>
    api.admin(orgId).post(`/v1/claims/${claimId}/notify`, undefined, headers)
  const recordOf = async ({ claimId }: ClaimAnswer) => {
    const record = (await api.stores.claims.byId(claimId))?.record
    if (record?.claim === undefined) throw new Error('no open claim')
    return { record, claim: record.claim }
  }
  const mailed = () => world.mailer.sent.map(({ to, tags }) => [tags.kind, ...to])
  const expectRefused = async ({ claimId }: ClaimAnswer, code: string): Promise<void> => {
    const before = await dump(db)
    const answer = await notify(claimId)
    expect([answer.status, codeOf(answer)]).toEqual([409, code])
    expect(await dump(db)).toEqual(before)
  }

  it.each(['direct', 'delayed'] as const)(
    'M4: the mail of a %s claim is sent again, with a link that decides, and the claim is as it was',
    async (type) => {
      const claim = await newClaim({ type })
      const answer = await notify(claim.claimId)
      expect(answer.status).toBe(200)
      expect(answer.body).toMatchObject({
        claimId: claim.claimId,
        status: 'open',
        revocable: true,
        allowedDecisions: claim.allowedDecisions,
      })
      await settle()
      expect(mailed()).toEqual([['resent', claim.email]])
      const link = /\/decisions\/[\w-]+/.exec(world.mailer.sent[0]?.text ?? '')?.[0] ?? ''
      expect((await api.anyone.post(link, { decision: 'delete_original' })).status).toBe(200)
    },
  )

  it('M4: at most once in 24 h, counted from the last time; Retry-After tells what is left', async () => {
    const claim = await newClaim()
    expect((await notify(claim.claimId)).status).toBe(200)
    const expectTooSoon = async (secondsLeft: number): Promise<void> => {
      const before = await dump(db)
      const answer: TestResponse = await notify(claim.claimId)
      expect([answer.status, codeOf(answer)]).toEqual([429, 'notified_recently'])
      expect(answer.headers['retry-after']).toBe(String(secondsLeft))
      expect(await dump(db)).toEqual(before)
    }
    await settle()
    await expectTooSoon(DAY_MS / SECOND_MS)
    api.clock.advance(DAY_MS - 1)
    await expectTooSoon(1)
    api.clock.advance(1)
    expect((await notify(claim.claimId)).status).toBe(200)
    api.clock.advance(MINUTE_MS)
    await expectTooSoon((DAY_MS - MINUTE_MS) / SECOND_MS)
    await settle()
    expect(mailed().filter(([kind]) => kind === 'resent')).toHaveLength(2)
  })

  it('M4: of two admins at once one has it sent, the other is told to wait', async () => {
    const claim = await newClaim()
    const url = `/v1/claims/${claim.claimId}/notify`
    const answers = await Promise.all(['ada', 'bob'].map((sub) => api.admin('dunes', sub).post(url)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 429])
    await settle()
    expect(mailed()).toEqual([['resent', claim.email]])
  })

  it('M4: the user has decided: 409 decided; the claim has ended: 409 ended', async () => {
    const decided = await newClaim()
    const link = await givenVia(api).decisionLink(decided.email)
    await api.anyone.post(link, { decision: 'transfer_content' })
    await expectRefused(decided, 'decided')
    const revoked = await newClaim()
    await api.admin('dunes').post(`/v1/claims/${revoked.claimId}/revoke`)
    await expectRefused(revoked, 'ended')
    const removed = await newClaim({ type: 'direct' })
    const { record } = await recordOf(removed)
    const by = { now: api.clock.now(), by: 'admin:ada' } as const
    await api.stores.accounts.write(startAccountDeletion(record, removed.newUserId, by))
    await expectRefused(removed, 'ended')
  })

  it.each(['bounced', 'complained'] as const)(
    'N4: mail to the address has %s: 409 mail_bounced',
    async (how) => {
      const claim = await newClaim()
      const { record, claim: open } = await recordOf(claim)
      const failed = mailFailed(record, open, how, { now: api.clock.now(), by: 'mail:ses-1' })
      if (failed === undefined) throw new Error('recorded before')
      await api.stores.accounts.write(failed)
      await expectRefused(claim, 'mail_bounced')
    },
  )

  it('R: of another org, or of what is no claim: 404, alike to the byte', async () => {
    const { claimId } = await newClaim()
    const texts = await Promise.all(
      [notify(claimId, 'harbour'), notify(claimId, 'personal'), notify(`${claimId}X`)].map(async (asked) => {
        const { status, text, body } = await asked
        expect(status).toBe(404)
        return text.replace((body as { requestId: string }).requestId, 'ID')
      }),
    )
    expect(new Set(texts).size).toBe(1)
  })

  it('M4: a reader may not', async () => {
    const { claimId } = await newClaim()
    expect((await api.reader('dunes').post(`/v1/claims/${claimId}/notify`)).status).toBe(403)
  })

  it('C6: the same Idempotency-Key mails once, and a key that was told to wait may be tried again then', async () => {
    const claim = await newClaim()
    const first = await notify(claim.claimId, 'dunes', { 'idempotency-key': 'one' })
    expect((await notify(claim.claimId, 'dunes', { 'idempotency-key': 'one' })).text).toBe(first.text)
    // A key is remembered for a day: longer than what is left to wait.
    api.clock.advance(DAY_MS - MINUTE_MS)
    const early = await notify(claim.claimId, 'dunes', { 'idempotency-key': 'two' })
    expect(early.status).toBe(429)
    api.clock.advance(MINUTE_MS)
    expect((await notify(claim.claimId, 'dunes', { 'idempotency-key': 'two' })).status).toBe(200)
  })
})
