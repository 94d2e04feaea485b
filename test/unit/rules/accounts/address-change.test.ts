import { expect, it } from 'vitest'
import { addressesOf, addressChange, otherAddress } from '../../../../shared/rules/accounts/address-change.ts'
import { claimedDirectly, patchClaim } from '../../../support/builders.ts'

const given = claimedDirectly()
const withAddress = (email: string) => patchClaim(given, { newAccount: { ...given.claim.newAccount, email } })

it('C9: an open claim holds the claimed address, and the new account’s where that is another one', () => {
  expect(addressesOf(given)).toEqual(['ada@noordzee.example'])
  expect(addressesOf(withAddress('Ada@married.example'))).toEqual([
    'ada@noordzee.example',
    'ada@married.example',
  ])
  const taken = ['ada@married.example']
  expect(addressChange(given, withAddress('Ada@married.example'))).toEqual({ taken, freed: [] })
  expect(addressChange(withAddress('Ada@married.example'), given)).toEqual({ taken: [], freed: taken })
})

it('C9: in another spelling it is the same address, held once', () => {
  const spelled = withAddress('ADA@Noordzee.example')
  expect(otherAddress(spelled.claim)).toBeUndefined()
  expect(addressesOf(spelled)).toEqual(['ada@noordzee.example'])
  expect(addressChange(given, spelled)).toBeUndefined()
})
