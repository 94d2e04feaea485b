import * as z from 'zod'
import { type FailedMessages, queueHandler, wellFormed } from '../../shared/lib/queue-handler.ts'
import type { Log } from '../../shared/lib/log.ts'
import { type WriteReportPorts, writeReport } from '../../shared/usecases/imports/write-report.ts'

const reportMessage = z.object({ orgId: z.string(), importId: z.string() })

/** Called by the queue of finished imports. At least once; a repeat finds the import completed and does nothing. */
export function createHandler(ports: WriteReportPorts, log: Log, failed: FailedMessages) {
  return queueHandler(log, failed, { atOnce: 1 }, async ({ body, log }) => {
    const message = wellFormed(() => reportMessage.parse(body), 'no import to report on')
    const outcome = await writeReport(ports, message)
    log.info('report.written', { correlationId: message.importId, ...message, outcome })
  })
}
