import * as z from 'zod'
import type { MailFailure } from '../rules/claims/notification.ts'
import { claimIdOfTags } from './claim-tags.ts'

/** What SES tells of a mail it took. */
export interface Feedback {
  /** `transient`: a bounce that SES doesn't call permanent; the next mail may arrive. */
  readonly kind: MailFailure | 'transient'
  /** SES's id of the mail. */
  readonly sesMessageId: string
  /** Of a mail about a claim. */
  readonly claimId?: string
  /** Addresses of which it is sure that they bounced, or complained: none where SES names several that may have. */
  readonly recipients: readonly string[]
}

const recipients = z.array(z.object({ emailAddress: z.string() }))
const mail = z.object({
  messageId: z.string(),
  /** Whom the mail went to. */
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

const addressesOf = (told: z.output<typeof recipients>) => told.map(({ emailAddress }) => emailAddress)

/**
 * N4: of a mail to several, SES names all at the complainer's provider, and most providers don't tell who it was: then it
 * may be any of them.
 */
function complainersIn({ complaint }: Complaint): readonly string[] {
  const named = addressesOf(complaint.complainedRecipients)
  return named.length === 1 ? named : []
}

/**
 * A mail to one address is that one's, whoever the report names: a complainer is blacked out, and a bounce names the last
 * mailbox on the way, which is another one where mail is forwarded.
 */
function failedIn(detail: z.output<typeof event>['detail']): readonly string[] {
  const { destination } = detail.mail
  if (destination.length === 1) return destination
  return detail.eventType === 'Complaint'
    ? complainersIn(detail)
    : addressesOf(detail.bounce.bouncedRecipients)
}

/** @throws ZodError for what is no bounce or complaint */
export function readFeedback(body: unknown): Feedback {
  const { detail } = event.parse(body)
  const claimId = claimIdOfTags(detail.mail.tags)
  const about = { sesMessageId: detail.mail.messageId, ...(claimId === undefined ? {} : { claimId }) }
  const recipients = failedIn(detail)
  if (detail.eventType === 'Complaint') return { ...about, kind: 'complained', recipients }
  return { ...about, kind: detail.bounce.bounceType === 'Permanent' ? 'bounced' : 'transient', recipients }
}
