import * as z from 'zod'
import { type FailedMessages, queueHandler, wellFormed } from '../../shared/kit/jobs.ts'
import type { Log } from '../../shared/kit/log.ts'
import type { Metrics } from '../../shared/kit/metrics.ts'
import { type MigratingPorts, migrateIfDue } from '../../shared/service/migrating.ts'

const migrationMessage = z.object({ root: z.string() })

/** Migrations of a batch under way at once. Each is a row of transactions on partitions of its own. */
const MIGRATIONS_AT_ONCE = 5

/**
 * Triggered by the queue of migrations. At least once; what is to be done is what the record says, so a repeat, or a
 * message for a claim that has ended, does nothing (M2).
 */
export function createHandler(
  ports: Omit<MigratingPorts, 'timeLeftMs'>,
  log: Log,
  metrics: Metrics,
  failed: FailedMessages,
) {
  return queueHandler(log, failed, { atOnce: MIGRATIONS_AT_ONCE }, async ({ body, timeLeftMs, log }) => {
    const message = wellFormed(() => migrationMessage.parse(body), 'no migration')
    const outcome = await migrateIfDue({ ...ports, timeLeftMs }, message.root)
    if (outcome.state === 'completed') {
      metrics.count('Migrations', 1)
      metrics.seconds('MigrationLateness', outcome.lateSeconds)
    }
    log.info('migration.handled', { ...outcome })
  })
}
