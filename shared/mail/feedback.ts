import * as z from 'zod'
import type { MailFailure } from '../claims/notification.ts'
import { claimIdOfTags } from './claim-tags.ts'

/** What SES tells of a mail it took. */
export interface Feedback {
  /** `transient`: a bounce that SES doesn't call permanent; the next mail may arrive. */
  readonly kind: MailFailure | 'transient'
  /** SES's id of the mail. */
  readonly sesMessageId: string
  /** Of a mail about a claim. */
  readonly claimId?: string
  /** Addresses that bounced, or may have complained: of several at one provider SES can't tell which. */
  readonly recipients: readonly string[]
}

const recipients = z.array(z.object({ emailAddress: z.string() }))
const mail = z.object({
  messageId: z.string(),
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

const addressesOf = (told: z.output<typeof recipients>) => told.map(({ emailAddress }) => emailAddress)

/** @throws ZodError for what is no bounce or complaint */
export function readFeedback(body: unknown): Feedback {
  const { detail } = event.parse(body)
  const claimId = claimIdOfTags(detail.mail.tags)
  const about = { sesMessageId: detail.mail.messageId, ...(claimId === undefined ? {} : { claimId }) }
  if (detail.eventType === 'Complaint')
    return { ...about, kind: 'complained', recipients: addressesOf(detail.complaint.complainedRecipients) }
  const { bounceType, bouncedRecipients } = detail.bounce
  return {
    ...about,
    kind: bounceType === 'Permanent' ? 'bounced' : 'transient',
    recipients: addressesOf(bouncedRecipients),
  }
}
