import { describe, expect, it } from 'vitest'
import { isHttpsUrl, isTimeZone } from '../../../../shared/rules/organizations/contact.ts'

describe('an organization’s time zone', () => {
  it.each(['Europe/Amsterdam', 'america/new_york', 'UTC', 'Asia/Kolkata', 'Etc/GMT+5'])(
    'N5: may be %s',
    (name) => {
      expect(isTimeZone(name)).toBe(true)
    },
  )

  it.each(['', '+02:00', '-05', '\u221202:00', 'Europe', 'Mars/Olympus', 'Europe/Amsterdam '])(
    'N5: can’t be %j',
    (name) => {
      expect(isTimeZone(name)).toBe(false)
    },
  )
})

describe('an organization’s contact page', () => {
  it('N5: is an https address', () => {
    expect(isHttpsUrl('https://help.acme.example/claims?from=mail')).toBe(true)
  })

  it.each([
    'http://help.acme.example',
    'javascript:alert(1)',
    'help.acme.example',
    '',
    'https://acme.example@evil.example',
    'https://user:secret@acme.example',
    'https://:secret@acme.example',
    'https://acme.example/a b',
    'https://acme.example/\n',
  ])('N5: can’t be %j', (text) => {
    expect(isHttpsUrl(text)).toBe(false)
  })
})
