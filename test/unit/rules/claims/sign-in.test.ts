import { describe, expect, it } from 'vitest'
import { signIn } from '../../../../shared/rules/claims/sign-in.ts'
import { claimed, claimedDirectly, patchClaim, plus, T0, USER } from '../../../support/builders.ts'

const LATER = plus(3_600_000)

describe('signIn', () => {
  it('S2: the first sign-in is recorded, whatever the type, and changes nothing else', () => {
    for (const given of [claimed(), claimedDirectly()]) {
      const next = signIn(given, given.claim, { now: LATER, by: USER })
      expect(next).toEqual({
        ...given,
        revision: 5,
        claim: {
          ...given.claim,
          signedInAt: LATER.toISOString(),
          version: 2,
          auditKeys: [...given.claim.auditKeys, `${LATER.toISOString()}#5`],
        },
        change: { what: 'claim.signed_in', at: LATER.toISOString(), by: USER, n: 5 },
      })
    }
  })

  it('S2: a second sign-in writes nothing', () => {
    const given = patchClaim(claimed(), { signedInAt: T0.toISOString() })
    expect(signIn(given, given.claim, { now: LATER, by: USER })).toBeUndefined()
  })
})
