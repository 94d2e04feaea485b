import { mailCause, mailMessage } from '../../shared/contracts/messages/mail.ts'
import {
  batchHandler,
  type FailedMessages,
  type QueueJob,
  type JobResult,
} from '../../shared/lib/queue-handler.ts'
import { correlationIn } from '../../shared/lib/correlation.ts'
import type { Log } from '../../shared/lib/log.ts'
import type { Metrics } from '../../shared/lib/metrics.ts'
import { HOUR_MS } from '../../shared/lib/time.ts'
import { MAIL_RETRY_WINDOW_MS } from '../../shared/lib/delivery-attempts.ts'
import type { MailOutcome, MailRequest } from '../../shared/contracts/mail-requests.ts'
import { type SendMailsPorts, sendMails } from '../../shared/usecases/mail/send-mails.ts'
import type { IsPaused } from '../../shared/usecases/pause-reader.ts'

/** A mail sent this long after its cause is late: a day of the user's fourteen is passing. */
export const MAIL_LATE_MS = HOUR_MS

export interface MailPorts extends SendMailsPorts {
  readonly isPaused: IsPaused
  /** Sends the message again, delayed by a minute: as a new message, so that waiting uses up none of its tries. */
  readonly waitAgain: (message: unknown, orgId: string) => Promise<void>
}

type MailJob = QueueJob<MailRequest>

interface Handled extends MailJob {
  readonly outcome: MailOutcome['outcome']
}

/** Called by the queue of mails, in batches. At least once; a mail that was sent isn't sent again (`mailStore`). */
export function createHandler(ports: MailPorts, log: Log, metrics: Metrics, failed: FailedMessages) {
  async function putBack(jobs: readonly MailJob[]): Promise<JobResult[]> {
    // No log line per mail: each waits again every minute, and the metric counts them.
    return Promise.all(
      jobs.map(async ({ body, message: { orgId } }): Promise<JobResult> => {
        try {
          await ports.waitAgain(body, orgId)
          return { outcome: 'done' }
        } catch (error) {
          return { outcome: 'failed', error }
        }
      }),
    )
  }

  async function send(jobs: readonly MailJob[]): Promise<JobResult[]> {
    const results = await sendMails(
      ports,
      jobs.map(({ message }) => message),
    )
    const handled = jobs.flatMap((each, n): Handled[] => {
      const result = results[n]
      return result?.outcome === 'handled' ? result.outcomes.map(({ outcome }) => ({ ...each, outcome })) : []
    })
    report(handled)
    return jobs.map((_, n) => {
      const result = results[n]
      if (result?.outcome === 'handled') return { outcome: 'done' }
      return { outcome: 'failed', error: result?.error ?? new Error('a mail without a result') }
    })
  }

  /** Logs and counts the mails of a batch, grouped by kind and outcome. */
  function report(handled: readonly Handled[]): void {
    const now = ports.now()
    const alike = Map.groupBy(handled, ({ message: { kind }, outcome }) => `${kind} ${outcome}`)
    for (const group of alike.values()) {
      const [first] = group
      if (first === undefined) continue
      const {
        message: { kind },
        outcome,
      } = first
      if (outcome === 'sent' || outcome === 'sent_after_crash') {
        const late = group.filter((each) => isLate(each.body, now)).length
        metrics.count('MailsSent', group.length, { kind })
        if (late > 0) metrics.count('MailsLate', late, { kind })
      }
      log.info('mail.handled', {
        kind,
        outcome,
        mails: group.length,
        mailIds: group.map((each) => each.message.mailId),
        correlationIds: [...new Set(group.flatMap(({ body }) => correlationIn(body).correlationId ?? []))],
      })
    }
  }

  return batchHandler(
    log,
    failed,
    { schema: mailMessage, retryWindowMs: MAIL_RETRY_WINDOW_MS },
    async (jobs) => ((await ports.isPaused('mail')) ? putBack(jobs) : send(jobs)),
  )
}

function isLate(body: unknown, now: Date): boolean {
  const read = mailCause.safeParse(body)
  return read.success && now.getTime() - Date.parse(read.data.causedAt) > MAIL_LATE_MS
}
