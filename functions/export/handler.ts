import { exportMessage } from '../../shared/contracts/messages/export.ts'
import { type FailedMessages, queueHandler } from '../../shared/lib/queue-handler.ts'
import type { Log } from '../../shared/lib/log.ts'
import { writeExport } from '../../shared/usecases/exports/write-export.ts'
import {
  type ResumeExportPorts,
  resumeExport,
  reportJobState,
} from '../../shared/usecases/jobs/resume-jobs.ts'

/**
 * Called by the queue of exports, both new ones and those whose lease has expired. At least once; a repeat finds the
 * export ended and does nothing.
 */
export function createHandler(ports: ResumeExportPorts, log: Log, failed: FailedMessages) {
  return queueHandler(
    log,
    failed,
    { schema: exportMessage, atOnce: 1 },
    async ({ message: { kind, ...message }, log }) => {
      if (kind === 'due') {
        const state = await resumeExport(ports, message)
        return reportJobState({ log, metrics: failed.metrics }, 'export', state, message)
      }
      const { outcome } = await writeExport(ports, message)
      log.info('export.written', { correlationId: message.exportId, ...message, outcome })
    },
  )
}
