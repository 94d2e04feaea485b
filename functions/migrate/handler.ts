import { migrationMessage } from '../../shared/contracts/messages/migration.ts'
import { type FailedMessages, queueHandler } from '../../shared/lib/queue-handler.ts'
import type { Log } from '../../shared/lib/log.ts'
import type { Metrics } from '../../shared/lib/metrics.ts'
import { type MigratePorts, migrateAll } from '../../shared/usecases/claims/migrate.ts'
import type { MigrationOutcome } from '../../shared/usecases/claims/migrate-record.ts'

/** Messages of a batch handled in parallel. */
const MESSAGES_AT_ONCE = 2

/**
 * Called by the queue of migrations. At least once; the record says what is to be done, so a repeat, or a message for
 * an ended claim, does nothing (M2). A message may name many claims; if one of them fails, the whole message is
 * delivered again.
 */
export function createHandler(
  ports: Omit<MigratePorts, 'timeLeftMs'>,
  log: Log,
  metrics: Metrics,
  failed: FailedMessages,
) {
  return queueHandler(
    log,
    failed,
    { schema: migrationMessage, atOnce: MESSAGES_AT_ONCE },
    async ({ message: { claims }, timeLeftMs, log }) => {
      await migrateAll({ ...ports, timeLeftMs }, claims, (outcomes) => report(log, metrics, outcomes))
    },
  )
}

/** Logs and counts outcomes, grouped by kind. */
function report(log: Log, metrics: Metrics, outcomes: readonly MigrationOutcome[]): void {
  const late = outcomes.flatMap((each) => (each.outcome === 'completed' ? [each.lateSeconds] : []))
  if (late.length > 0) {
    metrics.count('Migrations', late.length)
    metrics.seconds('MigrationLateness', late)
  }
  for (const [outcome, group] of Map.groupBy(outcomes, (each) => each.outcome))
    log.info('migration.handled', {
      outcome,
      claims: group.length,
      claimIds: group.flatMap((each) => ('claimId' in each ? [each.claimId] : [])),
      ...(outcome === 'completed'
        ? {
            conversations: group.reduce(
              (sum, each) => sum + (each.outcome === 'completed' ? each.conversations : 0),
              0,
            ),
            lateSeconds: Math.max(...late),
          }
        : {}),
    })
}
