import * as z from 'zod'
import {
  type FailedMessages,
  type QueueJob,
  queueHandler,
  wellFormed,
} from '../../shared/lib/queue-handler.ts'
import type { Log } from '../../shared/lib/log.ts'
import type { Metrics } from '../../shared/lib/metrics.ts'
import { importArrived } from '../../shared/usecases/imports/arrived-objects.ts'
import {
  advanceImport,
  type ReadImportPorts,
  type ImportRef,
} from '../../shared/usecases/imports/read-import.ts'
import { arrivedObjects } from '../../shared/contracts/s3-events.ts'
import {
  type ImportTakingUpPorts,
  takeUpImport,
  tellLook,
} from '../../shared/usecases/imports/resume-jobs.ts'

const ref = { orgId: z.string(), importId: z.string() }
const continuation = z.object({ kind: z.literal('continue'), ...ref })
const due = z.object({ kind: z.literal('due'), ...ref })

type Ports = Omit<ImportTakingUpPorts, 'timeLeftMs'>

/**
 * Called by the queue of uploads: S3's notifications, messages of its own to continue a file, and the sweep's about
 * imports whose lease has expired. At least once; a repeat continues where the import is.
 */
export function createHandler(ports: Ports, log: Log, failed: FailedMessages) {
  return queueHandler(log, failed, { atOnce: 1 }, async (job) => {
    const sweep = due.safeParse(job.body)
    if (sweep.success) {
      const { orgId, importId } = sweep.data
      const state = await takeUpImport({ ...ports, timeLeftMs: job.timeLeftMs }, { orgId, importId })
      return tellLook({ log: job.log, metrics: failed.metrics }, 'import', state, { orgId, importId })
    }
    for (const ref of await importsOf({ ...ports, timeLeftMs: job.timeLeftMs }, job, failed.metrics)) {
      await advanceImport({ ...ports, timeLeftMs: job.timeLeftMs }, ref)
      const { importId, orgId } = ref
      job.log.info('import.advanced', { correlationId: importId, importId, orgId })
    }
  })
}

async function importsOf(
  ports: ReadImportPorts,
  { body, log }: QueueJob,
  metrics: Pick<Metrics, 'count'>,
): Promise<ImportRef[]> {
  const goOn = continuation.safeParse(body)
  if (goOn.success) return [goOn.data]
  const refs: ImportRef[] = []
  for (const object of wellFormed(() => arrivedObjects(body), 'neither an S3 event nor a continuation')) {
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
