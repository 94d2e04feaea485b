import { clean } from './clean.ts'
import type { Mail } from './model.ts'
import type { Language } from './language.ts'
import type { MailDocument } from './document.ts'
import { documentFor } from './compose.ts'
import { plain } from './line.ts'
import { plainSender, type Sender } from './sender.ts'
import { helpLines, productOf } from './sender-lines.ts'
import { renderHtml } from './render-html.ts'
import { renderText } from './render-text.ts'
import { writerFor } from './writer.ts'

/** UTF-16 units. Far below RFC 5322's 998 octets a line in any encoding. */
export const MAX_SUBJECT_LENGTH = 200

export interface RenderedMail {
  /** One line without control characters (N2). */
  readonly subject: string
  /** A complete document that loads nothing but the product's logo, if there is one. */
  readonly html: string
  /** The same content and links as the HTML. */
  readonly text: string
  readonly language: Language
}

/**
 * N1, N2: renders a mail in the language of the user's locale, or English if that isn't supported.
 * @throws InputError `invalid_instant` or `invalid_url`: no mail is better than one with a wrong date or link
 */
export function renderMail(mail: Mail, locale: string, sender: Sender = plainSender): RenderedMail {
  const writer = writerFor(locale, sender.timeZone)
  const org = writer.organization(mail.organizationName)
  const written = documentFor(mail, writer, sender)
  const [why, ...rest] = written.footer
  const sentFor = writer.texts.sender.sentFor({ product: productOf(sender), org })
  const document: MailDocument = {
    ...written,
    footer: [...(why === undefined ? [] : [why]), sentFor, ...helpLines(writer, sender, org), ...rest],
  }
  return {
    subject: clean(plain(document.subject), MAX_SUBJECT_LENGTH),
    html: renderHtml(document, writer.language, sender),
    text: renderText(document, sender),
    language: writer.language,
  }
}
