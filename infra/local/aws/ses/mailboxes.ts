/**
 * What happens to a mail after SES has sent it: how the recipient's mailbox answers, and the event that SES
 * publishes.
 */
import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { PublishedEvent } from '../eventbridge/event-bus.ts'
import { configurationSetArn, identityArn, LOCAL_ACCOUNT_ID } from '../names.ts'
import { addressOf } from './addresses.ts'
import type { Mail } from './outbox.ts'
import type { LocalState } from '../state.ts'

export const mailboxAnswer = z.enum(['ok', 'bounce', 'complaint'])
export type MailboxAnswer = z.output<typeof mailboxAnswer>

/** The addresses of SES's own mailbox simulator, with or without a label. */
const simulator = /^(bounce|complaint)(?:\+[^@]*)?@simulator\.amazonses\.com$/

export function createMailboxes(state: LocalState) {
  const keyOf = (address: string) => `mailbox/${addressOf(address)}`
  return {
    set(address: string, answers: MailboxAnswer): void {
      state.set(keyOf(address), answers)
    },
    answerOf(mailbox: string): MailboxAnswer {
      const set = mailboxAnswer.safeParse(state.get(keyOf(mailbox)))
      if (set.success) return set.data
      const simulated = mailboxAnswer.safeParse(simulator.exec(addressOf(mailbox))?.[1])
      return simulated.success ? simulated.data : 'ok'
    },
  }
}

type Feedback = Pick<PublishedEvent, 'source' | 'detailType' | 'detail' | 'resources'>

function mailFacts(mail: Mail, identity: string) {
  const { from, to, cc, bcc, subject, messageId, sentAt, tags, configurationSet = '' } = mail
  const tagLists = Object.entries(tags).map(([name, value]) => [name, [value]])
  return {
    timestamp: sentAt,
    source: from,
    sourceArn: identityArn(identity),
    sendingAccountId: LOCAL_ACCOUNT_ID,
    messageId,
    destination: [...to, ...cc, ...bcc],
    headersTruncated: false,
    headers: [
      { name: 'From', value: from },
      { name: 'To', value: to.join(', ') },
      { name: 'Subject', value: subject },
    ],
    commonHeaders: { from: [from], to, messageId, subject },
    tags: {
      'ses:operation': ['SendEmail'],
      'ses:configuration-set': [configurationSet],
      'ses:from-domain': [identity.slice(identity.lastIndexOf('@') + 1)],
      ...Object.fromEntries(tagLists),
    },
  }
}

/** The event that SES publishes for a recipient whose mail bounced or who complained. */
export function feedbackOf(
  mail: Mail,
  identity: string,
  recipient: string,
  answer: Exclude<MailboxAnswer, 'ok'>,
): Feedback {
  const emailAddress = addressOf(recipient)
  const recipientHash = createHash('sha256').update(emailAddress).digest('hex').slice(0, 12)
  const report = {
    timestamp: mail.sentAt,
    feedbackId: `${mail.messageId.slice(0, 16)}-${recipientHash}-000000`,
  }
  const common = { source: 'aws.ses', resources: [configurationSetArn(mail.configurationSet ?? '')] }
  if (answer === 'complaint')
    return {
      ...common,
      detailType: 'Email Complaint Received',
      detail: {
        eventType: 'Complaint',
        complaint: {
          ...report,
          complaintSubType: null,
          complainedRecipients: [{ emailAddress }],
          userAgent: 'Amazon SES Mailbox Simulator',
          complaintFeedbackType: 'abuse',
          arrivalDate: mail.sentAt,
        },
        mail: mailFacts(mail, identity),
      },
    }
  return {
    ...common,
    detailType: 'Email Bounced',
    detail: {
      eventType: 'Bounce',
      bounce: {
        ...report,
        bounceType: 'Permanent',
        bounceSubType: 'General',
        bouncedRecipients: [
          {
            emailAddress,
            action: 'failed',
            status: '5.1.1',
            diagnosticCode: 'smtp; 550 5.1.1 user unknown',
          },
        ],
        reportingMTA: 'dsn; simulator.amazonses.com',
      },
      mail: mailFacts(mail, identity),
    },
  }
}
