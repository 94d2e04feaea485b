import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { domainOf, parseAddress } from '../../../../shared/rules/accounts/address.ts'
import { bareText } from '../../../../shared/rules/text.ts'
import { parseDomainName } from '../../../../shared/rules/domains/domain-name.ts'

/** Whatever a person or a program might type where a domain is asked for. */
const typed = fc.oneof(
  fc.domain(),
  fc.ipV4(),
  fc.ipV6(),
  fc.webUrl(),
  fc.emailAddress(),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom('a', 'z', '1', '-', '.', '。', '_', 'ü', 'ß', '%', '/', '@', ' '),
    maxLength: 12,
  }),
  fc
    .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }), fc.domain())
    .map((labels) => labels.join('.')),
)

describe('parseDomainName', () => {
  it('D4: what it gives is lower-case ASCII, and given back is taken as it is', () => {
    fc.assert(
      fc.property(typed, (input) => {
        const parsed = parseDomainName(input)
        if (parsed.outcome === 'refused') return
        expect(parsed.domain).toMatch(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/)
        expect(parseDomainName(parsed.domain)).toEqual(parsed)
      }),
      { numRuns: 2000 },
    )
  })

  it('D4: case, blanks around it and the last dot make no other domain', () => {
    fc.assert(
      fc.property(fc.domain(), (domain) => {
        expect(parseDomainName(` ${domain.toUpperCase()}.\n`)).toEqual(parseDomainName(domain))
      }),
      { numRuns: 1000 },
    )
  })

  it("E: a domain is the domain of the addresses on it, as its org's claims look for it", () => {
    fc.assert(
      fc.property(typed, (input) => {
        const parsed = parseDomainName(input)
        if (parsed.outcome === 'refused' || parsed.domain.endsWith('convert-user.local')) return
        const address = parseAddress(`ada@${bareText(input)}`)
        expect(address.outcome === 'parsed' && address.address.domain).toBe(parsed.domain)
        expect(address.outcome === 'parsed' && domainOf(address.address.email)).toBe(parsed.domain)
      }),
      { numRuns: 2000 },
    )
  })
})
