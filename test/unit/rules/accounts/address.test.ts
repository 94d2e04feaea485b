import { describe, expect, it } from 'vitest'
import {
  codeOfRefusal,
  isAddress,
  normalizedAddress,
  parseAddress,
} from '../../../../shared/rules/accounts/address.ts'
import { ORG_ID_PATTERN, USER_ID_PATTERN } from '../../../../shared/rules/ids.ts'

const refusal = (input: string): string => {
  const parsed = parseAddress(input)
  expect(parsed.outcome).toBe(isAddress(input) ? 'parsed' : 'refused')
  return parsed.outcome === 'parsed' ? `accepted as ${parsed.address.normalized}` : parsed.reason
}

describe('parseAddress', () => {
  it('E: keeps an address as it was given and normalizes it for look-ups', () => {
    expect(parseAddress('\u00a0 Jan.de.Vries+work@NoordZee.Example\r\n')).toEqual({
      outcome: 'parsed',
      address: {
        email: 'Jan.de.Vries+work@NoordZee.Example',
        normalized: 'jan.de.vries+work@noordzee.example',
        domain: 'noordzee.example',
      },
    })
  })

  it('D4: takes an internationalised domain in its ASCII form, however it is written', () => {
    for (const domain of [
      'münchen.example',
      'MÜNCHEN.example',
      'mu\u0308nchen。example',
      'xn--mnchen-3ya.example',
    ]) {
      const parsed = parseAddress(`Ada@${domain}`)
      expect(parsed, domain).toMatchObject({
        outcome: 'parsed',
        address: {
          email: 'Ada@xn--mnchen-3ya.example',
          normalized: 'ada@xn--mnchen-3ya.example',
          domain: 'xn--mnchen-3ya.example',
        },
      })
    }
  })

  it('D4: drops the dot of a fully qualified domain, as the domain list does', () => {
    expect(parseAddress('ada@noordzee.example.')).toMatchObject({
      outcome: 'parsed',
      address: { email: 'ada@noordzee.example' },
    })
  })

  it.each([
    '',
    '@',
    'ada',
    'ada@',
    '@noordzee.example',
    'ada@localhost',
    'ada@@noordzee.example',
    'ada b@noordzee.example',
    '.ada@noordzee.example',
    'ada..b@noordzee.example',
    '"ada"@noordzee.example',
    'Ada <ada@noordzee.example>',
    'ada@noordzee.example, bob@noordzee.example',
    'ada@-noordzee.example',
    'ada@noordzee..example',
    'ada@127.0.0.1',
    'ada@0x7f.1',
    'ada@[::1]',
    'ada@noordzee.example/path',
    'ada@noordzee.example:25',
    'ada@noord%7aee.example',
    'ada@noordzee／example.com',
  ])('I3: refuses %j, which is no address', (input) => {
    expect(refusal(input)).toBe('not_an_address')
  })

  it('N2: refuses line breaks and control characters, which could become headers', () => {
    for (const bad of [
      'ada\r\nBcc: x@noordzee.example',
      'ada@noord\tzee.example',
      'ada\u0000@noordzee.example',
      'ada@noord\nzee.example',
    ])
      expect(refusal(bad), JSON.stringify(bad)).toBe('not_an_address')
  })

  it('N3: refuses a local part that SES could not mail', () => {
    expect(refusal('zoë@noordzee.example')).toBe('not_ascii')
  })

  it.each([
    'zoë lang@noordzee.example',
    'zoë..x@noordzee.example',
    '"zoë"@noordzee.example',
    'zoë@noordzee',
    '@é.example',
  ])('N4: what is no address in any alphabet is none: %s', (text) => {
    expect(refusal(text)).toBe('not_an_address')
  })

  it('refuses what is longer than mail allows', () => {
    expect(refusal(`${'a'.repeat(64)}@noordzee.example`)).toMatch('accepted')
    expect(refusal(`${'a'.repeat(65)}@noordzee.example`)).toBe('too_long')
    const domain = `${'d'.repeat(61)}.${'d'.repeat(61)}.${'d'.repeat(61)}.example`
    expect(refusal(`${'a'.repeat(254 - domain.length - 1)}@${domain}`)).toMatch('accepted')
    expect(refusal(`${'a'.repeat(254 - domain.length)}@${domain}`)).toBe('too_long')
    expect(refusal(`a@${'d'.repeat(64)}.example`)).toBe('not_an_address')
  })

  it('N4: tells an address that can’t be mailed from none, in each place where one is entered', () => {
    expect(codeOfRefusal('not_ascii')).toBe('unmailable_address')
    for (const reason of ['not_an_address', 'too_long', 'original_account'] as const)
      expect(codeOfRefusal(reason)).toBe('invalid_address')
  })

  it('E: compares what is no address any more, such as an original’s, in lower case', () => {
    expect(normalizedAddress('Ada@Noordzee.example.Convert-User.local')).toBe(
      'ada@noordzee.example.convert-user.local',
    )
  })

  it('C3: refuses the address of an original account that is being claimed', () => {
    expect(refusal('ada@noordzee.example.convert-user.local')).toBe('original_account')
    expect(refusal('ada@noordzee.example.Convert-User.LOCAL')).toBe('original_account')
    expect(refusal('ada@convert-user.local')).toBe('original_account')
    expect(refusal('ada@my-convert-user.local')).toMatch('accepted')
  })
})

describe('ids', () => {
  it("never hold the ~ that separates the parts of the service's own ids", () => {
    expect(USER_ID_PATTERN.test('acc00001')).toBe(true)
    expect(USER_ID_PATTERN.test('acc00001~01J')).toBe(false)
    expect(USER_ID_PATTERN.test('')).toBe(false)
    expect(USER_ID_PATTERN.test('a'.repeat(129))).toBe(false)
    expect(USER_ID_PATTERN.test('acc\n')).toBe(false)
  })

  it("E: an org's id is one segment of an object's key", () => {
    expect(ORG_ID_PATTERN.test('harbour-gmbh')).toBe(true)
    for (const bad of ['a/b', '.', '..', '', 'a~b', 'a b']) expect(ORG_ID_PATTERN.test(bad), bad).toBe(false)
  })
})
