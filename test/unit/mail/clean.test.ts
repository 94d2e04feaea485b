import { describe, expect, it } from 'vitest'
import { clean, truncate, httpUrl, unlinked } from '../../../shared/mail/clean.ts'

describe('clean', () => {
  it.each([
    ['Acme\r\nBcc: all@acme.example', 'Acme Bcc: all@acme.example'],
    ['  Acme \t\u00a0 Labs\u2028', 'Acme Labs'],
    ['moc.\u202eelpmaxe', 'moc.elpmaxe'],
    ['a\u200bb\ufeffc\u00add', 'abcd'],
    ['half \ud83d', 'half \ufffd'],
    ['👩\u200d💻 Lab', '👩\u200d💻 Lab'],
    ['<b>Acme</b> & "Sons"', '<b>Acme</b> & "Sons"'],
    ['\u0000\u001b[31m', '[31m'],
    ['\u2066\u2069', ''],
    ['\u2065a', 'a'],
  ])('N2: makes of %j the line %j', (text, line) => {
    expect(clean(text, 100)).toBe(line)
  })
})

describe('unlinked', () => {
  it.each([
    ['evil.example', 'evil\u2024example'],
    ['www.evil.co.uk', 'www\u2024evil\u2024co\u2024uk'],
    ['https://evil.example/log-in', 'https\ua789//evil\u2024example/log-in'],
    ['http://localhost', 'http\ua789//localhost'],
    ['mailto:a@evil.example', 'mailto\ua789a@evil\u2024example'],
    ['evil\u3002example', 'evil\u2024example'],
    ['evil.\u200dexample', 'evil\u2024\u200dexample'],
    ['\u05d0\u05d1.example', '\u05d0\u05d1\u2024example'],
    ['10.0.0.12', '10.0.0\u202412'],
    ['\\\\evil\\share', '\\evil\\share'],
  ])('N2: makes of %j, which mail programs would make a link of, %j', (text, shown) => {
    expect(unlinked(text)).toBe(shown)
  })

  it.each([
    'Acme S.A.',
    'St. John’s',
    'Dept: Sales',
    'J. R. R. Tolkien',
    'Acme N.V. (i.l.)',
    'Wait...',
    '.net',
    'A/B: c',
  ])('N2: leaves %s as it is', (text) => {
    expect(unlinked(text)).toBe(text)
  })
})

describe('clip', () => {
  it('leaves alone what fits', () => {
    expect(truncate('Zürich', 6)).toBe('Zürich')
  })

  it('cuts between graphemes, and says that it cut', () => {
    expect(truncate('Zu\u0308rich', 4)).toBe('Zu\u0308…')
    expect(truncate('a👩\u200d💻👩\u200d💻', 8)).toBe('a👩\u200d💻…')
  })

  it('never gives more than was asked for, however many accents one letter has', () => {
    expect(truncate(`Z${'\u0308'.repeat(500)}algo`, 20)).toBe('…')
  })
})

describe('httpUrl', () => {
  it.each([
    'https://claims.example/decisions/a-b_c',
    'http://127.0.0.1:4000/decisions/a',
    'https://s.example/r.csv?X-Amz-Credential=a%2Fb&X-Amz-Signature=0',
  ])('N2: leaves %s as it is', (url) => {
    expect(httpUrl(url)).toBe(url)
  })

  it('N2: takes blanks and quotes out of a URL', () => {
    expect(httpUrl('https://a.example/"><script> x')).toBe('https://a.example/%22%3E%3Cscript%3E%20x')
  })

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    '//a.example',
    '/decisions/a',
    '',
    'mailto:a@b.example',
  ])('N2: refuses %j as a link', (url) => {
    expect(() => httpUrl(url)).toThrow(expect.objectContaining({ code: 'invalid_url' }))
  })
})
