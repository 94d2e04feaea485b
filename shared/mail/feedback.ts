import * as z from 'zod'
import type { MailFailure } from '../rules/mail/notification.ts'
import { claimIdOfTags } from './claim-tags.ts'

/** Feedback from SES about a mail that it accepted. */
export interface Feedback {
  /** `transient`: a bounce that SES doesn't report as permanent; the next mail may arrive. */
  readonly kind: MailFailure | 'transient'
  /** SES's id of the mail. */
  readonly sesMessageId: string
  /** The claim that the mail is about, if any. */
  readonly claimId?: string
  /** The addresses that certainly bounced or complained; none where SES names several candidates. */
  readonly recipients: readonly string[]
}

const recipients = z.array(z.object({ emailAddress: z.string() }))
const mail = z.object({
  messageId: z.string(),
  /** The mail's recipients. */
  destination: z.array(z.string()).default([]),
  tags: z.record(z.string(), z.array(z.string())).default({}),
})
/** SES's events as EventBridge delivers them: "Email Bounced" and "Email Complaint Received". */
const event = z.object({
  detail: z.discriminatedUnion('eventType', [
    z.object({
      eventType: z.literal('Bounce'),
      mail,
      bounce: z.object({
        bounceType: z.enum(['Permanent', 'Transient', 'Undetermined']),
        bouncedRecipients: recipients,
      }),
    }),
    z.object({
      eventType: z.literal('Complaint'),
      mail,
      complaint: z.object({ complainedRecipients: recipients }),
    }),
  ]),
})

type Complaint = Extract<z.output<typeof event>['detail'], { readonly eventType: 'Complaint' }>

const addressesOf = (returned: z.output<typeof recipients>) =>
  returned.map(({ emailAddress }) => emailAddress)

/**
 * N4: the addresses that the report certainly names. For a mail to several recipients, SES names all of those at the
 * complainer's provider, and most providers don't say who complained, so it could be any of them.
 */
function complainersIn({ complaint }: Complaint): readonly string[] {
  const named = addressesOf(complaint.complainedRecipients)
  return named.length === 1 ? named : []
}

/**
 * A mail to one address failed for that address, whoever the report names: a complainer is redacted, and a bounce names
 * the last mailbox on the way, which differs where mail is forwarded.
 */
function failedIn(detail: z.output<typeof event>['detail']): readonly string[] {
  const { destination } = detail.mail
  if (destination.length === 1) return destination
  return detail.eventType === 'Complaint'
    ? complainersIn(detail)
    : addressesOf(detail.bounce.bouncedRecipients)
}

/**
 * Parses an SES event.
 * @throws ZodError if it isn't a bounce or complaint
 */
export function readFeedback(body: unknown): Feedback {
  const { detail } = event.parse(body)
  const claimId = claimIdOfTags(detail.mail.tags)
  const about = { sesMessageId: detail.mail.messageId, ...(claimId === undefined ? {} : { claimId }) }
  const recipients = failedIn(detail)
  if (detail.eventType === 'Complaint') return { ...about, kind: 'complained', recipients }
  return { ...about, kind: detail.bounce.bounceType === 'Permanent' ? 'bounced' : 'transient', recipients }
}
