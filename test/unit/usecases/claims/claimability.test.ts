import { expect, it } from 'vitest'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { claimabilityOf, type Wanted } from '../../../../shared/usecases/claims/claimability.ts'
import { claimedDirectly, org, patchClaim, sourceOrg } from '../../../support/builders.ts'

const OTHER = 'ada.married@noordzee.example'
const source = sourceOrg()
const direct = claimedDirectly()
const married = patchClaim(direct, { newAccount: { ...direct.claim.newAccount, email: OTHER } })
const renamedAgain = patchClaim(direct, {
  newAccount: { ...direct.claim.newAccount, email: 'ada.again@noordzee.example' },
})

function codesOf(ref: Wanted['ref'], at: AccountRecord | undefined): readonly string[] {
  const orgs = new Map([source, org()].map((one) => [one.orgId, one]))
  const domains = new Map(
    ['noordzee.example', direct.account.email.split('@')[1] ?? ''].map((domain) => [
      domain,
      { verified: true, claimedBy: undefined },
    ]),
  )
  const request = { claimingOrg: source, fromCsv: false, migrationCutoff: undefined }
  const judged = claimabilityOf(request, { ref }, { domains, orgs }, at)
  return judged.outcome === 'refused' ? judged.codes : []
}

it('E, C9: whoever asks for the other address is told of the new account, which is in another org', () => {
  expect(codesOf({ email: OTHER }, married)).toEqual(['claim_open'])
  expect(codesOf({ email: ` ${OTHER.toUpperCase()}` }, married)).toEqual(['claim_open'])
})

it('E, C9: an address that was left at this very moment is nobody’s, and tells nothing of who had it', () => {
  expect(codesOf({ email: OTHER }, renamedAgain)).toEqual(['unknown_user'])
})

it('E: the source org that asks for the claimed address is told that the original is its own', () => {
  expect(codesOf({ email: direct.account.email }, married)).toEqual(['own_user', 'claim_open'])
  expect(codesOf({ userId: direct.account.userId }, married)).toEqual(['own_user', 'claim_open'])
})
