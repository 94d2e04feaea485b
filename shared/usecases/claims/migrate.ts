import type { MigrationRef } from '../../contracts/messages/migration.ts'
import { mapConcurrent } from '../../lib/concurrency.ts'
import type { AccountRecord } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import { completed, type MigrateRecordPorts, type MigrationOutcome, migrateRecord } from './migrate-record.ts'
import { emptyEnding } from './migration-step.ts'

export interface MigratePorts extends MigrateRecordPorts {
  readonly accounts: MigrateRecordPorts['accounts'] & Pick<AccountStore, 'endMany'>
}

/** Claims of one message that are migrated at once. Each writes to partitions of its own. */
const CLAIMS_AT_ONCE = 5

/**
 * Does what is due on the claims of some records, which are read together. Claims with nothing to move are completed
 * together, 25 a call, 0.5 R each; other records are read once more, 1 R. A failure of one doesn't stop the others.
 * @param report called with each outcome as soon as it is known
 * @throws the first failure, once all the others are done
 */
export async function migrateAll(
  ports: MigratePorts,
  claims: readonly MigrationRef[],
  report: (outcomes: readonly MigrationOutcome[]) => void,
): Promise<void> {
  const idsOf = (refs: readonly MigrationRef[]) => refs.map(({ recordId }) => recordId)
  const early = await ports.accounts.byRecordIds(idsOf(claims), 'eventually')
  const failures: unknown[] = []
  const ended = await endEmpty(ports, [...early.values()], report, failures)
  const left = claims.filter(({ recordId }) => !ended.has(recordId))
  // If the read was stale, the write above is refused; but whether nothing is due must not be decided by it.
  const records = await ports.accounts.byRecordIds(idsOf(left))
  await mapConcurrent(left, CLAIMS_AT_ONCE, async ({ recordId }) => {
    try {
      report([await migrateRecord(ports, recordId, records.get(recordId))])
    } catch (error) {
      failures.push(error)
    }
  })
  if (failures.length > 0) throw failures[0]
}

/**
 * Completes the claims that are due and have nothing to move (M1), by one write each.
 * @returns the ids of the records that are finished; the others are looked at again, one by one
 */
async function endEmpty(
  ports: MigratePorts,
  records: readonly AccountRecord[],
  report: (outcomes: readonly MigrationOutcome[]) => void,
  failures: unknown[],
): Promise<ReadonlySet<string>> {
  const now = ports.now()
  const due = records.flatMap((record) => {
    const ended = emptyEnding(record, now)
    return ended === undefined ? [] : [{ record, ended }]
  })
  if (due.length === 0 || (await ports.isPaused('migrations'))) return new Set()
  const outcomes = await ports.accounts.endMany(due.map(({ ended }) => ended))
  const done: string[] = []
  const completions: MigrationOutcome[] = []
  for (const [
    n,
    {
      record: { recordId, claim },
      ended,
    },
  ] of due.entries()) {
    const written = outcomes[n]
    if (written === undefined || written.outcome === 'lost' || claim === undefined) continue
    done.push(recordId)
    if (written.outcome === 'failed') failures.push(written.error)
    else completions.push(completed(ended.closed, claim, ports.now()))
  }
  if (completions.length > 0) report(completions)
  return new Set(done)
}
