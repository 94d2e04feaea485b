import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { DecisionKind } from '../../../shared/rules/types.ts'
import { languages } from '../../../shared/mail/language.ts'
import { plain } from '../../../shared/mail/line.ts'
import { mailTexts } from '../../../shared/mail/texts/all.ts'
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
import {
  type DecisionPageModel,
  decisionPageCsp,
  renderDecisionPage,
} from '../../../shared/decision-page/decision-page.ts'
import { pageTexts } from '../../../shared/decision-page/texts/all.ts'
import { decisionProblems, newEmailProblems } from '../../../shared/decision-page/texts/types.ts'
import { elementsOf, parseMarkup, squeeze } from '../../support/markup.ts'
import { kinds, optionSets, reasons } from '../mail/model.ts'

const facts: DecisionPageModel = {
  organizationName: 'Umbrella & Söhne',
  address: 'zoe@umbrella.example',
  claimType: 'delayed',
  createdAt: '2026-03-01T09:05:00Z',
  endsAt: '2026-03-15T09:05:00Z',
  options: kinds,
  locale: 'en',
}
const decided = { organizationName: facts.organizationName, address: facts.address }
const standing = { at: '2026-03-03T12:30:00Z', by: 'user' } as const

const pending = { newEmail: 'me@home.example', expiresAt: '2026-03-04T09:05:00Z' }
const confirmationPagesIn = (locale: string): string[] => [
  renderDecisionPage({ ...facts, locale, pendingEmail: { expiresAt: pending.expiresAt } }),
  renderConfirmationSentPage({ ...decided, locale, ...pending }),
  ...([undefined, 'email_taken', 'email_on_claimed_domain', 'busy'] as const).map((problem) =>
    renderConfirmationPage({ ...decided, locale, ...pending, problem }),
  ),
  renderConfirmationGonePage(locale),
]

const pagesIn = (locale: string): string[] => [
  renderDecisionPage({ ...facts, locale }),
  renderDecisionPage({ ...facts, locale, confirmDelete: true }),
  renderDecisionPage({
    ...facts,
    locale,
    problem: { code: 'email_taken', message: '' },
    newEmail: 'a@b.example',
  }),
  ...kinds.map((decision) =>
    renderDecidedPage({ ...decided, locale, decision, newEmail: 'me@home.example' }),
  ),
  ...kinds.map((kind) => renderAlreadyDecidedPage({ ...decided, locale, decision: { kind, ...standing } })),
  renderAlreadyDecidedPage({
    ...decided,
    locale,
    contentLoss: 'source_deleted',
    decision: { kind: 'delete_original', at: standing.at, by: 'schedule' },
  }),
  renderGonePage(locale),
  ...confirmationPagesIn(locale),
]
const everyPage = languages.flatMap(pagesIn)

const textOf = (html: string): string => parseMarkup(html).text
const radios = (html: string) =>
  elementsOf(html, 'input').filter(({ attributes }) => attributes.get('type') === 'radio')
const attribute = (html: string, id: string, name: string): string | undefined =>
  parseMarkup(html)
    .elements.find(({ attributes }) => attributes.get('id') === id)
    ?.attributes.get(name)

describe('every page', () => {
  it('U6: may use its own style and nothing else, by the policy that is sent with it', () => {
    for (const html of everyPage) {
      const styles = elementsOf(html, 'style')
      expect(styles).toHaveLength(1)
      const hash = createHash('sha256')
        .update(styles[0]?.text ?? '')
        .digest('base64')
      expect(decisionPageCsp).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      )
    }
  })

  it('U6: has no script, nothing that is loaded, and no style or handler in an attribute', () => {
    for (const html of everyPage) {
      const { elements } = parseMarkup(html)
      const loading = ['script', 'link', 'img', 'iframe', 'object', 'embed', 'base', 'svg', 'video', 'audio']
      expect(elements.filter(({ tag }) => loading.includes(tag))).toEqual([])
      const names = elements.flatMap(({ attributes }) => [...attributes.keys()])
      expect(names.filter((name) => name === 'style' || name === 'src' || name.startsWith('on'))).toEqual([])
      expect(html).not.toMatch(/https?:|url\(|@import/)
    }
  })

  it('U6: is in the user’s language, has one first heading and a title, and asks not to be indexed or named', () => {
    for (const language of languages) {
      for (const html of pagesIn(`${language.toUpperCase()}_XX`)) {
        expect(elementsOf(html, 'html')[0]?.attributes.get('lang')).toBe(language)
        expect(elementsOf(html, 'h1')).toHaveLength(1)
        expect(elementsOf(html, 'title')[0]?.text).toContain(elementsOf(html, 'h1')[0]?.text)
        const metas = new Map(
          elementsOf(html, 'meta').map(({ attributes }) => [
            attributes.get('name'),
            attributes.get('content'),
          ]),
        )
        expect(metas.get('viewport')).toBe('width=device-width, initial-scale=1')
        expect(metas.get('robots')).toBe('noindex, nofollow')
        expect(metas.get('referrer')).toBe('no-referrer')
      }
    }
  })

  it('names every field, and has no id twice', () => {
    for (const html of everyPage) {
      const { elements } = parseMarkup(html)
      const ids = elements.map(({ attributes }) => attributes.get('id')).filter((id) => id !== undefined)
      expect(new Set(ids).size).toBe(ids.length)
      const labelled = elementsOf(html, 'label').map(({ attributes }) => attributes.get('for'))
      for (const { attributes } of elementsOf(html, 'input')) {
        if (attributes.get('type') !== 'hidden') expect(labelled).toContain(attributes.get('id'))
        for (const id of attributes.get('aria-describedby')?.split(' ') ?? []) expect(ids).toContain(id)
      }
      const anchors = elementsOf(html, 'a').map(({ attributes }) => attributes.get('href') ?? '')
      expect(anchors.filter((href) => href !== '' && !ids.includes(href.slice(1)))).toEqual([])
    }
  })

  it('no text is missing, in any language', () => {
    for (const html of everyPage) {
      expect(textOf(html)).not.toMatch(/undefined|null|NaN|\[object|\$\{|Invalid|&\w+;/)
      expect(
        elementsOf(html, 'input').filter(({ attributes }) => attributes.get('type') === 'password'),
      ).toEqual([])
    }
  })
})

describe('the decision page', () => {
  it('U, U1: offers exactly the options of the claim, none of them chosen, for every set in every language', () => {
    for (const locale of languages) {
      for (const options of optionSets) {
        for (const claimType of ['direct', 'delayed'] as const) {
          const html = renderDecisionPage({ ...facts, locale, options, claimType })
          expect(radios(html).map(({ attributes }) => attributes.get('value'))).toEqual(options)
          expect(radios(html).some(({ attributes }) => attributes.has('checked'))).toBe(false)
          expect(radios(html).every(({ attributes }) => attributes.get('name') === 'decision')).toBe(true)
          const texts = mailTexts[locale].claim
          const words = { org: facts.organizationName }
          for (const kind of options)
            expect(textOf(html)).toContain(squeeze(plain(texts.optionTitle[kind](words))))
          expect(elementsOf(html, 'form')).toHaveLength(options.length === 0 ? 0 : 1)
          expect(html.includes('name="newEmail"')).toBe(options.includes('change_email'))
        }
      }
    }
  })

  it('U6: posts to its own address, so that the link is all that it needs', () => {
    const [form] = elementsOf(renderDecisionPage(facts), 'form')
    expect(form?.attributes.get('method')).toBe('post')
    expect(form?.attributes.has('action')).toBe(false)
  })

  it('U6: says who claims, what is claimed, since when, and until when there is to choose', () => {
    const text = textOf(renderDecisionPage(facts))
    expect(text).toContain('On 1 March 2026 at 09:05 UTC, Umbrella & Söhne claimed the account')
    expect(text).toContain('zoe@umbrella.example')
    expect(text).toContain('Until 15 March 2026 at 09:05 UTC')
    expect(text).toContain('This page doesn’t ask for your password.')
  })

  it('T3: says what is lost and why, and nothing of it where nothing is', () => {
    for (const locale of languages) {
      for (const contentLoss of reasons) {
        const { claim } = mailTexts[locale]
        const html = renderDecisionPage({ ...facts, locale, claimType: 'direct', contentLoss })
        expect(textOf(html).includes(squeeze(plain(claim.lossHeading)))).toBe(contentLoss !== undefined)
      }
    }
  })

  it('groups the options under their question', () => {
    const html = renderDecisionPage(facts)
    expect(html.replace(/\s+/g, ' ')).toMatch(
      /<fieldset> <legend><h2>What should happen[^<]*<\/h2><\/legend>/,
    )
  })
})

describe('a decision page with a problem', () => {
  it.each(decisionProblems)('U2: says what is wrong in the user’s language: %s', (code) => {
    for (const locale of languages) {
      const html = renderDecisionPage({ ...facts, locale, problem: { code, message: 'for programs' } })
      expect(textOf(html)).not.toContain('for programs')
      const [summary] = parseMarkup(html).elements.filter(
        ({ attributes }) => attributes.get('role') === 'alert',
      )
      expect(summary?.attributes.has('autofocus')).toBe(true)
      expect(elementsOf(html, 'title')[0]?.text).toBe(
        plain(pageTexts[locale].problem.inTitle(pageTexts[locale].choose.heading.delayed)),
      )
      const aboutAddress = newEmailProblems.has(code)
      expect(attribute(html, 'newEmail', 'aria-invalid')).toBe(aboutAddress ? 'true' : undefined)
      expect(elementsOf(html, 'a')[0]?.attributes.get('href')).toBe(
        aboutAddress ? '#newEmail' : '#change_email',
      )
    }
  })

  it('U2: keeps what was chosen and typed', () => {
    const html = renderDecisionPage({
      ...facts,
      newEmail: 'zoe@umbrella.example',
      problem: { code: 'email_on_claimed_domain', message: '' },
    })
    expect(attribute(html, 'newEmail', 'value')).toBe('zoe@umbrella.example')
    expect(attribute(html, 'change_email', 'checked')).toBe('')
    const other = renderDecisionPage({
      ...facts,
      decision: 'transfer_content',
      problem: { code: 'busy', message: '' },
    })
    expect(attribute(other, 'transfer_content', 'checked')).toBe('')
  })

  it('shows the message of a code that it doesn’t know, and says that it is English', () => {
    const html = renderDecisionPage({
      ...facts,
      locale: 'nl',
      problem: { code: 'new_code', message: 'Not <now>.' },
    })
    const said = elementsOf(html, 'span')[0]
    expect([said?.text, said?.attributes.get('lang')]).toEqual(['Not <now>.', 'en'])
  })
})

describe('before deleting', () => {
  const html = renderDecisionPage({ ...facts, confirmDelete: true })

  it('U4: the page says what goes, and only its own form confirms it', () => {
    expect(
      elementsOf(html, 'input').map(({ attributes }) => [attributes.get('name'), attributes.get('value')]),
    ).toEqual([
      ['decision', 'delete_original'],
      ['confirm', 'yes'],
    ])
    expect(textOf(html)).toContain('This can’t be undone.')
    expect(textOf(html)).toContain('zoe@umbrella.example')
    expect(renderDecisionPage(facts)).not.toContain('name="confirm"')
  })

  it('U4: there is a way back to the options', () => {
    expect(elementsOf(html, 'a').map(({ attributes }) => attributes.get('href'))).toEqual([''])
  })

  it('U1: nothing is confirmed that isn’t offered', () => {
    const paid = renderDecisionPage({
      ...facts,
      options: ['change_email', 'transfer_content'],
      confirmDelete: true,
    })
    expect(radios(paid)).toHaveLength(2)
  })
})

describe('after the decision', () => {
  it.each<[DecisionKind, string]>([
    ['change_email', 'Your old account now has the address me@home.example.'],
    ['transfer_content', 'we send an email to zoe@umbrella.example'],
    ['delete_original', 'Your old account is being removed'],
  ])('U: says what happens now: %s', (decision, said) => {
    const html = renderDecidedPage({ ...decided, locale: 'en', decision, newEmail: 'me@home.example' })
    expect(textOf(html)).toContain(said)
    expect(elementsOf(html, 'form')).toEqual([])
  })

  it('U5: a second decision is shown the one that stands, when it was made and by whom', () => {
    const already = (by: 'user' | 'schedule') =>
      textOf(
        renderAlreadyDecidedPage({
          ...decided,
          locale: 'en',
          decision: { kind: 'transfer_content', at: standing.at, by },
        }),
      )
    expect(already('user')).toContain('You made your choice on 3 March 2026 at 12:30 UTC:')
    expect(already('user')).toContain('Move everything to your account at Umbrella & Söhne')
    expect(already('schedule')).toContain('The time to choose was over on 3 March 2026 at 12:30 UTC.')
  })
})

describe('a link that has ended or was never there', () => {
  it('U6: says so and nothing else', () => {
    const html = renderGonePage()
    expect(textOf(html)).toBe(
      'Claim service This link doesn’t work The link has expired or never existed. Check that you opened the whole link.',
    )
    expect(elementsOf(html, 'a').concat(elementsOf(html, 'form'))).toEqual([])
    expect(renderGonePage('nl-BE')).toContain('Deze link werkt niet')
  })
})
