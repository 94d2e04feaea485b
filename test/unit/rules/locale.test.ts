import { expect, it } from 'vitest'
import { LOCALE_PATTERN } from '../../../shared/rules/locale.ts'

it('N2: a locale is a language, and subtags behind hyphens or underscores', () => {
  for (const tag of ['nl', 'nl-BE', 'nl_BE', 'zh-Hant-TW', 'es-419', 'de-CH-1996', 'sl-rozaj-biske'])
    expect([tag, LOCALE_PATTERN.test(tag)]).toEqual([tag, true])
  for (const tag of [
    '',
    'n',
    '-nl',
    '1nl',
    'nl-',
    'nl BE',
    'nl+BE',
    'nl-BE!',
    ' nl',
    'nl\n',
    'abcdefghi',
    'nl-abcdefghi',
  ])
    expect([tag, LOCALE_PATTERN.test(tag)]).toEqual([tag, false])
})
