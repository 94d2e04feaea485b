import { type FailedMessages, queueHandler } from '../../shared/lib/queue-handler.ts'
import type { Log } from '../../shared/lib/log.ts'
import type { Metrics } from '../../shared/lib/metrics.ts'
import { readFeedback } from '../../shared/mail/feedback.ts'
import { type FeedbackPorts, recordFeedback } from '../../shared/usecases/mail/bounces-and-complaints.ts'

/** Messages of a batch handled in parallel; each takes a few calls to the table. */
const MESSAGES_AT_ONCE = 5

/** Called by the queue of SES's bounces and complaints. At least once; a repeat changes nothing. */
export function createHandler(ports: FeedbackPorts, log: Log, metrics: Metrics, failed: FailedMessages) {
  return queueHandler(
    log,
    failed,
    { schema: { parse: readFeedback }, atOnce: MESSAGES_AT_ONCE },
    async ({ message: feedback, log }) => {
      const { kind, sesMessageId, claimId, recipients } = feedback
      const { outcome } = await recordFeedback(ports, feedback)
      if (outcome === 'recorded' && kind !== 'transient') metrics.count('MailsReturned', 1, { kind })
      log.info('feedback.taken', { kind, sesMessageId, claimId, recipients: recipients.length, outcome })
    },
  )
}
