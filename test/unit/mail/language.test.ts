import { describe, expect, it } from 'vitest'
import { formattingLocale, languageOf, preferredLanguage } from '../../../shared/mail/language.ts'

describe('languageOf', () => {
  it.each([
    ['nl-BE', 'nl'],
    ['NL_be', 'nl'],
    ['nl', 'nl'],
    ['de_AT.UTF-8', 'de'],
    ['fr-CA', 'fr'],
    ['es-419', 'es'],
    ['en-US', 'en'],
    [' es ', 'es'],
  ])('N2: takes %j for %s', (locale, language) => {
    expect(languageOf(locale)).toBe(language)
  })

  it.each(['', 'unknown', 'nlx', 'ja-JP', '-', '__proto__', 'e', '🇳🇱'])(
    'N2: takes %j for English',
    (locale) => {
      expect(languageOf(locale)).toBe('en')
    },
  )
})

describe('formattingLocale', () => {
  it.each([
    ['nl-BE', 'nl-BE'],
    ['NL_be', 'nl-BE'],
    ['en', 'en-GB'],
    ['en_US.UTF-8', 'en-US'],
    ['zh-Hant-TW', 'en-TW'],
    ['nl-NL-u-ca-buddhist-nu-arab', 'nl-NL'],
    ['de-!', 'de-DE'],
    ['', 'en-GB'],
  ])('N2: writes dates for %j as in %s', (locale, expected) => {
    expect(formattingLocale(locale)).toBe(expected)
  })
})

describe('preferredLanguage', () => {
  it.each([
    ['nl-BE,nl;q=0.9,en;q=0.8', 'nl'],
    ['ja, fr;q=0.4, de;q=0.7', 'de'],
    ['de;q=0, es;q=0.1', 'es'],
    ['*', 'en'],
    ['', 'en'],
    [undefined, 'en'],
    [`${'x,'.repeat(1_000)}nl`, 'en'],
  ])('N2: reads %j as %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language)
  })
})
