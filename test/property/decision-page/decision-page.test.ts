import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  renderConfirmationGonePage,
  renderConfirmationPage,
  renderConfirmationSentPage,
} from '../../../shared/decision-page/confirmation-pages.ts'
import {
  renderAlreadyDecidedPage,
  renderDecidedPage,
  renderGonePage,
} from '../../../shared/decision-page/decided-pages.ts'
import { renderDecisionPage } from '../../../shared/decision-page/decision-page.ts'
import { forbiddenCharacter, hostile } from '../../support/hostile.ts'
import { parseMarkup, skeleton } from '../../support/markup.ts'
import { kinds } from '../../unit/mail/model.ts'

interface Given {
  readonly organizationName: string
  readonly address: string
  readonly newEmail: string
  readonly message: string
}

const plainly: Given = {
  organizationName: 'Acme',
  address: 'a@acme.example',
  newEmail: 'b@home.example',
  message: 'No.',
}
const given: fc.Arbitrary<Given> = fc.record({
  organizationName: hostile,
  address: hostile,
  newEmail: hostile,
  message: hostile,
})

const pages = ({ organizationName, address, newEmail, message }: Given): string[] => {
  const facts = {
    organizationName,
    address,
    claimType: 'delayed',
    createdAt: '2026-03-01T09:05:00Z',
    endsAt: '2026-03-15T09:05:00Z',
    options: kinds,
    locale: 'fr',
  } as const
  const decision = { kind: 'change_email', at: '2026-03-03T12:30:00Z', by: 'user' } as const
  return [
    renderDecisionPage({ ...facts, newEmail, problem: { code: 'invalid_address', message } }),
    renderDecisionPage({ ...facts, newEmail, problem: { code: message, message } }),
    renderDecisionPage({ ...facts, confirmDelete: true }),
    renderDecidedPage({ ...facts, decision: 'change_email', newEmail }),
    renderAlreadyDecidedPage({ ...facts, decision }),
    renderConfirmationSentPage({ organizationName, locale: 'fr', newEmail, expiresAt: facts.endsAt }),
    renderConfirmationPage({ ...facts, newEmail, expiresAt: facts.endsAt, problem: 'email_taken' }),
  ]
}

const structure = (html: string): string[] => skeleton(html).filter((element) => element !== 'bdi')
const plainStructures = pages(plainly).map(structure)

describe('a page with any names in it', () => {
  it('U6: has the same elements and attributes as one with plain names', () => {
    fc.assert(
      fc.property(given, (names) => {
        expect(pages(names).map(structure)).toEqual(plainStructures)
      }),
      { numRuns: 200 },
    )
  })

  it('U6: shows no character that ends a line or turns it, and keeps what was typed inside its field', () => {
    fc.assert(
      fc.property(given, (names) => {
        for (const html of pages(names)) {
          const { elements, text } = parseMarkup(html)
          expect(text).not.toMatch(forbiddenCharacter)
          const field = elements.find(({ attributes }) => attributes.get('name') === 'newEmail')
          expect(field?.attributes.get('value') ?? '').not.toMatch(forbiddenCharacter)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('U6: a page for a dead link is one of five, whatever the browser asks for', () => {
    const five = new Set(['en', 'nl', 'de', 'fr', 'es'].map((language) => renderGonePage(language)))
    fc.assert(fc.property(hostile, (locale) => five.has(renderGonePage(locale))))
    const others = new Set(
      ['en', 'nl', 'de', 'fr', 'es'].map((language) => renderConfirmationGonePage(language)),
    )
    fc.assert(fc.property(hostile, (locale) => others.has(renderConfirmationGonePage(locale))))
  })
})
