import { reportMessage } from '../../shared/contracts/messages/report.ts'
import { type FailedMessages, queueHandler } from '../../shared/lib/queue-handler.ts'
import type { Log } from '../../shared/lib/log.ts'
import { type WriteReportPorts, writeReport } from '../../shared/usecases/imports/write-report.ts'

/** Called by the queue of finished imports. At least once; a repeat finds the import completed and does nothing. */
export function createHandler(ports: WriteReportPorts, log: Log, failed: FailedMessages) {
  return queueHandler(log, failed, { schema: reportMessage, atOnce: 1 }, async ({ message, log }) => {
    const { outcome } = await writeReport(ports, message)
    log.info('report.written', { correlationId: message.importId, ...message, outcome })
  })
}
