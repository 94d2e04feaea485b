import { describe, expect, it } from 'vitest'
import { checkSignIn, signIn } from '../../../../shared/rules/claims/sign-in.ts'
import { startAccountDeletion } from '../../../../shared/rules/deletion/account-deletion.ts'
import { claimed, claimedDirectly, patchClaim, plus, record, T0, USER } from '../../../support/builders.ts'

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

describe('checkSignIn', () => {
  const ADDRESS = 'ada@noordzee.example'

  it('S1: nobody has the address, or their account is being deleted', () => {
    expect(checkSignIn(undefined, ADDRESS)).toEqual({ outcome: 'unknown_user' })
    const deleted = startAccountDeletion(record(), 'acc00042', { now: LATER, by: USER })
    expect(checkSignIn(deleted, ADDRESS)).toEqual({ outcome: 'unknown_user' })
  })

  it('S3: an inactive user can’t sign in, before a claim and in one', () => {
    expect(checkSignIn(record(), ADDRESS)).toEqual({ outcome: 'allowed' })
    expect(checkSignIn(record({ status: 'inactive' }), ADDRESS)).toEqual({ outcome: 'blocked' })
    const direct = claimedDirectly()
    const inactive = patchClaim(direct, { newAccount: { ...direct.claim.newAccount, status: 'inactive' } })
    expect(checkSignIn(inactive, ADDRESS)).toEqual({ outcome: 'blocked' })
  })

  it('S1, S3: while a claim is open and undecided the user must decide first, between what it offers', () => {
    const given = claimed()
    expect(checkSignIn(given, ADDRESS)).toEqual({
      outcome: 'must_decide',
      claim: given.claim,
      options: ['change_email', 'transfer_content', 'delete_original'],
    })
  })

  it('S1: nothing is asked once the content moves', () => {
    expect(checkSignIn(patchClaim(claimed(), { status: 'migrating' }), ADDRESS)).toEqual({
      outcome: 'allowed',
    })
  })

  it('S1, C9: the new account’s other address is where its user signs in, and the claimed one no more', () => {
    const direct = claimedDirectly()
    const moved = patchClaim(direct, {
      newAccount: { ...direct.claim.newAccount, email: 'Ada.B@noordzee.example' },
    })
    expect(checkSignIn(moved, 'ada.b@noordzee.example')).toMatchObject({ outcome: 'must_decide' })
    expect(checkSignIn(moved, ADDRESS)).toEqual({ outcome: 'unknown_user' })
  })
})
