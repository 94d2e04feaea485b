import { describe, expect, it } from 'vitest'
import { mailbox } from '../../../shared/aws/mailer.ts'
import { languages } from '../../../shared/mail/language.ts'
import { renderMail } from '../../../shared/mail/render.ts'
import { sampleMails } from '../../../shared/mail/samples.ts'
import type { Sender } from '../../../shared/mail/sender.ts'
import { renderDecidedPage, renderGonePage } from '../../../shared/decision-page/decided-pages.ts'
import { renderDecisionPage } from '../../../shared/decision-page/decision-page.ts'
import { policyWith } from '../../../shared/decision-page/page.ts'
import { elementsOf, parseMarkup, squeeze } from '../../support/markup.ts'

const sender: Sender = {
  productName: 'Tidepool Chat',
  supportUrl: 'https://help.tidepool.example/claims',
  contact: 'it@acme.example',
  timeZone: 'Europe/Amsterdam',
}
const mailOf = (name: string) => {
  const mail = sampleMails.find((sample) => sample.name === name)?.mail
  if (mail === undefined) throw new Error(`no sample ${name}`)
  return mail
}
const page = {
  organizationName: 'Acme',
  address: 'robin@acme.example',
  claimType: 'delayed',
  createdAt: '2026-11-22T10:15:00Z',
  endsAt: '2026-12-06T10:15:00Z',
  options: ['change_email', 'transfer_content'],
} as const

describe('who writes', () => {
  it('N5: every mail, in every language, names the product, the org, its contact and where to get help', () => {
    for (const language of languages)
      for (const { mail } of sampleMails) {
        const { html, text } = renderMail(mail, language, sender)
        for (const shown of [text, parseMarkup(html).text])
          for (const said of [sender.productName, mail.organizationName, sender.contact, sender.supportUrl])
            expect(shown).toContain(said)
      }
  })

  it('N5: a mail with a choice says how to find out whether it is real, and where its link leads', () => {
    const { text } = renderMail(mailOf('claimed-delayed'), 'en', sender)
    expect(squeeze(text)).toContain(
      'Not sure this email is real? ---------------------------- Then don’t use the link. Ask Acme, or open Tidepool Chat',
    )
    expect(text).toContain('leads to claims.example.')
  })

  it('N5: names nobody whom nobody has named', () => {
    const { html, text } = renderMail(mailOf('revoked'), 'en', { productName: 'Tidepool', timeZone: 'UTC' })
    expect(text).not.toMatch(/Questions|Help with|undefined/)
    expect(elementsOf(html, 'a').concat(elementsOf(html, 'img'))).toEqual([])
  })

  it('N5: a contact may be a page', () => {
    const contact = 'https://intranet.acme.example/claims'
    const { html } = renderMail(mailOf('revoked'), 'nl', { ...sender, contact })
    expect(elementsOf(html, 'a').map(({ attributes }) => attributes.get('href'))).toEqual([
      contact,
      sender.supportUrl,
    ])
  })

  it('N5: a logo is the one thing that a mail or a page loads, beside the name', () => {
    const logoUrl = 'https://cdn.tidepool.example/logo.png'
    const { html } = renderMail(mailOf('revoked'), 'en', { ...sender, logoUrl })
    const shown = renderDecisionPage({ ...page, locale: 'en', sender: { ...sender, logoUrl } })
    for (const each of [html, shown])
      expect(elementsOf(each, 'img').map(({ attributes }) => attributes.get('src'))).toEqual([logoUrl])
    expect(policyWith(logoUrl)).toContain('; img-src https://cdn.tidepool.example; ')
    expect(policyWith(undefined)).not.toContain('img-src')
  })

  it.each([
    ['en', '22 November 2026 at 11:15 CET', '6 July 2026 at 12:15 CEST'],
    ['nl', '22 november 2026 om 11:15 CET', '6 juli 2026 om 12:15 CEST'],
    ['de', '22. November 2026 um 11:15 Uhr (MEZ)', '6. Juli 2026 um 12:15 Uhr (MESZ)'],
    ['fr', '22 novembre 2026 à 11 h 15 (UTC+1)', '6 juillet 2026 à 12 h 15 (UTC+2)'],
    ['es', '22 de noviembre de 2026 a las 11:15 (CET)', '6 de julio de 2026 a las 12:15 (CEST)'],
  ])('N5: times are in the org’s zone, by the name that it has then: %s', (language, winter, summer) => {
    const decided = (decidedAt: string) =>
      squeeze(
        renderMail({ ...mailOf('decision-made-change-email'), decidedAt } as never, language, sender).text,
      )
    expect(decided('2026-11-22T10:15:00Z')).toContain(winter)
    expect(decided('2026-07-06T10:15:00Z')).toContain(summer)
  })

  it('N5: pages name the product, the contact and the help, and their times are in the org’s zone', () => {
    for (const locale of languages) {
      const shown = parseMarkup(renderDecisionPage({ ...page, locale, sender })).text
      for (const said of [sender.productName, sender.contact, sender.supportUrl])
        expect(shown).toContain(said)
      expect(renderDecisionPage({ ...page, locale, sender })).toMatch(/11(?::|\u00a0h\u00a0)15/)
      const decided = renderDecidedPage({ ...page, locale, sender, decision: 'transfer_content' })
      expect(decided).toContain('it@acme.example')
    }
  })

  it('U6, N5: the page of a dead link names the product and nobody else', () => {
    const shown = parseMarkup(renderGonePage('en', { ...sender, supportUrl: undefined })).text
    expect(shown).toContain('Tidepool Chat')
    expect(shown).not.toContain('acme')
  })

  it('N5: the name that mails come from is the product’s, whatever letters it has', () => {
    expect(mailbox('Tidepool Chat', 'a@b.example')).toBe('"Tidepool Chat" <a@b.example>')
    const encoded = mailbox('Überflüssige Gezeitenbecken-Plauderei GmbH', 'a@b.example')
    expect(encoded).toMatch(/^(?:=\?UTF-8\?B\?[A-Za-z0-9+/=]{1,60}\?= )+<a@b\.example>$/)
    const words = [...encoded.matchAll(/\?B\?([^?]*)\?/g)].map(([, word = '']) => word)
    expect(words.map((word) => Buffer.from(word, 'base64').toString()).join('')).toBe(
      'Überflüssige Gezeitenbecken-Plauderei GmbH',
    )
  })
})
