import * as z from 'zod'
import {
  batchHandler,
  type FailedMessages,
  type Job,
  type JobResult,
  wellFormed,
} from '../../shared/lib/queue-handler.ts'
import type { Log } from '../../shared/lib/log.ts'
import type { Metrics } from '../../shared/lib/metrics.ts'
import { HOUR_MS } from '../../shared/lib/time.ts'
import { MAIL_PATIENCE_MS } from '../../shared/lib/delivery-attempts.ts'
import type { MailOutcome, MailRequest } from '../../shared/contracts/mail-requests.ts'
import { type MailingPorts, sendMails } from '../../shared/usecases/mail/send-mails.ts'
import type { IsPaused } from '../../shared/usecases/pause-reader.ts'

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
  z.object({ kind: z.literal('mails_returned'), mailId: z.string(), orgId: z.string(), day: z.string() }),
  z.object({ kind: z.literal('import'), mailId: z.string(), orgId: z.string(), importId: z.string() }),
]) satisfies z.ZodType<MailRequest>

const causedAt = z.object({ causedAt: z.iso.datetime() })

/** A mail that leaves so long after what it tells of is late: people wonder, and a day of their fourteen is going. */
export const MAIL_LATE_MS = HOUR_MS

export interface MailPorts extends MailingPorts {
  readonly isPaused: IsPaused
  /** Puts a message back, for a minute, as a fresh one: waiting costs it none of its tries. */
  readonly waitAgain: (message: unknown, orgId: string) => Promise<void>
}

interface Asked {
  readonly job: Job
  readonly message: MailRequest
}

/** Triggered by the queue of mails, a batch at a time. At least once; a mail that was sent isn't sent again (`mailStore`). */
export function createHandler(ports: MailPorts, log: Log, metrics: Metrics, failed: FailedMessages) {
  async function putBack(asked: readonly Asked[]): Promise<JobResult[]> {
    // No line for each: a mail waits once a minute, and the metric says that they do.
    return Promise.all(
      asked.map(async ({ job: { body }, message: { orgId } }): Promise<JobResult> => {
        try {
          await ports.waitAgain(body, orgId)
          return 'done'
        } catch (error) {
          return { error }
        }
      }),
    )
  }

  async function send(asked: readonly Asked[]): Promise<JobResult[]> {
    const results = await sendMails(
      ports,
      asked.map(({ message }) => message),
    )
    return asked.map((each, n) => {
      const result = results[n]
      if (result?.state !== 'handled') return { error: result?.error ?? new Error('a mail without a result') }
      for (const outcome of result.outcomes) tell(each, outcome)
      return 'done'
    })
  }

  function tell({ job, message: { kind, mailId } }: Asked, outcome: MailOutcome): void {
    if (outcome === 'sent' || outcome === 'sent_after_crash') {
      metrics.count('MailsSent', 1, { kind })
      if (isLate(job.body, ports.now())) metrics.count('MailsLate', 1, { kind })
    }
    job.log.info('mail.handled', { kind, mailId, outcome })
  }

  return batchHandler(log, failed, { patienceMs: MAIL_PATIENCE_MS }, async (jobs) => {
    const read = jobs.map((job): Asked | { readonly error: unknown } => {
      try {
        return { job, message: wellFormed(() => mailMessage.parse(job.body), 'no mail to send') }
      } catch (error) {
        return { error }
      }
    })
    const asked = read.filter((each): each is Asked => 'job' in each)
    const results = await ((await ports.isPaused('mail')) ? putBack(asked) : send(asked))
    const byAsked = new Map(asked.map((each, n) => [each, results[n]]))
    return read.map((each) => ('job' in each ? (byAsked.get(each) ?? { error: new Error('lost') }) : each))
  })
}

function isLate(body: unknown, now: Date): boolean {
  const read = causedAt.safeParse(body)
  return read.success && now.getTime() - Date.parse(read.data.causedAt) > MAIL_LATE_MS
}
