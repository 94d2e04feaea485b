import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import { completeClaim, type Ended } from '../../../../shared/rules/claims/ending.ts'
import { signIn } from '../../../../shared/rules/claims/sign-in.ts'
import type { FoundClaim } from '../../../../shared/storage/stores/claims.ts'
import { WRITTEN, type Written } from '../../../../shared/storage/writes/write.ts'
import { revoke } from '../../../../shared/usecases/claims/revoke.ts'
import { withoutBackoff } from '../../../support/backoff.ts'
import { ADMIN, claimed, ENDS_AT, plus, T0, USER, withClaim } from '../../../support/builders.ts'
import { fakeWrites } from '../../../support/fakes.ts'

const given = claimed()
const { claimId, version } = given.claim
const NOW = plus(3_600_000)

interface Given {
  readonly found?: FoundClaim | undefined
  /** Who has claimed the address's domain. */
  readonly claimedBy?: string
  readonly end?: (call: number) => Written
}

function world(patch: Given = {}) {
  const { found, claimedBy = 'nobody', end: outcomeOf } = { found: standing(), ...patch }
  const { write: end, written: ended } = fakeWrites<Ended>(outcomeOf)
  const ask = (versions?: readonly number[]) =>
    revoke(
      {
        claims: {
          byId: async () => undefined,
          byIdOf: async (orgId, id) => (orgId === 'noordzee' && id === claimId ? found : undefined),
        },
        accounts: { end },
        domains: { claimedBy: async (domain) => (domain === 'noordzee.example' ? claimedBy : 'noordzee') },
      },
      { orgId: 'noordzee', claimId, now: NOW, by: ADMIN, versions },
    )
  return { ask, ended }
}
const standing = (record = given): FoundClaim => ({ claim: record.claim, record })
const refused = (code: string) => ({ outcome: 'refused', code })

withoutBackoff()

describe('a revocation', () => {
  it('R1: puts the original back by one write, and answers the claim as it is then', async () => {
    const { ask, ended } = world()
    expect(await ask()).toMatchObject({
      outcome: 'revoked',
      claim: {
        claimId,
        status: 'revoked',
        revokedAt: NOW.toISOString(),
        revocable: false,
        notRevocableBecause: 'ended',
        allowedDecisions: [],
      },
    })
    expect(ended).toMatchObject([{ closed: { status: 'revoked' }, change: { by: ADMIN } }])
    expect(ended[0]?.record.account).toEqual(given.account)
  })

  it('R: is refused with the reason, and nothing is written', async () => {
    const { closed, record: left } = completeClaim(given, given.claim, { now: T0, by: ADMIN })
    const signedIn = signIn(given, given.claim, { now: T0, by: USER })
    const deletion = { userId: 'acc00042', at: T0.toISOString(), by: ADMIN, resumeAt: ENDS_AT }
    const cases: [Given, string][] = [
      [{ found: undefined }, 'not_found'],
      [{ found: { claim: closed, formerRecord: left } }, 'ended'],
      [{ found: standing(signedIn && withClaim(signedIn)) }, 'signed_in'],
      [{ found: standing({ ...given, deletion }) }, 'ended'],
      [{ claimedBy: 'noordzee' }, 'domain_claimed'],
    ]
    for (const [patch, code] of cases) {
      const { ask, ended } = world(patch)
      expect(await ask()).toEqual(refused(code))
      expect(ended).toEqual([])
    }
  })

  it('is refused at another version than the caller has seen', async () => {
    expect(await world().ask([version + 1])).toEqual(refused('precondition_failed'))
    expect(await world().ask([version + 1, version])).toMatchObject({ outcome: 'revoked' })
  })

  it('R4: that was not first reads again, and is busy after some rounds', async () => {
    const { ask, ended } = world({ end: (call) => (call === 1 ? LOST : WRITTEN) })
    expect(await ask()).toMatchObject({ outcome: 'revoked' })
    expect(ended).toHaveLength(1)
    expect(await world({ end: () => LOST }).ask()).toEqual(refused('busy'))
  })

  it('is an error where an open claim has no record', async () => {
    await expect(world({ found: { claim: given.claim } }).ask()).rejects.toThrow(
      `the open claim ${claimId} has no record`,
    )
  })
})
