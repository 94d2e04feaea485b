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

/**
 * The stored state of a mail that isn't about an open claim. Mails about open claims are in the account's
 * record.
 */
export interface MailItem {
  readonly slot: MailSlot | undefined
  /** The attempt that wrote it last; the next write is conditional on it. */
  readonly attempt: string
}

/** The next state of one mail, to be written if nobody has written it since it was read. */
export type MailWrite =
  | { readonly kind: 'claim'; readonly record: AccountRecord; readonly claim: OpenClaim }
  /** `before`: `undefined` if there is no item yet. */
  | {
      readonly kind: 'item'
      readonly mailId: string
      readonly before: MailItem | undefined
      readonly slot: MailSlot | undefined
    }

export type MailWritten =
  | { readonly outcome: 'written' }
  /** Somebody else has written it, or the claim has ended. */
  | { readonly outcome: 'lost' }
  /** It may have been written, if DynamoDB's answer was lost. */
  | { readonly outcome: 'failed'; readonly error: unknown }

/**
 * C6: makes sure that each mail has one sender. A worker leases the mail, sends it, and marks it as sent;
 * both writes are batched, and cost as much as single ones. A worker that dies between SES's acceptance and
 * the mark is the only case in which a mail is sent twice.
 */
export function mailStore(table: Table) {
  return {
    /** The mails that have an item, consistently read. 1 read unit each. */
    async items(mailIds: readonly string[]): Promise<ReadonlyMap<string, MailItem>> {
      const found = await batchGet(table, mailIds.map(keys.mail))
      const items = new Map<string, MailItem>()
      for (const mailId of mailIds) {
        const item = found.get(keys.mail(mailId))
        if (item !== undefined) items.set(mailId, itemOf(item))
      }
      return items
    },

    /**
     * Writes different mails, 25 a call, each independently; results are in the order of the input. 1 write
     * unit each.
     */
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
