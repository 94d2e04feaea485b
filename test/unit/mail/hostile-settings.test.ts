import { describe, expect, it } from 'vitest'
import { mailbox } from '../../../shared/aws/mailer.ts'
import { settings } from '../../../shared/contracts/settings.ts'
import { renderDecisionPage } from '../../../shared/decision-page/decision-page.ts'
import { renderGonePage } from '../../../shared/decision-page/decided-pages.ts'
import { renderMail } from '../../../shared/mail/render.ts'
import { sampleMails } from '../../../shared/mail/samples.ts'
import type { Sender } from '../../../shared/mail/sender.ts'
import { forbiddenCharacter, hostileTexts } from '../../support/hostile.ts'
import { parseMarkup, skeleton } from '../../support/markup.ts'

/** The operator's own texts: the settings that reach mails, pages and headers. Only a name may be anything like a name. */
const shown = ['productName', 'supportUrl', 'logoUrl', 'mailFrom', 'publicUrl'] as const

const takes = (name: (typeof shown)[number], value: string): boolean =>
  settings.safeParse({ [name]: value }).success

const page = {
  organizationName: 'Acme',
  address: 'robin@acme.example',
  claimType: 'delayed',
  createdAt: '2026-11-22T10:15:00Z',
  endsAt: '2026-12-06T10:15:00Z',
  options: ['change_email', 'transfer_content'],
  locale: 'en',
} as const
const senderNamed = (productName: string): Sender => ({ productName, timeZone: 'UTC' })

function shownBy(sender: Sender): readonly { readonly html: string; readonly plain: string }[] {
  const mails = sampleMails.map(({ mail }) => renderMail(mail, 'en', sender))
  const pages = [renderDecisionPage({ ...page, sender }), renderGonePage('en', sender)]
  return [
    ...mails.map(({ subject, html, text }) => ({ html, plain: `${subject}${text}` })),
    ...pages.map((html) => ({ html, plain: '' })),
  ]
}

describe('what an operator sets', () => {
  it('N5: the product’s name may be letters of any script, and no other setting takes anything hostile', () => {
    const taken = hostileTexts.flatMap(([kind, text]) =>
      shown.filter((name) => takes(name, text)).map((name) => `${name}: ${kind}`),
    )
    expect(taken).toEqual(['productName: two scripts'])
    expect(takes('productName', 'Tidepool Chat & Co.')).toBe(true)
  })

  it.each(hostileTexts)(
    'N2: %s as the product’s name adds no element and no link to a mail or page',
    (_, text) => {
      const plain = shownBy(senderNamed('Plain'))
      for (const [n, { html }] of shownBy(senderNamed(text)).entries())
        expect(skeleton(html)).toEqual(skeleton(plain[n]?.html ?? ''))
    },
  )

  it.each(hostileTexts)('N2: %s as the product’s name is one name of one sender', (_, text) => {
    const from = mailbox(text, 'claims@acme.example')
    expect(from).toMatch(/^[\x20-\x7e]*(?:\r\n [\x20-\x7e]+)* ?<claims@acme\.example>$/)
    expect(from.match(/[<>]/g)).toHaveLength(
      text.includes('<') && from.startsWith('"') ? (text.match(/[<>]/g)?.length ?? 0) + 2 : 2,
    )
  })

  it('N2: a name that is taken has nothing in it that isn’t seen or that turns the text', () => {
    for (const [, text] of hostileTexts.filter(([, each]) => takes('productName', each)))
      for (const { html, plain } of shownBy(senderNamed(text))) {
        expect(plain.replaceAll('\n', '')).not.toMatch(forbiddenCharacter)
        expect(parseMarkup(html).text).not.toMatch(forbiddenCharacter)
      }
  })
})
