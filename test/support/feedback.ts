import { claimTags } from '../../shared/mail/claim-tags.ts'

interface Told {
  readonly to: readonly string[]
  /** Absent: the mail isn’t about a claim. */
  readonly claimId?: string
  readonly sesMessageId?: string
}

const mail = ({ to, claimId, sesMessageId = 'ses-1' }: Told) => ({
  timestamp: '2026-03-01T09:30:16.000Z',
  source: 'claims@service.example',
  messageId: sesMessageId,
  destination: to,
  tags: {
    'ses:configuration-set': ['mails'],
    ...Object.fromEntries(
      Object.entries(claimId === undefined ? {} : claimTags(claimId)).map(([name, value]) => [name, [value]]),
    ),
  },
})

const envelope = (detailType: string, detail: Record<string, unknown>) => ({
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': detailType,
  source: 'aws.ses',
  account: '000000000000',
  time: '2026-03-01T09:30:17Z',
  region: 'us-east-1',
  resources: [],
  detail,
})

/** SES's event of a bounce, as it comes from the queue. */
export const bounceEvent = ({
  bounceType = 'Permanent',
  ...told
}: Told & { readonly bounceType?: 'Permanent' | 'Transient' | 'Undetermined' }) =>
  envelope('Email Bounced', {
    eventType: 'Bounce',
    bounce: {
      bounceType,
      bounceSubType: 'General',
      bouncedRecipients: told.to.map((emailAddress) => ({ emailAddress, action: 'failed', status: '5.1.1' })),
      timestamp: '2026-03-01T09:30:17.000Z',
      feedbackId: 'feedback-1',
    },
    mail: mail(told),
  })

/** SES's event of a complaint, as it comes from the queue. */
export const complaintEvent = (told: Told) =>
  envelope('Email Complaint Received', {
    eventType: 'Complaint',
    complaint: {
      complaintSubType: null,
      complainedRecipients: told.to.map((emailAddress) => ({ emailAddress })),
      timestamp: '2026-03-01T09:30:17.000Z',
      feedbackId: 'feedback-1',
    },
    mail: mail(told),
  })
