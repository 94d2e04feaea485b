import { unreachable } from '../kit/errors.ts'
import { DAY_MS, epochSeconds, SECOND_MS } from '../kit/time.ts'
import type { Table } from './client.ts'
import { keys } from './keys.ts'
import { tableSchema } from './schema.ts'
import { edit, put, write, writeSurely } from './write.ts'

/** Long enough that no repeat of a stream record or a queue's message can come after it. */
const MAIL_RECORD_LIFETIME_MS = 30 * DAY_MS

/**
 * Longer than a worker lives (a minute), so that no two are at one mail; shorter than the queue's visibility timeout (two),
 * so that a message whose worker died, and a dead letter that is put back, find the lease run out and not in their way.
 */
export const MAIL_LEASE_MS = 75 * SECOND_MS

export type MailLease =
  /** This message may send it. `again`: somebody had the lease and died; the mail may have gone out already. */
  | { readonly state: 'leased'; readonly again: boolean }
  | { readonly state: 'sent' }
  /** Another message is at it, and will be delivered again if it fails. */
  | { readonly state: 'elsewhere' }
  /** Another delivery of this very message is at it, or died at it: the message must not be done with before the mail is. */
  | { readonly state: 'here' }

/** Who asks for a lease: a message, and which of its deliveries, since a standard queue may hand one out twice at once. */
export interface MailTaker {
  readonly messageId: string
  /** Unique: by it a call that is told once more knows its own lease. */
  readonly attempt: string
}

/**
 * Who sends a mail: the first delivery of the first queue message that asks for it; another one only once that has said
 * that it didn't go out, or has been silent for the lease's time.
 * A worker that dies between SES's acceptance and `sent` sends twice: the one window, counted by `again`.
 */
export function mailStore(table: Table) {
  return {
    async lease(mailId: string, { messageId, attempt }: MailTaker, now: Date): Promise<MailLease> {
      const item = {
        ...keys.mail(mailId),
        type: 'mail',
        v: 1,
        messageId,
        attempt,
        leasedAt: now.toISOString(),
        [tableSchema.ttlAttribute]: epochSeconds(new Date(now.getTime() + MAIL_RECORD_LIFETIME_MS)),
      }
      const ifFreeOrOwn = {
        ConditionExpression:
          'attribute_not_exists(pk) OR (attribute_not_exists(sentAt) AND (attempt = :attempt OR attribute_exists(notSentAt) OR leasedAt < :stale))',
        ExpressionAttributeValues: {
          ':attempt': attempt,
          ':stale': new Date(now.getTime() - MAIL_LEASE_MS).toISOString(),
        },
      }
      const outcome = await write(table, put(table, item, ifFreeOrOwn), 'ALL_OLD')
      switch (outcome.state) {
        case 'written':
          return {
            state: 'leased',
            again: outcome.before !== undefined && outcome.before.notSentAt === undefined,
          }
        case 'refused':
          if (outcome.standing?.sentAt !== undefined) return { state: 'sent' }
          return { state: outcome.standing?.messageId === messageId ? 'here' : 'elsewhere' }
        case 'busy':
          return { state: 'here' }
        default:
          return unreachable(outcome)
      }
    },

    /** Something failed before SES took it, or SES refused it: whoever comes next takes it up at once, and knows that it didn't go out. */
    async notSent(mailId: string, now: Date): Promise<void> {
      await writeSurely(table, edit(table, keys.mail(mailId), { notSentAt: now.toISOString() }))
    },

    async sent(mailId: string, sesMessageId: string, now: Date): Promise<void> {
      await writeSurely(table, edit(table, keys.mail(mailId), { sentAt: now.toISOString(), sesMessageId }))
    },
  }
}

export type MailStore = ReturnType<typeof mailStore>
