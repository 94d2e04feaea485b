import { describe, expect, it } from 'vitest'
import type { Mail } from '../../../shared/mail/model.ts'
import { type Language, languages } from '../../../shared/mail/language.ts'
import { plain } from '../../../shared/mail/line.ts'
import { MAX_SUBJECT_LENGTH, type RenderedMail, renderMail } from '../../../shared/mail/render.ts'
import { sampleMails } from '../../../shared/mail/samples.ts'
import { plainSender } from '../../../shared/mail/sender.ts'
import { mailTexts } from '../../../shared/mail/texts/all.ts'
import { type Markup, parseMarkup, squeeze } from '../../support/markup.ts'
import {
  claimMails,
  confirmUrl,
  decisionUrl,
  kinds,
  names,
  optionSets,
  otherMails,
  reasons,
  reportUrl,
} from './model.ts'

const everyClaimMail = optionSets.flatMap((options) =>
  reasons.flatMap((contentLoss) => claimMails({ options, contentLoss })),
)
const mailsOfFacts: readonly Mail[] = [...everyClaimMail, ...otherMails()]
const everyMail: readonly Mail[] = [...mailsOfFacts, ...sampleMails.map(({ mail }) => mail)]

const linksOf = (markup: Markup): string[] =>
  markup.elements.filter(({ tag }) => tag === 'a').map(({ attributes }) => attributes.get('href') ?? '')

/** Written and taken apart once for all the tests of a language. */
const writtenIn = (language: Language) =>
  everyMail.map((mail) => {
    const rendered = renderMail(mail, language)
    const markup = parseMarkup(rendered.html)
    return { mail, ...rendered, markup, htmlText: squeeze(`${markup.text} ${linksOf(markup).join(' ')}`) }
  })

const dates: Record<Language, (day: number, month: string, time: string) => string> = {
  en: (day, month, time) => `${day} ${month} 2026 at ${time} UTC`,
  nl: (day, month, time) => `${day} ${month} 2026 om ${time} UTC`,
  de: (day, month, time) => `${day}. ${month} 2026 um ${time} Uhr (UTC)`,
  fr: (day, month, time) => `${day} ${month} 2026 à ${time.replace(':', ' h ')} (UTC)`,
  es: (day, month, time) => `${day} de ${month} de 2026 a las ${time} (UTC)`,
}
const months: Record<Language, { march: string; may: string }> = {
  en: { march: 'March', may: 'May' },
  nl: { march: 'maart', may: 'mei' },
  de: { march: 'März', may: 'Mai' },
  fr: { march: 'mars', may: 'mai' },
  es: { march: 'marzo', may: 'mayo' },
}

/** What a mail of `facts.ts` must say, in words of its language. */
function factsIn(mail: Mail, language: Language): string[] {
  const at = dates[language]
  const { march, may } = months[language]
  const number = (value: number) =>
    new Intl.NumberFormat(`${language}-${language === 'en' ? 'GB' : language}`).format(value)
  switch (mail.kind) {
    case 'claimed_direct':
    case 'claimed_delayed':
    case 'claim_resent':
    case 'reminder': {
      const { claim } = mailTexts[language]
      const titles = mail.options.map((kind) =>
        plain(claim.optionTitle[kind]({ org: names.organizationName })),
      )
      const url = mail.options.length === 0 ? [] : [decisionUrl]
      const left = mail.kind === 'reminder' && mail.daysLeft > 0 ? [String(mail.daysLeft)] : []
      const loss = mail.contentLoss === undefined ? [] : [plain(claim.lossHeading)]
      const isDirect =
        mail.kind === 'claimed_direct' || (mail.kind === 'claim_resent' && mail.claimType === 'direct')
      // Where there is nothing to choose and nothing to move, nothing is to be in time for.
      const end = isDirect && mail.options.length === 0 ? [] : [at(15, march, '09:05')]
      return [
        names.address,
        'umbrella.example',
        at(1, march, '09:05'),
        ...end,
        ...titles,
        ...url,
        ...left,
        ...loss,
      ]
    }
    case 'revoked':
      return [names.address, at(1, march, '09:05'), at(4, march, '17:45')]
    case 'decision_made': {
      const { claim } = mailTexts[language]
      const title = plain(claim.optionTitle[mail.decision]({ org: names.organizationName }))
      return [names.address, at(3, march, '12:30'), title]
    }
    case 'email_confirmation':
      return ['z…@umbrella.example', names.newEmail, at(4, march, '09:05'), confirmUrl]
    case 'email_confirmed':
      return [names.address, names.newEmail]
    case 'migration_completed':
      return [
        names.address,
        at(15, march, '09:06'),
        ...(mail.conversationsMoved === 0 ? [] : [number(mail.conversationsMoved)]),
        ...(mail.retentionDays === null ? [] : [number(mail.retentionDays)]),
      ]
    case 'users_inactivated':
    case 'removal_warning':
      return [
        names.address,
        names.person,
        at(31, may, '00:10'),
        number(mail.users),
        ...(mail.users === 1 ? [] : [number(mail.users - 1)]),
        ...(mail.kind === 'removal_warning' ? [String(mail.daysLeft)] : []),
      ]
    case 'mails_returned':
      return [
        names.person,
        names.address,
        mail.more ? `${number(mail.people)}+` : number(mail.people),
        ...(mail.people === 1 ? [] : [number(mail.people - 1)]),
        decisionUrl,
      ]
    case 'import_finished': {
      const { outcome } = mail
      if (outcome.status === 'failed') return [names.fileName, names.message, names.code]
      const { rowsRead, claimed, refused, unchanged } = outcome
      return [
        names.fileName,
        ...[rowsRead, claimed, refused, unchanged].map(number),
        // I9, I10
        ...outcome.ignoredColumns,
        ...Object.values(outcome.contentLoss).map(number),
        ...(outcome.reportUrl === undefined ? [] : [reportUrl]),
        ...(outcome.reportUrlEndsAt === undefined ? [] : [at(2, march, '21:00')]),
      ]
    }
  }
}

describe.each(languages)('in %s', (language) => {
  const written = writtenIn(language)

  it('N1, N2: every mail, with every set of options and every content loss, has every fact in both its forms', () => {
    for (const { mail, subject, text, htmlText, language: writtenAs } of written.slice(
      0,
      mailsOfFacts.length,
    )) {
      const flat = squeeze(text)
      const greeted = 'firstName' in mail ? [names.firstName] : []
      const facts = [names.organizationName, ...greeted, ...factsIn(mail, language)].map(squeeze)
      expect(writtenAs).toBe(language)
      expect(facts.filter((fact) => !flat.includes(fact))).toEqual([])
      expect(facts.filter((fact) => !htmlText.includes(fact))).toEqual([])
      expect(subject).toContain(mail.kind === 'import_finished' ? names.fileName : names.organizationName)
    }
  })

  it('N2: the text says all that the HTML says, and the HTML all that the text says', () => {
    const { linkAsText, imported } = mailTexts[language]
    const labels = Object.values(imported.counts).map(plain)
    for (const { text, markup, htmlText } of written) {
      const flat = squeeze(text)
      const pieces = markup.elements
        .filter(({ tag }) => ['h1', 'h2', 'h3', 'p', 'th', 'strong', 'bdi', 'a', 'code'].includes(tag))
        .map((element) => squeeze(element.text))
      expect(pieces.filter((piece) => !flat.includes(piece) && piece !== squeeze(plain(linkAsText)))).toEqual(
        [],
      )

      const lines = text.split('\n').map((line) => squeeze(line.replace(/^\* /, '')))
      // The counts stand before their labels in the text and after them in the HTML.
      const counts = lines.filter(
        (line) => /^\d/.test(line) && labels.some((label) => line.endsWith(` ${label}`)),
      )
      expect(counts.length === 0 || counts.length === 4).toBe(true)
      const said = lines.filter((line) => !/^[-=]*$/.test(line) && !counts.includes(line))
      expect(said.filter((line) => !htmlText.includes(line))).toEqual([])
    }
  })

  it('N2: no text is missing or shown as the program has it', () => {
    for (const { subject, markup, text } of written) {
      for (const shown of [subject, markup.text, text]) {
        expect(shown).not.toMatch(/undefined|null|NaN|\[object|\$\{|Invalid|&\w+;/)
      }
      expect(text).not.toMatch(/\n{4}|\S {3,}\S/)
    }
  })

  it('N2: no mail asks for a password, and each says so', () => {
    const { noPassword, noPasswordByLink } = mailTexts[language]
    for (const { markup, text } of written) {
      expect([noPassword, noPasswordByLink].some((said) => text.includes(plain(said)))).toBe(true)
      expect(markup.elements.filter(({ tag }) => ['input', 'form', 'button'].includes(tag))).toEqual([])
    }
  })

  it('N2: every subject is one line that fits', () => {
    for (const { subject } of written) {
      expect(subject).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]{10,}$/u)
      expect(subject.length).toBeLessThanOrEqual(MAX_SUBJECT_LENGTH)
    }
  })
})

describe('the languages', () => {
  const bodyOf = (rendered: RenderedMail) =>
    rendered.text.split('\n').filter((line) => /\p{L}{3}.* .*\p{L}{3}/u.test(line))

  it('N2: no two of them share a sentence: nothing was left untranslated', () => {
    // What an error says comes from the import, which has it in the org's language.
    const shown = [...claimMails({ options: kinds, contentLoss: 'other_region' }), ...otherMails()].filter(
      (mail) => mail.kind !== 'import_finished' || mail.outcome.status !== 'failed',
    )
    for (const mail of shown) {
      const lines = languages.flatMap((language) =>
        bodyOf(renderMail('firstName' in mail ? { ...mail, firstName: '' } : mail, language)),
      )
      const ofText = lines.filter(
        (line) =>
          line !== decisionUrl &&
          line !== confirmUrl &&
          line !== plainSender.productName &&
          !line.includes(names.person),
      )
      expect(ofText.filter((line, index) => ofText.indexOf(line) !== index)).toEqual([])
    }
  })

  it('N2: no mail says the same thing twice: no two of its sentences begin with the same five words', () => {
    for (const language of languages)
      for (const mail of everyMail) {
        const sentences = bodyOf(renderMail(mail, language)).flatMap((line) => line.split(/(?<=[.!?])\s+/))
        const begun = sentences
          .map((sentence) => sentence.split(/\s+/).slice(0, 5))
          // An instant may be named as often as it matters.
          .filter((words) => words.length === 5 && !/\d/.test(words.join('')))
          .map((words) => words.join(' '))
        expect(begun.filter((words, n) => begun.indexOf(words) !== n)).toEqual([])
      }
  })

  it('O1: where the old account is gone, the mail promises neither a choice nor that the claim can be withdrawn', () => {
    const gone = sampleMails.find(({ name }) => name === 'claimed-direct-source-deleted')?.mail
    if (gone === undefined) throw new Error('no such sample')
    for (const language of languages) expect(renderMail(gone, language).text).not.toMatch(/\b6\b/)
  })

  it('I12: the mail about a cancelled import says so first, in each language, and what stays', () => {
    const cancelled = sampleMails.find(({ name }) => name === 'import-cancelled')?.mail
    const finished = sampleMails.find(({ name }) => name === 'import-finished')?.mail
    if (cancelled === undefined || finished === undefined) throw new Error('no such samples')
    for (const language of languages) {
      const { subject, text } = renderMail(cancelled, language)
      const word = {
        en: 'cancelled',
        nl: 'geannuleerd',
        de: 'abgebrochen',
        fr: 'annulée',
        es: 'cancelad[ao]',
      }
      expect(subject).toMatch(new RegExp(word[language]))
      expect(squeeze(text)).toContain(plain(mailTexts[language].imported.reportOfCancelled))
      expect(renderMail(finished, language).text).not.toMatch(new RegExp(word[language]))
    }
  })

  it('N2: an empty or unknown locale is written in English', () => {
    const [mail] = claimMails({ options: ['change_email'] })
    if (mail === undefined) throw new Error('there is no mail')
    expect(renderMail(mail, '')).toEqual(renderMail(mail, 'en'))
    expect(renderMail(mail, 'tlh')).toEqual(renderMail(mail, 'en'))
    expect(renderMail(mail, 'NL_be')).toEqual(renderMail(mail, 'nl'))
  })

  it('N2: a region writes its own dates', () => {
    const [mail] = claimMails({ options: [] })
    if (mail === undefined) throw new Error('there is no mail')
    expect(squeeze(renderMail(mail, 'en-US').text)).toContain('March 1, 2026 at 09:05 AM UTC')
  })
})
