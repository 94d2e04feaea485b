import type { MigrationRef } from '../../contracts/messages/migration.ts'
import { LOST, type Lost } from '../../lib/optimistic-retry.ts'
import { SECOND_MS } from '../../lib/time.ts'
import { Busy } from '../../lib/unavailable.ts'
import { dueForHolding, dueForMigration, holdMigration } from '../../rules/claims/migration.ts'
import { migrationAt } from '../../rules/claims/migration-hold.ts'
import { endsAt } from '../../rules/claims/transition.ts'
import type { AccountRecord, OpenClaim } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { IsPaused } from '../pause-reader.ts'
import { type MigrationStepPorts, takeStep } from './migration-step.ts'

export interface MigrateRecordPorts extends MigrationStepPorts {
  readonly accounts: MigrationStepPorts['accounts'] & Pick<AccountStore, 'byRecordIds'>
  readonly continueLater: (claims: readonly MigrationRef[]) => Promise<void>
  readonly isPaused: IsPaused
  readonly timeLeftMs: () => number
}

export type MigrationOutcome =
  | {
      readonly outcome: 'completed'
      readonly claimId: string
      readonly conversations: number
      /** From the due time, or the decision, to now. */
      readonly lateSeconds: number
    }
  /** Migrations are paused. The message isn't needed: the due index brings the claim up again. */
  | { readonly outcome: 'paused'; readonly claimId: string }
  | { readonly outcome: 'handed_on'; readonly claimId: string }
  /** M5: no mail about the claim has left yet. */
  | { readonly outcome: 'held'; readonly claimId: string }
  /** No claim is open, or none is due: nothing was changed (M2). */
  | { readonly outcome: 'nothing_due' }

/** Time kept for handing on to a fresh invocation. */
const HANDOVER_MS = 10_000
/**
 * Others may change the record in between (a mail's mark, a sign-in, a second delivery); each time, one of them made
 * progress.
 */
const MAX_LOST_ROUNDS = 20

/** Reads a record, and does what is due on its claim. */
export async function migrateIfDue(ports: MigrateRecordPorts, recordId: string): Promise<MigrationOutcome> {
  return migrateRecord(ports, recordId, (await ports.accounts.byRecordIds([recordId])).get(recordId))
}

/**
 * Does what is due on a record's claim: marks it as migrating (which rules out decisions and revocations, R4), moves
 * the conversations page by page, each page in one transaction with the record, and then deletes the original account.
 * If it is interrupted and called again, it continues there (M3): moved conversations are no longer in the original.
 * @param read the record as it was read a moment ago
 */
export async function migrateRecord(
  ports: MigrateRecordPorts,
  recordId: string,
  read: AccountRecord | undefined,
): Promise<MigrationOutcome> {
  if (read === undefined) return { outcome: 'nothing_due' }
  let state: MigrationState = { record: read, emptied: false }
  for (let lost = 0; lost < MAX_LOST_ROUNDS; ) {
    const record: AccountRecord | undefined =
      state.record ?? (await ports.accounts.byRecordIds([recordId])).get(recordId)
    const claim = record?.claim
    if (record === undefined || claim === undefined || record.deletion !== undefined)
      return { outcome: 'nothing_due' }
    const { claimId } = claim
    if (!dueForMigration(claim, ports.now())) {
      const held = await holdIfDue(ports, record, claim)
      if (held.outcome !== 'lost') return held
      state = { record: undefined, emptied: false }
      lost++
      continue
    }
    if (await ports.isPaused('migrations')) return { outcome: 'paused', claimId }
    const step = await takeStep(ports, record, claim, state.emptied)
    switch (step.outcome) {
      case 'completed':
        return completed(claim, claim, ports.now())
      case 'lost':
        lost++
        state = { record: undefined, emptied: false }
        break
      case 'advanced':
        state = step
        if (ports.timeLeftMs() < HANDOVER_MS) {
          await ports.continueLater([{ recordId }])
          return { outcome: 'handed_on', claimId }
        }
    }
  }
  throw new Busy(`the record was changed by others ${MAX_LOST_ROUNDS} times`)
}

/** What is known between two steps without another read: the record is as our own last write left it. */
interface MigrationState {
  readonly record: AccountRecord | undefined
  /** Nothing can be added to the original while it migrates, so after its last page it is known to be empty. */
  readonly emptied: boolean
}

/**
 * M5: a claim whose time is over although no mail about it has left isn't migrated yet. It is taken out of the due index,
 * where it would be found again and again.
 */
async function holdIfDue(
  { accounts, now }: MigrateRecordPorts,
  record: AccountRecord,
  claim: OpenClaim,
): Promise<MigrationOutcome | Lost> {
  if (!dueForHolding(claim, now())) return { outcome: 'nothing_due' }
  const written = await accounts.write(holdMigration(record, claim))
  return written.outcome === 'written' ? { outcome: 'held', claimId: claim.claimId } : LOST
}

export const completed = (
  { claimId, conversationsMoved }: Pick<OpenClaim, 'claimId' | 'conversationsMoved'>,
  claim: OpenClaim,
  now: Date,
): MigrationOutcome => ({
  outcome: 'completed',
  claimId,
  conversations: conversationsMoved,
  lateSeconds: lateness(claim, now),
})

function lateness(claim: OpenClaim, now: Date): number {
  const { decision } = claim
  const dueAt = decision?.by === 'user' ? new Date(decision.at) : (migrationAt(claim) ?? endsAt(claim))
  return Math.max(0, Math.round((now.getTime() - dueAt.getTime()) / SECOND_MS))
}
