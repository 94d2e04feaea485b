import { httpUrl } from './clean.ts'
import { type MailDocument, paragraph, section } from './document.ts'
import { greeting, MAX_SUBJECT_NAME_LENGTH } from './greeting.ts'
import type { Span } from './line.ts'
import type { MailsReturned } from './model.ts'
import { nameAndAddress } from './people.ts'
import type { Writer } from './writer.ts'

/** N4: whom the claims' mails didn't reach, for the admins. */
export function returnedDocument(mail: MailsReturned, writer: Writer): MailDocument {
  const { returned: texts, inactive, imported, linkAsText, noPassword } = writer.texts
  const { people: count, named } = mail
  const number = mail.more ? writer.atLeast(count) : writer.number(count)
  const wordsWith = (org: Span) => ({ org, count, number })
  const words = wordsWith(writer.organization(mail.organizationName))
  const others = count - named.length
  return {
    subject: texts.subject(wordsWith(writer.organization(mail.organizationName, MAX_SUBJECT_NAME_LENGTH))),
    heading: texts.heading(words),
    body: [
      greeting(mail, writer),
      paragraph(texts.lead(words)),
      paragraph(texts.next),
      ...section(inactive.namedHeading),
      { kind: 'list', items: named.map((person) => nameAndAddress(person, writer)) },
      ...(others > 0 ? [paragraph(inactive.more({ count: others, number: writer.number(others) }))] : []),
      ...section(texts.remedyHeading, texts.remedy),
      { kind: 'link', label: texts.button, asText: linkAsText, url: httpUrl(mail.url) },
    ],
    footer: [imported.why(words), noPassword],
  }
}
