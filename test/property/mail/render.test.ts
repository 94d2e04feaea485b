import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clean, truncate, httpUrl } from '../../../shared/mail/clean.ts'
import { formattingLocale, languageOf, languages, preferredLanguage } from '../../../shared/mail/language.ts'
import { escapeHtml } from '../../../shared/mail/line.ts'
import { MAX_SUBJECT_LENGTH, renderMail } from '../../../shared/mail/render.ts'
import { forbiddenCharacter, hostile } from '../../support/hostile.ts'
import { parseMarkup, skeleton } from '../../support/markup.ts'
import {
  claimMails,
  confirmUrl,
  decisionUrl,
  kinds,
  type Names,
  names,
  otherMails,
  reportUrl,
} from '../../unit/mail/model.ts'

const mailsOf = (of: Names) => [
  ...claimMails({ options: kinds, contentLoss: 'other_region' }, of),
  ...otherMails(of).filter((mail) => mail.kind !== 'migration_completed'),
  ...otherMails(of)
    .filter((mail) => mail.kind === 'migration_completed')
    .slice(0, 1),
]

/** Names are set in `<bdi>`, one that is empty once cleaned in nothing. */
const structure = (html: string): string[] => skeleton(html).filter((element) => element !== 'bdi')

/** Attributes' values, but for the title's, which names the organization. */
const values = (html: string) =>
  parseMarkup(html).elements.map(({ attributes }) =>
    [...attributes].filter(([name]) => name !== 'aria-label'),
  )

const plainMails = mailsOf(names).map((mail) => renderMail(mail, 'nl').html)
const withAttributes = (attributes: readonly unknown[]): boolean => attributes.length > 0

const hostileNames: fc.Arbitrary<Names> = fc.record({
  organizationName: hostile,
  firstName: hostile,
  address: hostile,
  newEmail: hostile,
  person: hostile,
  fileName: hostile,
  message: hostile,
  code: hostile,
})

describe('a mail with any names in it', () => {
  it('N2: has the same elements, attributes and links as one with plain names', () => {
    fc.assert(
      fc.property(hostileNames, fc.nat(), (of, pick) => {
        const mails = mailsOf(of)
        const index = pick % mails.length
        const mail = mails[index]
        const plainHtml = plainMails[index]
        if (mail === undefined || plainHtml === undefined) throw new Error('there is no mail')
        const { html } = renderMail(mail, 'nl')
        expect(structure(html)).toEqual(structure(plainHtml))
        expect(values(html).filter(withAttributes)).toEqual(values(plainHtml).filter(withAttributes))
      }),
      { numRuns: 400 },
    )
  })

  it('N2: has nothing that a mail program makes a link of by itself, but for its own links and the address', () => {
    const { address, newEmail } = names
    const domain = address.slice(address.indexOf('@') + 1)
    const own = [address, domain, newEmail, decisionUrl, confirmUrl, reportUrl]
    fc.assert(
      fc.property(hostileNames, fc.constantFrom(...languages), fc.nat(), (of, language, pick) => {
        const mails = mailsOf({ ...of, address, newEmail, code: names.code })
        const mail = mails[pick % mails.length]
        if (mail === undefined) throw new Error('there is no mail')
        const { subject, text, html } = renderMail(mail, language)
        for (const shown of [subject, text, parseMarkup(html).text]) {
          const foreign = own.reduce((left, known) => left.replaceAll(known, ' '), shown)
          expect(foreign).not.toMatch(/(?:evil|www)\.[^\s.…]{2}|\p{L}:\/\//u)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('N2: has one subject line of bounded length, without a character that ends or turns it', () => {
    fc.assert(
      fc.property(hostileNames, fc.constantFrom(...languages), fc.nat(), (of, language, pick) => {
        const mails = mailsOf(of)
        const mail = mails[pick % mails.length]
        if (mail === undefined) throw new Error('there is no mail')
        const { subject, text } = renderMail(mail, language)
        expect(subject).not.toMatch(forbiddenCharacter)
        expect(subject.length).toBeLessThanOrEqual(MAX_SUBJECT_LENGTH)
        expect(subject.isWellFormed()).toBe(true)
        expect(text.replaceAll('\n', '')).not.toMatch(forbiddenCharacter)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a language', () => {
  it('N2: is found for any locale, and dates can be written in it', () => {
    fc.assert(
      fc.property(
        fc.oneof(hostile, fc.constantFrom('nl', 'de_', 'fr-FR-x-1', 'es-u', 'nl-NL-u-nu-arab')),
        (locale) => {
          expect(languages).toContain(languageOf(locale))
          const formatting = formattingLocale(locale)
          expect(languageOf(formatting)).toBe(languageOf(locale))
          expect(Intl.DateTimeFormat.supportedLocalesOf(formatting)).toHaveLength(1)
          expect(languages).toContain(preferredLanguage(locale))
        },
      ),
    )
  })
})

describe('cleaned text', () => {
  it('N2: is one well-formed line within its length, and cleaning it again changes nothing', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 80 }), (text, maxLength) => {
        const cleaned = clean(text, maxLength)
        expect(cleaned).not.toMatch(forbiddenCharacter)
        expect(cleaned.isWellFormed()).toBe(true)
        expect(cleaned.length).toBeLessThanOrEqual(maxLength)
        expect(clean(cleaned, maxLength)).toBe(cleaned)
      }),
    )
  })

  it('clip keeps the beginning, and all of it where it fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, maxLength) => {
        const clipped = truncate(text, maxLength)
        if (text.length <= maxLength) expect(clipped).toBe(text)
        else expect(text.startsWith(clipped.slice(0, -1))).toBe(true)
      }),
    )
  })

  it('N2: escaped, is one text again when it is read', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const cleaned = clean(text, 500)
        const { elements } = parseMarkup(`<p title="${escapeHtml(cleaned)}">${escapeHtml(cleaned)}</p>`)
        expect(elements).toEqual([{ tag: 'p', attributes: new Map([['title', cleaned]]), text: cleaned }])
      }),
    )
  })
})

describe('a URL', () => {
  it('N2: becomes a link only as http or https, and then in ASCII without quotes or blanks', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          hostile,
          fc.webUrl(),
          hostile.map((text) => `https://claims.example/${text}`),
          hostile.map((text) => `javascript:${text}`),
        ),
        (url) => {
          const link = linkOf(url)
          if (link !== undefined) expect(link).toMatch(/^https?:\/\/[^\s"<>\u007f-\uffff]+$/)
        },
      ),
    )
  })
})

function linkOf(url: string): string | undefined {
  try {
    return httpUrl(url)
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_url' })
    return undefined
  }
}
