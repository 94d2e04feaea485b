import { describe, expect, it } from 'vitest'
import { parseDomainName } from '../../../../shared/rules/domains/domain-name.ts'

const outcome = (input: string): string => {
  const parsed = parseDomainName(input)
  return parsed.outcome === 'parsed' ? parsed.domain : parsed.code
}

describe('parseDomainName', () => {
  it.each(['noordzee.example', 'noordzee.co.uk', 'noord-zee.nl', '1st.example', 'a.nl'])(
    'D1: takes %s, which an org can have',
    (domain) => {
      expect(outcome(domain)).toBe(domain)
    },
  )

  it.each(['gmail.com', 'outlook.com', 'yahoo.co.uk', 'web.de', 'proton.me', 'mailinator.com'])(
    'D4: refuses %s, where anyone can have mail',
    (domain) => {
      expect(outcome(domain)).toBe('free_mail_domain')
    },
  )

  it('D4: refuses a free-mail domain however it is written', () => {
    for (const written of ['GMail.COM', 'gmail.com.', ' gmail.com\n', 'ｇｍａｉｌ．com']) {
      expect(outcome(written), written).toBe('free_mail_domain')
    }
  })

  it('D4: reads a domain that was copied with what nobody sees, as an address is read', () => {
    for (const invisible of ['\u200b', '\u00ad', '\u2800', '\ufeff']) {
      expect(outcome(`${invisible}noordzee.example${invisible}`)).toBe('noordzee.example')
    }
  })

  it('D4: refuses an internationalised free-mail domain in either form', () => {
    expect(outcome('müllmail.com')).toBe('free_mail_domain')
    expect(outcome('xn--mllmail-n2a.com')).toBe('free_mail_domain')
  })

  it.each([
    ['com', 'a top-level domain'],
    ['co.uk', 'a registry’s suffix'],
    ['github.io', 'a private suffix, under which strangers have names'],
    ['s3.amazonaws.com', 'a private suffix of a cloud'],
    ['anything.ck', 'a suffix by a wildcard of the list'],
    ['xn--p1ai', 'an internationalised top-level domain'],
    ['рф', 'an internationalised top-level domain, as it is read'],
  ])('D4: refuses %s, %s', (domain) => {
    expect(outcome(domain)).toBe('public_suffix_domain')
  })

  it.each([
    'local',
    'corp.local',
    'acme.convert-user.local',
    'acme.test',
    'acme.invalid',
    'localhost',
    'db.localhost',
    'ip-10-0-0-1.ec2.internal',
    'acme.internal',
    'expyuzz4wqqyqhjn.onion',
    'acme.alt',
    'home.arpa',
    '8.8.8.8.in-addr.arpa',
    'ACME.Local.',
  ])('D4: refuses %s, which is set aside for special use', (domain) => {
    expect(outcome(domain)).toBe('special_use_domain')
  })

  it('D4: takes the names for examples, and ones that only look special', () => {
    for (const domain of [
      'acme.example',
      'acme.example.com',
      'local.nl',
      'test.acme.example',
      'internal.com',
    ]) {
      expect(outcome(domain)).toBe(domain)
    }
  })

  it('D4: takes what is registered under a public suffix, and what the list excepts', () => {
    for (const domain of ['noordzee.github.io', 'www.ck', 'city.kawasaki.jp']) {
      expect(outcome(domain)).toBe(domain)
    }
  })

  it('D4: takes an internationalised name in its ASCII form, however it is written', () => {
    for (const written of [
      'münchen.example',
      'MÜNCHEN.example',
      'mu\u0308nchen。example',
      'XN--MNCHEN-3YA.example',
    ]) {
      expect(outcome(written), written).toBe('xn--mnchen-3ya.example')
    }
  })

  it('D4: takes a name in lower case, without blanks around it and without the last dot', () => {
    for (const written of ['Noordzee.EXAMPLE', 'noordzee.example.', '  noordzee.example\t']) {
      expect(outcome(written), written).toBe('noordzee.example')
    }
  })

  it('D4: keeps a sub-domain as a domain of its own', () => {
    expect(outcome('mail.noordzee.example')).toBe('mail.noordzee.example')
    expect(outcome('a.b.c.noordzee.example')).toBe('a.b.c.noordzee.example')
    expect(outcome('mail.gmail.com')).toBe('mail.gmail.com')
  })

  it.each(['127.0.0.1', '0x7f.1', '2130706433', '127.0.0.1.', '::1', '[::1]', '[2001:db8::1]'])(
    'D1: refuses the IP address %s',
    (address) => {
      expect(outcome(address)).toBe('invalid_domain')
    },
  )

  it.each([
    '',
    ' ',
    '.',
    '..',
    'noordzee..example',
    '.noordzee.example',
    'noordzee.example..',
    '-noordzee.example',
    'noordzee-.example',
    '_dmarc.noordzee.example',
    '*.noordzee.example',
    'noord zee.example',
    'noord\tzee.example',
    'noord\u0000zee.example',
    'ada@noordzee.example',
    'https://noordzee.example',
    'noordzee.example/path',
    'noordzee.example\\path',
    'noordzee.example:25',
    'noordzee.example?query',
    'noordzee.example#fragment',
    'noord%7aee.example',
    'noordzee.123',
  ])('D1: refuses %j, which is no domain’s name', (input) => {
    expect(outcome(input)).toBe('invalid_domain')
  })

  it('D1: refuses a name or a label that is longer than DNS has them', () => {
    const label = 'd'.repeat(63)
    const longest = `${'d'.repeat(53)}.${label}.${label}.${label}.example`
    expect(longest).toHaveLength(253)
    expect(outcome(longest)).toBe(longest)
    expect(outcome(`d${longest}`)).toBe('invalid_domain')
    expect(outcome(`d${label}.example`)).toBe('invalid_domain')
  })
})
