import { syncMessage, type SyncRequest } from '../../shared/contracts/messages/sync.ts'
import { type FailedMessages, queueHandler } from '../../shared/lib/queue-handler.ts'
import type { Log } from '../../shared/lib/log.ts'
import type { Metrics } from '../../shared/lib/metrics.ts'
import { warn } from '../../shared/usecases/directory/sync-warning.ts'
import {
  advanceSync,
  applyStep,
  directoryArrived,
  compareStep,
} from '../../shared/usecases/directory/sync.ts'
import type { SyncPorts } from '../../shared/usecases/directory/sync-ports.ts'
import { resumeSync, reportJobState } from '../../shared/usecases/jobs/resume-jobs.ts'

/**
 * Called by the queue of syncs: S3's notifications of uploaded directories, the stream's messages that a sync was
 * started or confirmed, messages of its own, and warnings that are due. At least once; a repeat continues where the
 * sync is.
 */
export function createHandler(ports: Omit<SyncPorts, 'timeLeftMs'>, log: Log, failed: FailedMessages) {
  return queueHandler(
    log,
    failed,
    { schema: syncMessage, atOnce: 1 },
    async ({ message, timeLeftMs, log }) => {
      if (message.kind !== 'arrived')
        return take({ ...ports, timeLeftMs }, message, { log, metrics: failed.metrics })
      for (const object of message.objects) {
        const { ref, outcome } = await directoryArrived(ports, object)
        log.info('sync.arrived', { correlationId: ref?.syncId, ...ref, outcome })
      }
    },
  )
}

async function take(
  ports: SyncPorts,
  step: SyncRequest,
  { log, metrics }: { readonly log: Log; readonly metrics: Pick<Metrics, 'count'> },
): Promise<void> {
  const { kind, orgId, syncId } = step
  switch (step.kind) {
    case 'advance':
      await advanceSync(ports, step)
      break
    case 'due':
      reportJobState({ log, metrics }, 'sync', await resumeSync(ports, { orgId, syncId }), { orgId, syncId })
      break
    case 'compare':
      await compareStep(ports, step)
      break
    case 'apply':
      await applyStep(ports, step)
      break
    case 'warn':
      await warn(ports, step)
      break
  }
  log.info('sync.stepped', { correlationId: syncId, kind, orgId, syncId })
}
