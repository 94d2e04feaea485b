import { LOST } from '../../lib/optimistic-retry.ts'
import type { AccountRecord, MailSlot, OpenClaim } from '../../rules/types.ts'
import { MAIL_RETENTION_MS } from '../../contracts/retention.ts'
import { batchGet } from '../writes/batch.ts'
import type { Table } from '../client.ts'
import { executeAll } from '../writes/execute.ts'
import { keys } from '../keys.ts'
import { mailStatement } from '../writes/record-writes.ts'
import { expiringAfter } from '../items/retention.ts'
import { inserting, type Statement, updating, where } from '../writes/statements.ts'

/** A mail that is about no open claim: what is known of it is an item of its own. */
export interface MailItem {
  readonly slot: MailSlot | undefined
  /** Who had it last: what the next write of it is conditional on. */
  readonly attempt: string
}

/** What is known of one mail, as it shall be, provided that nobody has written it since it was read. */
export type MailWrite =
  | { readonly kind: 'claim'; readonly record: AccountRecord; readonly claim: OpenClaim }
  /** `before`: none is there. */
  | {
      readonly kind: 'item'
      readonly mailId: string
      readonly before: MailItem | undefined
      readonly slot: MailSlot | undefined
    }

export type MailWritten =
  | { readonly outcome: 'written' }
  /** Somebody else has written it, or the claim is over. */
  | { readonly outcome: 'lost' }
  /** It may have been written, if DynamoDB's answer was lost. */
  | { readonly outcome: 'failed'; readonly error: unknown }

/**
 * C6: who sends a mail. A worker takes its slot for a time, sends, and marks the slot as sent; both are writes of a batch, at
 * the price of single ones. A worker that dies between SES's acceptance and its mark sends twice: the one window.
 */
export function mailStore(table: Table) {
  return {
    /** Mails that have an item; consistent. 1 read unit each. */
    async items(mailIds: readonly string[]): Promise<ReadonlyMap<string, MailItem>> {
      const found = await batchGet(table, mailIds.map(keys.mail))
      const items = new Map<string, MailItem>()
      for (const mailId of mailIds) {
        const item = found.get(keys.mail(mailId))
        if (item !== undefined) items.set(mailId, itemOf(item))
      }
      return items
    },

    /** Mails that are all different, 25 a call, each alone, answered in their order. 1 write unit each. */
    async write(writes: readonly MailWrite[], now: Date): Promise<MailWritten[]> {
      const outcomes = await executeAll(
        table,
        writes.map((each) => statementOf(table, each, now)),
      )
      return outcomes.map((outcome) =>
        outcome.outcome === 'written' || outcome.outcome === 'failed' ? outcome : LOST,
      )
    },
  }
}

export type MailStore = ReturnType<typeof mailStore>

function itemOf({ attempt, leasedAt, sentAt, notSentAt }: Readonly<Record<string, unknown>>): MailItem {
  const lease = { by: String(attempt), at: String(leasedAt) }
  const slot = sentAt === undefined ? (notSentAt === undefined ? lease : undefined) : 'sent'
  return { slot, attempt: lease.by }
}

function statementOf(table: Table, each: MailWrite, now: Date): Statement {
  if (each.kind === 'claim') return mailStatement(table, each.record, each.claim)
  const { mailId, before, slot } = each
  const key = keys.mail(mailId)
  if (before === undefined) {
    if (slot === undefined || slot === 'sent') throw new Error('a mail begins with its lease')
    const item = { type: 'mail', v: 1, attempt: slot.by, leasedAt: slot.at }
    return inserting(table, { ...key, ...item, ...expiringAfter(now, MAIL_RETENTION_MS) })
  }
  const isUnchanged = where`"attempt" = ${before.attempt} AND "sentAt" IS MISSING`
  if (slot === undefined) return updating(table, key, [['notSentAt', now.toISOString()]], isUnchanged)
  if (slot === 'sent') return updating(table, key, [['sentAt', now.toISOString()]], isUnchanged)
  return updating(
    table,
    key,
    [
      ['attempt', slot.by],
      ['leasedAt', slot.at],
      ['notSentAt', undefined],
    ],
    isUnchanged,
  )
}
