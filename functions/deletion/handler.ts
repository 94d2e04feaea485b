import { type DeletionRequest, deletionMessage } from '../../shared/contracts/messages/deletion.ts'
import { BusyError } from '../../shared/lib/errors.ts'
import { type FailedMessages, queueHandler } from '../../shared/lib/queue-handler.ts'
import type { Log } from '../../shared/lib/log.ts'
import type { Metrics } from '../../shared/lib/metrics.ts'
import type { PausableWork } from '../../shared/contracts/pausable-work.ts'
import { deleteAccount, deleteContent } from '../../shared/usecases/deletion/delete-account.ts'
import {
  type DeleteOrganizationPorts,
  deleteOrganization,
} from '../../shared/usecases/deletion/delete-organization.ts'

/** Deletions of a batch handled in parallel. Each is a series of writes to partitions of its own. */
const DELETIONS_AT_ONCE = 5

export interface DeletionPorts extends Omit<DeleteOrganizationPorts, 'timeLeftMs'> {
  readonly continueLater: (request: DeletionRequest) => Promise<void>
}

/**
 * Called by the queue of deletions. At least once; the account's or org's record says what is to be done, so a
 * repeat, or a message for one that was restored, does nothing (Y5, O1).
 */
export function createHandler(ports: DeletionPorts, log: Log, metrics: Metrics, failed: FailedMessages) {
  return queueHandler(
    log,
    failed,
    { schema: deletionMessage, atOnce: DELETIONS_AT_ONCE },
    async ({ message: request, timeLeftMs, log }) => {
      // Deleting an org finishes the migrations it meets, so it also waits while those are paused. The due index
      // brings it up again.
      const works: PausableWork[] = 'orgId' in request ? ['deletions', 'migrations'] : ['deletions']
      for (const work of works) {
        if (!(await ports.isPaused(work))) continue
        // Nothing else would bring this up again, so it stays on the queue.
        if ('contentOf' in request) throw new BusyError('deletions are paused')
        return log.info('deletion.handled', { ...request, outcome: 'paused' })
      }
      const outcome = await remove({ ...ports, timeLeftMs }, request)
      if (outcome.outcome === 'out_of_time') await ports.continueLater(request)
      if (outcome.outcome === 'removed' && !('contentOf' in request))
        metrics.count('Deletions', 1, { of: 'recordId' in request ? 'account' : 'organization' })
      log.info('deletion.handled', { ...outcome })
    },
  )
}

function remove(ports: DeleteOrganizationPorts, request: DeletionRequest) {
  if ('recordId' in request) return deleteAccount(ports, request.recordId)
  if ('orgId' in request) return deleteOrganization(ports, request.orgId)
  return deleteContent(ports, request.contentOf)
}
