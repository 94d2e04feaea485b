import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../../../shared/lib/time.ts'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import { revokeClaim } from '../../../../shared/rules/claims/revocation.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import type { FoundClaim } from '../../../../shared/storage/stores/claims.ts'
import { WRITTEN, type Written } from '../../../../shared/storage/writes/write.ts'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import { resendClaimMail } from '../../../../shared/usecases/mail/resend-claim-mail.ts'
import { withoutBackoff } from '../../../support/backoff.ts'
import { ADMIN, claimed, ENDS_AT, patchClaim, plus, T0, USER, withClaim } from '../../../support/builders.ts'
import { fakeWrites } from '../../../support/fakes.ts'

const given = claimed()
const { claimId, version } = given.claim
const AT = plus(2 * HOUR_MS)

function world(found: FoundClaim | undefined, outcomeOf?: (call: number) => Written, claimedBy = '') {
  const { write, written } = fakeWrites<AccountRecord>(outcomeOf)
  const resend = (versions?: readonly number[]) =>
    resendClaimMail(
      {
        claims: {
          byId: async () => undefined,
          byIdOf: async (orgId, id) => (orgId === 'noordzee' && id === claimId ? found : undefined),
        },
        accounts: { write },
        domains: { claimedBy: async (domain) => (domain === 'noordzee.example' ? claimedBy : 'nobody') },
      },
      { orgId: 'noordzee', claimId, now: AT, by: ADMIN, versions },
    )
  return { resend, written }
}
const standing = (record = given): FoundClaim => ({ claim: record.claim, record })
const refused = (code: string) => ({ outcome: 'refused', code })

withoutBackoff()

describe('a claim’s mail that an admin has sent again', () => {
  it('M4: is one write of the claim, which is answered as it stands then', async () => {
    const { resend, written } = world(standing())
    expect(await resend()).toMatchObject({
      outcome: 'noted',
      claim: { claimId, version: version + 1, revocable: true },
    })
    expect(written).toMatchObject([
      { revision: given.revision + 1, claim: { resentAt: AT.toISOString() }, change: { by: ADMIN } },
    ])
  })

  it('R1: the answer says that it can’t be revoked where the org has claimed the domain, and no other’s claim counts', async () => {
    expect(await world(standing(), undefined, 'noordzee').resend()).toMatchObject({
      claim: { revocable: false, notRevocableBecause: 'domain_claimed' },
    })
    expect(await world(standing(), undefined, 'another').resend()).toMatchObject({
      claim: { revocable: true },
    })
  })

  it('M4: is refused within 24 hours of the last time, with the seconds that are left', async () => {
    const askedBefore = (ms: number) => patchClaim(given, { resentAt: plus(-ms, AT).toISOString() })
    const { resend, written } = world(standing(askedBefore(HOUR_MS + 500)))
    expect(await resend()).toEqual({
      ...refused('notified_recently'),
      retryAfterSeconds: (DAY_MS - HOUR_MS) / SECOND_MS,
    })
    expect(written).toEqual([])
    expect(await world(standing(askedBefore(DAY_MS))).resend()).toMatchObject({ outcome: 'noted' })
  })

  it('M4, N4: is refused of a claim that is unknown, over, decided, bounced, or at another version', async () => {
    const { closed, record: left } = revokeClaim(given, given.claim, { now: T0, by: ADMIN })
    const decided = withClaim(decide(given, given.claim, 'transfer_content', { now: T0, by: USER }))
    const deletion = { userId: 'acc00042', at: T0.toISOString(), by: ADMIN, resumeAt: ENDS_AT }
    const cases: [FoundClaim | undefined, string][] = [
      [undefined, 'not_found'],
      [{ claim: closed, formerRecord: left }, 'ended'],
      [standing({ ...given, deletion }), 'ended'],
      [standing(decided), 'decided'],
      [standing(patchClaim(given, { notification: 'complained' })), 'mail_bounced'],
    ]
    for (const [found, code] of cases) {
      const { resend, written } = world(found)
      expect(await resend()).toEqual(refused(code))
      expect(written).toEqual([])
    }
    expect(await world(standing()).resend([version + 1])).toEqual(refused('precondition_failed'))
    expect(await world(standing()).resend([version, version + 1])).toMatchObject({ outcome: 'noted' })
  })

  it('M4: where somebody else changed the claim it is read again, and is busy after some rounds', async () => {
    const { resend, written } = world(standing(), (call) => (call === 1 ? LOST : WRITTEN))
    expect(await resend()).toMatchObject({ outcome: 'noted' })
    expect(written).toHaveLength(1)
    expect(await world(standing(), () => LOST).resend()).toEqual(refused('busy'))
  })

  it('is an error where an open claim has no record', async () => {
    await expect(world({ claim: given.claim }).resend()).rejects.toThrow(
      `the open claim ${claimId} has no record`,
    )
  })
})
