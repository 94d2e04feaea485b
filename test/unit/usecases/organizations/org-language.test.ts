import { expect, it } from 'vitest'
import { languageOfOrg } from '../../../../shared/usecases/organizations/org-language.ts'
import { org } from '../../../support/builders.ts'

it('N2: an org is told of its files in its own language, and in English where it has none or is gone', async () => {
  const languageIn = (locale: string) =>
    languageOfOrg({ get: async () => ({ org: org({ settings: { locale } }), revision: 1 }) }, 'noordzee')
  expect(await languageIn('de-AT')).toBe('de')
  expect(await languageIn('')).toBe('en')
  expect(await languageOfOrg({ get: async () => undefined }, '~platform')).toBe('en')
})
