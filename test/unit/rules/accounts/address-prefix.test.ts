import { describe, expect, it } from 'vitest'
import { addressPrefix, beginsWith } from '../../../../shared/rules/accounts/address-prefix.ts'

describe('what is looked for in a list', () => {
  it.each([
    ['Ada', 'ada'],
    [' ADA@\u200b', 'ada@'],
    ['ada@Noord', 'ada@noord'],
    ['ada@müller.example', 'ada@xn--mller-kva.example'],
    ['ada@MÜLLER.example', 'ada@xn--mller-kva.example'],
    ['@müller.example', '@xn--mller-kva.example'],
    ['a@b@acme.example', 'a@b@acme.example'],
    ['müller', 'müller'],
    ['', ''],
  ])('R3: %j is looked for as %j', (input, prefix) => {
    expect(addressPrefix(input)).toBe(prefix)
  })

  it('R3: a domain that has no ASCII form yet is looked for as it is', () => {
    expect(addressPrefix('ada@xn--')).toBe('ada@xn--')
    expect(addressPrefix('ada@a b')).toBe('ada@a b')
  })

  it('R3: finds an address in whichever case and form it was written', () => {
    expect(beginsWith('Ada@Müller.example', addressPrefix('ada@muller'))).toBe(false)
    expect(beginsWith('Ada@Müller.example', addressPrefix('ADA@müller.example'))).toBe(true)
    expect(beginsWith('Ada@noordzee.example', addressPrefix('aDa@N'))).toBe(true)
    expect(beginsWith('Bob@noordzee.example', addressPrefix('ada'))).toBe(false)
  })
})
