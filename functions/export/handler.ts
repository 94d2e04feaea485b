import * as z from 'zod'
import { type FailedMessages, queueHandler, wellFormed } from '../../shared/lib/queue-handler.ts'
import type { Log } from '../../shared/lib/log.ts'
import { writeExport } from '../../shared/usecases/exports/write-export.ts'
import {
  type ExportTakingUpPorts,
  takeUpExport,
  tellLook,
} from '../../shared/usecases/imports/resume-jobs.ts'

const exportMessage = z.object({ kind: z.literal('due').optional(), orgId: z.string(), exportId: z.string() })

/**
 * Called by the queue of exports, both new ones and those whose lease has expired. At least once; a repeat finds the
 * export ended and does nothing.
 */
export function createHandler(ports: ExportTakingUpPorts, log: Log, failed: FailedMessages) {
  return queueHandler(log, failed, { atOnce: 1 }, async ({ body, log }) => {
    const { kind, ...message } = wellFormed(() => exportMessage.parse(body), 'no export to write')
    if (kind === 'due') {
      const state = await takeUpExport(ports, message)
      return tellLook({ log, metrics: failed.metrics }, 'export', state, message)
    }
    const outcome = await writeExport(ports, message)
    log.info('export.written', { correlationId: message.exportId, ...message, outcome })
  })
}
