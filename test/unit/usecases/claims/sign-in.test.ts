import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import { decide } from '../../../../shared/rules/claims/decision.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { WRITTEN, type Written } from '../../../../shared/storage/writes/write.ts'
import { reportSignIn } from '../../../../shared/usecases/claims/sign-in.ts'
import { withoutBackoff } from '../../../support/backoff.ts'
import { claimed, patchClaim, record, T0, USER } from '../../../support/builders.ts'
import { fakeWrites } from '../../../support/fakes.ts'

const NORMALIZED = 'ada@noordzee.example'

function world(standing: AccountRecord | undefined, outcomeOf?: (call: number) => Written) {
  const { write, written } = fakeWrites<AccountRecord>(outcomeOf)
  const tokens: string[] = []
  const asked: string[] = []
  const signIn = (email = ' Ada@Noordzee.example') =>
    reportSignIn(
      {
        accounts: {
          byAddresses: async (addresses) => {
            asked.push(...addresses)
            return new Map(standing === undefined ? [] : [[NORMALIZED, standing]])
          },
          write,
        },
        tokens: {
          put: async (token, claimId, now) => void tokens.push(`${token} ${claimId} ${now.toISOString()}`),
        },
        newToken: () => 'a-token',
        decisionUrl: (token) => `https://claims.example/d/${token}`,
      },
      email,
      T0,
    )
  return { signIn, written, tokens, asked }
}
const answered = (allowed: boolean) => ({ outcome: 'answered', allowed, mustDecide: false, options: [] })
const refused = (code: string) => ({ outcome: 'refused', code })

withoutBackoff()

describe('a sign-in', () => {
  const given = claimed()
  const { claimId, newUserId } = given.claim

  it('S1, S2: with an undecided claim is recorded, and answered with the options and a link of its own', async () => {
    const { signIn, written, tokens, asked } = world(given)
    expect(await signIn()).toEqual({
      outcome: 'answered',
      allowed: true,
      mustDecide: true,
      options: ['change_email', 'transfer_content', 'delete_original'],
      decisionUrl: 'https://claims.example/d/a-token',
    })
    expect(asked).toEqual([NORMALIZED])
    expect(written).toMatchObject([
      { claim: { signedInAt: T0.toISOString() }, change: { by: `user:${newUserId}` } },
    ])
    expect(tokens).toEqual([`a-token ${claimId} ${T0.toISOString()}`])
  })

  it('S2: that isn’t the first writes nothing, and has another link', async () => {
    const { signIn, written, tokens } = world(patchClaim(given, { signedInAt: T0.toISOString() }))
    expect(await signIn()).toMatchObject({ allowed: true, mustDecide: true })
    expect(written).toEqual([])
    expect(tokens).toHaveLength(1)
  })

  it('S3: without a claim, or once it is decided, is allowed, and of an inactive account it isn’t', async () => {
    const decided = decide(given, given.claim, 'transfer_content', { now: T0, by: USER })
    for (const [standing, allowed] of [
      [record(), true],
      [decided, true],
      [record({ status: 'inactive' }), false],
    ] as const) {
      const { signIn, written, tokens } = world(standing)
      expect(await signIn()).toEqual(answered(allowed))
      expect([...written, ...tokens]).toEqual([])
    }
  })

  it('C3: at an address of nobody, or of an original, is of no user, and at no address it is an error', async () => {
    expect(await world(undefined).signIn()).toEqual(refused('user_not_found'))
    const moved = patchClaim(given, { newAccount: { ...given.claim.newAccount, email: 'ada@other.example' } })
    expect(await world(moved).signIn()).toEqual(refused('user_not_found'))
    const { signIn, asked } = world(given)
    expect(await signIn('ada@noordzee.example.convert-user.local')).toEqual(refused('user_not_found'))
    expect(await signIn('no address')).toEqual(refused('invalid_address'))
    expect(asked).toEqual([])
  })

  it('R4: reads again where somebody else changed the claim, without a link, and is busy after some rounds', async () => {
    const { signIn, tokens } = world(given, (call) => (call === 1 ? LOST : WRITTEN))
    expect(await signIn()).toMatchObject({ mustDecide: true })
    expect(tokens).toHaveLength(1)
    const always = world(given, () => LOST)
    expect(await always.signIn()).toEqual(refused('busy'))
    expect(always.tokens).toEqual([])
  })
})
