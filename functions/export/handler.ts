import * as z from 'zod'
import { InputError } from '../../shared/kit/errors.ts'
import { queueHandler } from '../../shared/kit/jobs.ts'
import type { Log } from '../../shared/kit/log.ts'
import { type ExportingPorts, writeExport } from '../../shared/service/exporting.ts'

const exportMessage = z.object({ orgId: z.string(), exportId: z.string() })

/** Triggered by the queue of exports that were asked for. At least once; a repeat finds the export ended and does nothing. */
export function createHandler(ports: ExportingPorts, log: Log) {
  return queueHandler(log, 1, async ({ body }) => {
    const message = exportMessage.safeParse(body)
    if (!message.success)
      throw new InputError('malformed_message', 'no export to write', [], { cause: message.error })
    const outcome = await writeExport(ports, message.data)
    log.info('export', { ...message.data, outcome })
  })
}
