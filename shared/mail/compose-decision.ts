import { httpUrl } from './clean.ts'
import type { DecisionMade, EmailConfirmation, EmailConfirmed } from './model.ts'
import { greeting, MAX_SUBJECT_NAME_LENGTH } from './greeting.ts'
import { type MailDocument, paragraph, section } from './document.ts'
import type { Writer } from './writer.ts'

const subjectWords = ({ organizationName }: { readonly organizationName: string }, writer: Writer) => ({
  org: writer.organization(organizationName, MAX_SUBJECT_NAME_LENGTH),
})

/** U7: acknowledges a decision: what was chosen, when, and what happens now. */
export function decisionDocument(mail: DecisionMade, writer: Writer): MailDocument {
  const { claim, decision: texts, noPassword, whyThisMail } = writer.texts
  const org = writer.organization(mail.organizationName)
  const address = writer.address(mail.address)
  const { acknowledged } = texts
  return {
    subject: acknowledged.subject[mail.decision](subjectWords(mail, writer)),
    heading: texts.heading[mail.decision],
    body: [
      greeting(mail, writer),
      paragraph(acknowledged.lead({ address, at: writer.instant(mail.decidedAt) })),
      {
        kind: 'chosen',
        title: claim.optionTitle[mail.decision]({ org }),
        effect: texts.next[mail.decision]({ org, address, newEmail: undefined }),
      },
      ...section(acknowledged.notYouHeading, acknowledged.notYou({ org })),
    ],
    footer: [whyThisMail({ org, address }), noPassword],
  }
}

/** U2: asks to confirm a new address. No greeting by name, since the reader may be a stranger. */
export function confirmationDocument(mail: EmailConfirmation, writer: Writer): MailDocument {
  const { decision, greeting: greet, linkAsText, noPasswordByLink } = writer.texts
  const { confirmation: texts } = decision
  const words = {
    org: writer.organization(mail.organizationName),
    masked: writer.maskedAddress(mail.address),
    newEmail: writer.address(mail.newEmail),
    expiresAt: writer.instant(mail.expiresAt),
  }
  return {
    subject: texts.subject(subjectWords(mail, writer)),
    heading: texts.heading,
    body: [
      paragraph(greet(undefined)),
      paragraph(texts.lead(words)),
      paragraph(texts.effect(words)),
      paragraph(texts.opensPage),
      { kind: 'link', label: texts.button, asText: linkAsText, url: httpUrl(mail.confirmUrl) },
      paragraph(texts.until(words)),
      paragraph(texts.notYou),
    ],
    footer: [texts.why(words), noPasswordByLink],
  }
}

/** U7: to the original account's new address, once confirmed. */
export function confirmedDocument(mail: EmailConfirmed, writer: Writer): MailDocument {
  const { decision: texts, noPassword } = writer.texts
  const words = {
    org: writer.organization(mail.organizationName),
    address: writer.address(mail.address),
    newEmail: writer.address(mail.newEmail),
  }
  return {
    subject: texts.confirmed.subject(subjectWords(mail, writer)),
    heading: texts.heading.change_email,
    body: [greeting(mail, writer), paragraph(texts.next.change_email(words))],
    footer: [texts.confirmed.why, noPassword],
  }
}
