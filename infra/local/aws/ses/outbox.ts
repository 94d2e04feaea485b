import * as z from 'zod'
import type { LocalState } from '../state.ts'
import { addressOf } from './addresses.ts'

const SEQUENCE_DIGITS = 12
const READ_AHEAD_MAILS = 200

const mail = z.object({
  messageId: z.string(),
  from: z.string(),
  to: z.array(z.string()),
  cc: z.array(z.string()),
  bcc: z.array(z.string()),
  replyTo: z.array(z.string()),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  tags: z.record(z.string(), z.string()),
  configurationSet: z.string().optional(),
  /** On the service's clock, ISO 8601. */
  sentAt: z.string(),
  /** Recipients whose mailboxes bounced it; absent if none did. */
  bounced: z.array(z.string()).optional(),
  /** Recipients who complained about it; absent if none did. */
  complained: z.array(z.string()).optional(),
})
export type Mail = z.output<typeof mail>

/** Selects mails, in the order in which they were sent. */
interface MailQuery {
  /** A recipient's address, in any letter case. */
  to?: string
  /** At most this many: the latest that match. */
  limit: number
  /** Only mails before this position. */
  before?: string
}

export interface Outbox {
  add(mail: Mail): void
  /** Mails with their positions, the newest first. A position continues a listing. */
  page(query: MailQuery): { position: string; mail: Mail }[]
  get(position: string): Mail | undefined
  /** All mails (to an address), the oldest first. Only a bounded number is in memory at a time. */
  each(to?: string): Generator<Mail>
  count(to?: string): number
}

const mailKey = (position: string) => `mail/${position}`
const recipientPrefix = (address: string) => `mail-to/${encodeURIComponent(addressOf(address))}/`

/** The sent mails, stored in `state`. Those of a recipient are found without reading the others. */
export function createOutbox(state: LocalState): Outbox {
  const newest = state.page('mail/', { limit: 1, newestFirst: true })[0]?.[0]
  let sequence = newest === undefined ? 0 : Number(newest.slice('mail/'.length))

  const prefixOf = (to: string | undefined) => (to === undefined ? 'mail/' : recipientPrefix(to))
  const get = (position: string): Mail | undefined => mail.optional().parse(state.get(mailKey(position)))
  const page: Outbox['page'] = ({ to, limit, before }) => {
    const prefix = prefixOf(to)
    return state
      .page(prefix, { limit, newestFirst: true, ...(before === undefined ? {} : { after: prefix + before }) })
      .map(([key]) => key.slice(prefix.length))
      .map((position) => ({ position, mail: mail.parse(get(position)) }))
  }

  return {
    add(added) {
      const position = String(++sequence).padStart(SEQUENCE_DIGITS, '0')
      const recipients = new Set([...added.to, ...added.cc, ...added.bcc].map(recipientPrefix))
      state.atomically(() => {
        state.set(mailKey(position), added)
        for (const prefix of recipients) state.set(prefix + position, 1)
      })
    },
    page,
    get,
    *each(to) {
      const prefix = prefixOf(to)
      for (let after = prefix; ; ) {
        const entries = state.page(prefix, { limit: READ_AHEAD_MAILS, after })
        for (const [key, value] of entries)
          yield to === undefined ? mail.parse(value) : mail.parse(get(key.slice(prefix.length)))
        const last = entries.at(-1)
        if (last === undefined) return
        after = last[0]
      }
    },
    // Mails are never deleted, so the last number is the count. Counting 100,000 would read them all.
    count: (to) => (to === undefined ? sequence : state.count(prefixOf(to))),
  }
}
