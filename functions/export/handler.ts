import * as z from 'zod'
import { type FailedMessages, queueHandler, wellFormed } from '../../shared/kit/jobs.ts'
import type { Log } from '../../shared/kit/log.ts'
import { type ExportingPorts, writeExport } from '../../shared/service/exporting.ts'

const exportMessage = z.object({ orgId: z.string(), exportId: z.string() })

/** Triggered by the queue of exports that were asked for. At least once; a repeat finds the export ended and does nothing. */
export function createHandler(ports: ExportingPorts, log: Log, failed: FailedMessages) {
  return queueHandler(log, failed, { atOnce: 1 }, async ({ body, log }) => {
    const message = wellFormed(() => exportMessage.parse(body), 'no export to write')
    const outcome = await writeExport(ports, message)
    log.info('export.written', { correlationId: message.exportId, ...message, outcome })
  })
}
