import { importMessage, type ImportRef } from '../../shared/contracts/messages/import.ts'
import { type FailedMessages, queueHandler } from '../../shared/lib/queue-handler.ts'
import type { Log } from '../../shared/lib/log.ts'
import type { Metrics } from '../../shared/lib/metrics.ts'
import { importArrived } from '../../shared/usecases/imports/arrived-objects.ts'
import { advanceImport, type ReadImportPorts } from '../../shared/usecases/imports/read-import.ts'
import type { ArrivedObject } from '../../shared/contracts/s3-events.ts'
import {
  type ResumeImportPorts,
  resumeImport,
  reportJobState,
} from '../../shared/usecases/jobs/resume-jobs.ts'

type Ports = Omit<ResumeImportPorts, 'timeLeftMs'>

/**
 * Called by the queue of uploads: S3's notifications, messages of its own to continue a file, and the sweep's about
 * imports whose lease has expired. At least once; a repeat continues where the import is.
 */
export function createHandler(ports: Ports, log: Log, failed: FailedMessages) {
  return queueHandler(
    log,
    failed,
    { schema: importMessage, atOnce: 1 },
    async ({ message, timeLeftMs, log }) => {
      const here = { ...ports, timeLeftMs }
      switch (message.kind) {
        case 'due': {
          const { orgId, importId } = message
          const state = await resumeImport(here, { orgId, importId })
          return reportJobState({ log, metrics: failed.metrics }, 'import', state, { orgId, importId })
        }
        case 'continue':
          return advance(here, message, log)
        case 'arrived':
          for (const ref of await importsOf(here, message.objects, log, failed.metrics))
            await advance(here, ref, log)
      }
    },
  )
}

async function advance(ports: ReadImportPorts, { orgId, importId }: ImportRef, log: Log): Promise<void> {
  await advanceImport(ports, { orgId, importId })
  log.info('import.advanced', { correlationId: importId, importId, orgId })
}

async function importsOf(
  ports: ReadImportPorts,
  objects: readonly ArrivedObject[],
  log: Log,
  metrics: Pick<Metrics, 'count'>,
): Promise<ImportRef[]> {
  const refs: ImportRef[] = []
  for (const object of objects) {
    const arrival = await importArrived(ports, object)
    if (arrival.outcome === 'import') refs.push(arrival.ref)
    if (arrival.outcome === 'ignored') log.info('upload.ignored', { why: arrival.why })
    else if (arrival.misplaced !== undefined) {
      metrics.count('FilesMisplaced', 1, { why: arrival.misplaced })
      log.warn('upload.misplaced', { why: arrival.misplaced })
    }
  }
  return refs
}
