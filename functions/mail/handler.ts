import * as z from 'zod'
import { queueHandler, wellFormed } from '../../shared/kit/jobs.ts'
import type { Log } from '../../shared/kit/log.ts'
import { type MailingPorts, type MailRequest, sendMail } from '../../shared/service/mailing.ts'

const mailMessage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['claimed', 'reminder', 'resent', 'migrated', 'revoked']),
    mailId: z.string(),
    orgId: z.string(),
    claimId: z.string(),
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

/** Triggered by the queue of mails. At least once; a mail that was sent isn't sent again (`mailStore`). */
export function createHandler(ports: MailingPorts, log: Log) {
  return queueHandler(log, MAILS_AT_ONCE, async ({ messageId, body, log }) => {
    const message = wellFormed(() => mailMessage.parse(body), 'no mail to send')
    const { kind, mailId } = message
    log.info('mail.handled', { kind, mailId, outcome: await sendMail(ports, message, messageId) })
  })
}
