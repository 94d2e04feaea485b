import * as z from 'zod'
import { type FailedMessages, queueHandler, wellFormed } from '../../shared/kit/jobs.ts'
import type { Log } from '../../shared/kit/log.ts'
import type { Metrics } from '../../shared/kit/metrics.ts'
import { HOUR_MS } from '../../shared/kit/time.ts'
import { MAIL_PATIENCE_MS } from '../../shared/kit/tries.ts'
import { type MailingPorts, type MailRequest, sendMail } from '../../shared/service/mailing.ts'
import type { IsPaused } from '../../shared/service/pausing.ts'

const mailMessage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['claimed', 'reminder', 'resent', 'migrated', 'revoked', 'decided', 'confirmed']),
    mailId: z.string(),
    orgId: z.string(),
    claimId: z.string(),
    day: z.number().optional(),
  }),
  z.object({
    kind: z.literal('confirmation'),
    mailId: z.string(),
    orgId: z.string(),
    claimId: z.string(),
    n: z.number(),
  }),
  z.object({ kind: z.literal('inactivated'), mailId: z.string(), orgId: z.string(), syncId: z.string() }),
  z.object({
    kind: z.literal('removal_warning'),
    mailId: z.string(),
    orgId: z.string(),
    syncId: z.string(),
    days: z.number(),
  }),
  z.object({ kind: z.literal('import'), mailId: z.string(), orgId: z.string(), importId: z.string() }),
]) satisfies z.ZodType<MailRequest>

/** Mails of a batch under way at once; with the trigger's concurrency it bounds the rate at SES. */
const MAILS_AT_ONCE = 5

const causedAt = z.object({ causedAt: z.iso.datetime() })

/** A mail that leaves so long after what it tells of is late: people wonder, and a day of their fourteen is going. */
export const MAIL_LATE_MS = HOUR_MS

export interface MailPorts extends MailingPorts {
  readonly isPaused: IsPaused
  /** Puts a message back, for a minute, as a fresh one: waiting costs it none of its tries. */
  readonly waitAgain: (message: unknown, orgId: string) => Promise<void>
}

/** Triggered by the queue of mails. At least once; a mail that was sent isn't sent again (`mailStore`). */
export function createHandler(ports: MailPorts, log: Log, metrics: Metrics, failed: FailedMessages) {
  return queueHandler(
    log,
    failed,
    { atOnce: MAILS_AT_ONCE, patienceMs: MAIL_PATIENCE_MS },
    async ({ messageId, body, log }) => {
      const message = wellFormed(() => mailMessage.parse(body), 'no mail to send')
      const { kind, mailId } = message
      // No line for each: a mail waits once a minute, and the metric says that they do.
      if (await ports.isPaused('mail')) return ports.waitAgain(body, message.orgId)
      const outcome = await sendMail(ports, message, messageId)
      if (outcome === 'sent' || outcome === 'sent_after_crash') {
        metrics.count('MailsSent', 1, { kind })
        if (isLate(body, ports.now())) metrics.count('MailsLate', 1, { kind })
      }
      log.info('mail.handled', { kind, mailId, outcome })
    },
  )
}

function isLate(body: unknown, now: Date): boolean {
  const read = causedAt.safeParse(body)
  return read.success && now.getTime() - Date.parse(read.data.causedAt) > MAIL_LATE_MS
}
