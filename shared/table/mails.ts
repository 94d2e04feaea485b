import { unreachable } from '../kit/errors.ts'
import { DAY_MS, epochSeconds, MINUTE_MS } from '../kit/time.ts'
import type { Table } from './client.ts'
import { keys } from './keys.ts'
import { tableSchema } from './schema.ts'
import { edit, put, write, writeSurely } from './write.ts'

/** Long enough that no repeat of a stream record or a queue's message can come after it. */
const MAIL_RECORD_LIFETIME_MS = 30 * DAY_MS

/**
 * Longer than a worker lives (a minute), so that no two are at one mail; shorter than the queue's visibility timeout (six),
 * so that a dead letter that is put back, and is another message by then, finds its last lease run out and not in its way.
 */
export const MAIL_LEASE_MS = 5 * MINUTE_MS

export type MailLease =
  /** This message may send it. `again`: somebody had the lease and died; the mail may have gone out already. */
  | { readonly state: 'leased'; readonly again: boolean }
  | { readonly state: 'sent' }
  /** Another message is at it, and will be delivered again if it fails. */
  | { readonly state: 'elsewhere' }

/**
 * Who sends a mail: the first queue message that asks for it, however often the queue delivers it; another one only once
 * the first has been silent for the lease's time.
 * A worker that dies between SES's acceptance and `sent` sends twice: the one window, counted by `again`.
 */
export function mailStore(table: Table) {
  return {
    async lease(mailId: string, messageId: string, now: Date): Promise<MailLease> {
      const item = {
        ...keys.mail(mailId),
        type: 'mail',
        v: 1,
        messageId,
        leasedAt: now.toISOString(),
        [tableSchema.ttlAttribute]: epochSeconds(new Date(now.getTime() + MAIL_RECORD_LIFETIME_MS)),
      }
      const ifFreeOrOwn = {
        ConditionExpression:
          'attribute_not_exists(pk) OR (attribute_not_exists(sentAt) AND (messageId = :message OR leasedAt < :stale))',
        ExpressionAttributeValues: {
          ':message': messageId,
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
          return { state: outcome.standing?.sentAt === undefined ? 'elsewhere' : 'sent' }
        case 'busy':
          return { state: 'elsewhere' }
        default:
          return unreachable(outcome)
      }
    },

    /** SES has refused it, for now or for good: whoever takes it up next knows that it didn't go out. */
    async notSent(mailId: string, now: Date): Promise<void> {
      await writeSurely(table, edit(table, keys.mail(mailId), { notSentAt: now.toISOString() }))
    },

    async sent(mailId: string, sesMessageId: string, now: Date): Promise<void> {
      await writeSurely(table, edit(table, keys.mail(mailId), { sentAt: now.toISOString(), sesMessageId }))
    },
  }
}

export type MailStore = ReturnType<typeof mailStore>
