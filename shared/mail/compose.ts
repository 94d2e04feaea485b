import type { ClaimType } from '../rules/types.ts'
import { unreachable } from '../lib/errors.ts'
import { httpUrl } from './clean.ts'
import { confirmationDocument, confirmedDocument, decisionDocument } from './compose-decision.ts'
import type {
  ClaimModel,
  Mail,
  MigrationCompleted,
  Reminder,
  DeletionWarning,
  Revoked,
  UsersInactivated,
} from './model.ts'
import { greeting, MAX_SUBJECT_NAME_LENGTH } from './greeting.ts'
import { importDocument } from './compose-import.ts'
import { returnedDocument } from './compose-returned.ts'
import { nameAndAddress } from './people.ts'
import { type Block, type MailDocument, paragraph, section } from './document.ts'
import { line, type Span } from './line.ts'
import type { Sender } from './sender.ts'
import { productOf } from './sender-lines.ts'
import { claimWords, type Writer } from './writer.ts'

type ClaimMail = Extract<Mail, ClaimModel>

/**
 * Composes the document of a mail of any kind.
 * @throws InputError for an invalid instant, or a URL that isn't http(s)
 */
export function documentFor(mail: Mail, writer: Writer, sender: Sender): MailDocument {
  switch (mail.kind) {
    case 'claimed_direct':
      return claimDocument(mail, 'direct', writer, sender)
    case 'claimed_delayed':
      return claimDocument(mail, 'delayed', writer, sender)
    case 'claim_resent': {
      const document = claimDocument(mail, mail.claimType, writer, sender)
      const { resentSubject, resent } = writer.texts.claimMail
      const [greeting, ...rest] = document.body
      const asked = paragraph(resent(claimWords(writer, mail)))
      return {
        ...document,
        subject: resentSubject(document.subject),
        body: [...(greeting === undefined ? [] : [greeting]), asked, ...rest],
      }
    }
    case 'reminder':
      return reminderDocument(mail, writer, sender)
    case 'revoked':
      return revokedDocument(mail, writer)
    case 'decision_made':
      return decisionDocument(mail, writer)
    case 'email_confirmation':
      return confirmationDocument(mail, writer)
    case 'email_confirmed':
      return confirmedDocument(mail, writer)
    case 'migration_completed':
      return migratedDocument(mail, writer)
    case 'users_inactivated':
    case 'removal_warning':
      return inactiveDocument(mail, writer)
    case 'mails_returned':
      return returnedDocument(mail, writer)
    case 'import_finished':
      return importDocument(mail, writer)
    default:
      return unreachable(mail)
  }
}

/** U: the options, the content that is lost and why, and the link. */
function choice(mail: ClaimMail, writer: Writer): Block[] {
  const { claim: texts, claimMail, linkAsText } = writer.texts
  const words = claimWords(writer, mail)
  const { contentLoss, options } = mail
  const loss: Block[] =
    contentLoss === undefined
      ? []
      : [
          {
            kind: 'notice',
            heading: texts.lossHeading,
            lines: [
              texts.lossReason[contentLoss](words),
              contentLoss === 'source_deleted' ? texts.lossGone(words) : texts.lossStaysBehind(words),
            ],
          },
        ]
  if (options.length === 0) return [...loss, paragraph(texts.nothingToChoose)]
  return [
    ...loss,
    ...section(claimMail.choiceHeading),
    // What each option does is on the page: with all of it in the mail, nobody would read as far as the button.
    { kind: 'list', items: options.map((kind) => texts.optionTitle[kind](words)) },
    paragraph(options.includes('delete_original') ? texts.once : line`${texts.once} ${texts.paid}`),
    paragraph(claimMail.opensPage),
    { kind: 'link', label: claimMail.button, asText: linkAsText, url: httpUrl(mail.decisionUrl) },
  ]
}

/**
 * The end of a claim mail: what happens if the reader does nothing, what to do about a mistake, and why the mail came.
 */
function claimClosing(
  mail: ClaimMail,
  type: ClaimType,
  writer: Writer,
  sender: Sender,
): Pick<MailDocument, 'body' | 'footer'> {
  const { claim: texts, noPassword, noPasswordByLink, sender: doubts, whyThisMail } = writer.texts
  const words = claimWords(writer, mail)
  const host: Span = { strong: new URL(httpUrl(mail.decisionUrl)).host }
  const doubtWords = { product: productOf(sender), org: words.org, host }
  const nothingToDecide = type === 'direct' && mail.options.length === 0
  return {
    body: [
      ...(nothingToDecide ? [] : section(texts.idleHeading, texts.idle[type](words))),
      ...section(
        texts.mistakeHeading,
        mail.options.length === 0 ? texts.mistakeWithoutChoice(words) : texts.mistake(words),
      ),
      ...(mail.options.length === 0 ? [] : section(doubts.doubtHeading, doubts.doubt(doubtWords))),
    ],
    footer: [whyThisMail(words), mail.options.length === 0 ? noPassword : noPasswordByLink],
  }
}

function claimDocument(mail: ClaimMail, type: ClaimType, writer: Writer, sender: Sender): MailDocument {
  const { claim: texts, claimMail } = writer.texts
  const words = claimWords(writer, mail)
  const short = claimWords(writer, mail, MAX_SUBJECT_NAME_LENGTH)
  const situation = mail.contentLoss === 'source_deleted' ? texts.situationWithoutOld : texts.situation[type]
  const closing = claimClosing(mail, type, writer, sender)
  return {
    subject:
      mail.options.length === 0 ? claimMail.subjectWithoutChoice(short) : claimMail.subject[type](short),
    heading: claimMail.heading[type](words),
    body: [
      greeting(mail, writer),
      paragraph(texts.claimed(words)),
      paragraph(situation(words)),
      ...choice(mail, writer),
      ...closing.body,
    ],
    footer: closing.footer,
  }
}

function reminderDocument(mail: Reminder, writer: Writer, sender: Sender): MailDocument {
  const { claim: texts, reminder } = writer.texts
  const daysLeft = reminder.daysLeft(mail.daysLeft)
  const words = { ...claimWords(writer, mail), daysLeft }
  const closing = claimClosing(mail, 'delayed', writer, sender)
  return {
    subject: reminder.subject({ ...claimWords(writer, mail, MAX_SUBJECT_NAME_LENGTH), daysLeft }),
    heading: reminder.heading(words),
    body: [
      greeting(mail, writer),
      paragraph(texts.claimed(words)),
      paragraph(reminder.lead(words)),
      ...choice(mail, writer),
      ...closing.body,
    ],
    footer: closing.footer,
  }
}

function revokedDocument(mail: Revoked, writer: Writer): MailDocument {
  const { revoked: texts, whyThisMail, noPassword } = writer.texts
  const words = {
    org: writer.organization(mail.organizationName),
    address: writer.address(mail.address),
    createdAt: writer.instant(mail.createdAt),
    revokedAt: writer.instant(mail.revokedAt),
  }
  return {
    subject: texts.subject({ org: writer.organization(mail.organizationName, MAX_SUBJECT_NAME_LENGTH) }),
    heading: texts.heading(words),
    body: [
      greeting(mail, writer),
      paragraph(texts.lead(words)),
      ...section(texts.meansHeading, texts.means(words), texts.idle(words)),
    ],
    footer: [whyThisMail(words), noPassword],
  }
}

function migratedDocument(mail: MigrationCompleted, writer: Writer): MailDocument {
  const { migrated: texts, whyThisMail, noPassword } = writer.texts
  const words = {
    org: writer.organization(mail.organizationName),
    address: writer.address(mail.address),
    completedAt: writer.instant(mail.completedAt),
  }
  const days = mail.retentionDays
  const moved = texts.moved({
    count: mail.conversationsMoved,
    number: writer.number(mail.conversationsMoved),
  })
  return {
    subject: texts.subject({ org: writer.organization(mail.organizationName, MAX_SUBJECT_NAME_LENGTH) }),
    heading: texts.heading(words),
    body: [
      greeting(mail, writer),
      paragraph(texts.lead[mail.decidedBy](words)),
      paragraph(line`${moved} ${texts.oldAccount}`),
      ...section(
        texts.retentionHeading,
        days === null
          ? texts.retentionUnlimited(words)
          : texts.retention({ org: words.org, days, number: writer.number(days) }),
      ),
      paragraph(texts.idle(words)),
    ],
    footer: [whyThisMail(words), noPassword],
  }
}

function inactiveDocument(mail: UsersInactivated | DeletionWarning, writer: Writer): MailDocument {
  const { inactive: texts, imported, noPassword } = writer.texts
  const users = texts.users({ count: mail.users, number: writer.number(mail.users) })
  const wordsWith = (org: Span) => ({
    org,
    users,
    count: mail.users,
    number: writer.number(mail.users),
    removedOn: writer.day(mail.removedFrom),
  })
  const words = wordsWith(writer.organization(mail.organizationName))
  const short = wordsWith(writer.organization(mail.organizationName, MAX_SUBJECT_NAME_LENGTH))
  const inDays = mail.kind === 'removal_warning' ? texts.inDays(mail.daysLeft) : undefined
  const more = mail.users - mail.named.length
  return {
    subject: inDays === undefined ? texts.subject(short) : texts.warningSubject({ ...short, inDays }),
    heading: inDays === undefined ? texts.heading(words) : texts.warningHeading({ ...words, inDays }),
    body: [
      greeting(mail, writer),
      paragraph(inDays === undefined ? texts.lead(words) : texts.warningLead(words)),
      paragraph(texts.next({ removedFrom: writer.instant(mail.removedFrom) })),
      ...section(texts.namedHeading),
      { kind: 'list', items: mail.named.map((person) => nameAndAddress(person, writer)) },
      ...(more > 0 ? [paragraph(texts.more({ count: more, number: writer.number(more) }))] : []),
      ...section(texts.mistakeHeading, texts.mistake(words)),
      paragraph(texts.idle),
    ],
    footer: [imported.why(words), noPassword],
  }
}
