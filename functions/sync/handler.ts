import * as z from 'zod'
import {
  type FailedMessages,
  type QueueJob,
  queueHandler,
  wellFormed,
} from '../../shared/lib/queue-handler.ts'
import type { Log } from '../../shared/lib/log.ts'
import type { Metrics } from '../../shared/lib/metrics.ts'
import { arrivedObjects } from '../../shared/contracts/s3-events.ts'
import { warn } from '../../shared/usecases/directory/sync-warning.ts'
import {
  advanceSync,
  applyStep,
  directoryArrived,
  compareStep,
} from '../../shared/usecases/directory/sync.ts'
import type { SyncPorts, SyncRequest } from '../../shared/usecases/directory/sync-ports.ts'
import { takeUpSync, tellLook } from '../../shared/usecases/imports/resume-jobs.ts'
import type { SyncRef } from '../../shared/storage/items/sync-item.ts'

/** Sent by the sweep: a warning that is due, or a lease that has expired. */
interface DueSync extends SyncRef {
  readonly kind: 'due'
}

const ref = { orgId: z.string(), syncId: z.string() }
const request = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('advance'), ...ref }),
  z.object({ kind: z.literal('due'), ...ref }),
  z.object({ kind: z.literal('join'), ...ref, n: z.number() }),
  z.object({
    kind: z.literal('apply'),
    ...ref,
    page: z.number(),
    objectKey: z.string(),
    startByte: z.number(),
    endByte: z.number(),
  }),
  z.object({
    kind: z.literal('warn'),
    ...ref,
    from: z.object({ page: z.number(), users: z.number(), sample: z.array(z.string()) }).optional(),
  }),
]) satisfies z.ZodType<SyncRequest | DueSync>

/**
 * Called by the queue of syncs: S3's notifications of uploaded directories, the stream's messages that a sync was
 * started or confirmed, messages of its own, and warnings that are due. At least once; a repeat continues where the
 * sync is.
 */
export function createHandler(ports: Omit<SyncPorts, 'timeLeftMs'>, log: Log, failed: FailedMessages) {
  return queueHandler(log, failed, { atOnce: 1 }, async ({ body, timeLeftMs, log }: QueueJob) => {
    const step = request.safeParse(body)
    if (step.success) return take({ ...ports, timeLeftMs }, step.data, { log, metrics: failed.metrics })
    for (const object of wellFormed(() => arrivedObjects(body), 'neither an S3 event nor a step of a sync')) {
      const { ref, outcome } = await directoryArrived(ports, object)
      log.info('sync.arrived', { correlationId: ref?.syncId, ...ref, outcome })
    }
  })
}

async function take(
  ports: SyncPorts,
  step: SyncRequest | DueSync,
  { log, metrics }: { readonly log: Log; readonly metrics: Pick<Metrics, 'count'> },
): Promise<void> {
  const { kind, orgId, syncId } = step
  switch (step.kind) {
    case 'advance':
      await advanceSync(ports, step)
      break
    case 'due':
      tellLook({ log, metrics }, 'sync', await takeUpSync(ports, { orgId, syncId }), { orgId, syncId })
      break
    case 'join':
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
