import type { MigrationRef } from '../../contracts/messages/migration.ts'
import { mapConcurrent } from '../../lib/concurrency.ts'
import { LOST, type Lost } from '../../lib/optimistic-retry.ts'
import { type Clock, SECOND_MS } from '../../lib/time.ts'
import { Busy } from '../../lib/unavailable.ts'
import { completeClaim, type Ended } from '../../rules/claims/ending.ts'
import {
  completeWithoutContent,
  dueForHolding,
  dueForMigration,
  holdMigration,
  startMigration,
} from '../../rules/claims/migration.ts'
import { migrationAt } from '../../rules/claims/migration-hold.ts'
import { endsAt } from '../../rules/claims/transition.ts'
import type { AccountRecord, Actor, OpenClaim } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import { CONVERSATIONS_PER_MOVE, type ConversationStore } from '../../storage/stores/conversations.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import type { IsPaused } from '../pause-reader.ts'

/** Ports for the migration of one record. */
export interface MigrateRecordPorts {
  readonly accounts: Pick<AccountStore, 'byRecordIds' | 'write' | 'end'>
  readonly conversations: Pick<ConversationStore, 'first' | 'move' | 'remove'>
  readonly organizations: Pick<OrganizationStore, 'get'>
  readonly continueLater: (claims: readonly MigrationRef[]) => Promise<void>
  readonly isPaused: IsPaused
  readonly now: Clock
  readonly timeLeftMs: () => number
}

export interface MigratePorts extends MigrateRecordPorts {
  readonly accounts: MigrateRecordPorts['accounts'] & Pick<AccountStore, 'endMany'>
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

/** Claims of one message that are migrated at once. Each writes to partitions of its own. */
const CLAIMS_AT_ONCE = 5

const BY: Actor = 'schedule:due'

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
  await mapConcurrent(left, CLAIMS_AT_ONCE, async (ref) => {
    try {
      report([await migrateRecord(ports, ref, records.get(ref.recordId))])
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

/** The ending of a claim that the schedule decides and whose original is known to have no conversation. */
function emptyEnding(record: AccountRecord, now: Date): Ended | undefined {
  const { claim, hasContent, deletion } = record
  if (claim?.status !== 'open' || hasContent || deletion !== undefined) return undefined
  if (!dueForMigration(claim, now)) return undefined
  const ended = completeWithoutContent(record, claim, { now, by: BY })
  return ended.freed === undefined ? ended : undefined
}

const completed = (
  { claimId, conversationsMoved }: Pick<OpenClaim, 'claimId' | 'conversationsMoved'>,
  claim: OpenClaim,
  now: Date,
): MigrationOutcome => ({
  outcome: 'completed',
  claimId,
  conversations: conversationsMoved,
  lateSeconds: lateness(claim, now),
})

/** As `migrateAll`, of one record. */
export async function migrateIfDue(ports: MigrateRecordPorts, recordId: string): Promise<MigrationOutcome> {
  return migrateRecord(ports, { recordId }, (await ports.accounts.byRecordIds([recordId])).get(recordId))
}

/**
 * Does what is due on a record's claim: marks it as migrating (which rules out decisions and revocations, R4), moves
 * the conversations page by page, each page in one transaction with the record, and then deletes the original account.
 * If it is interrupted and called again, it continues there (M3): moved conversations are no longer in the original.
 * @param read the record as it was read a moment ago
 */
async function migrateRecord(
  ports: MigrateRecordPorts,
  ref: MigrationRef,
  read: AccountRecord | undefined,
): Promise<MigrationOutcome> {
  if (read === undefined) return { outcome: 'nothing_due' }
  let state: MigrationState = { record: read, emptied: false }
  for (let lost = 0; lost < MAX_LOST_ROUNDS; ) {
    const record: AccountRecord | undefined =
      state.record ?? (await ports.accounts.byRecordIds([ref.recordId])).get(ref.recordId)
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
          await ports.continueLater([{ recordId: ref.recordId }])
          return { outcome: 'handed_on', claimId }
        }
    }
  }
  throw new Busy(`the record was changed by others ${MAX_LOST_ROUNDS} times`)
}

/**
 * Takes a claim out of the due index whose time is over before any mail about it has left (M5). Otherwise it would be
 * found there again and again.
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

function lateness(claim: OpenClaim, now: Date): number {
  const { decision } = claim
  const dueAt = decision?.by === 'user' ? new Date(decision.at) : (migrationAt(claim) ?? endsAt(claim))
  return Math.max(0, Math.round((now.getTime() - dueAt.getTime()) / SECOND_MS))
}

/** What is known between two steps without another read: the record is as our own last write left it. */
interface MigrationState {
  readonly record: AccountRecord | undefined
  /** Nothing can be added to the original while it migrates, so after its last page it is known to be empty. */
  readonly emptied: boolean
}

type Step =
  | { readonly outcome: 'advanced'; readonly record: AccountRecord; readonly emptied: boolean }
  | { readonly outcome: 'completed' | 'lost' }

async function takeStep(
  ports: MigrateRecordPorts,
  record: AccountRecord,
  claim: OpenClaim,
  emptied: boolean,
): Promise<Step> {
  const changedBy = { now: ports.now(), by: BY }
  const empty = emptyEnding(record, changedBy.now)
  if (empty !== undefined)
    return { outcome: (await ports.accounts.end(empty)).outcome === 'written' ? 'completed' : 'lost' }
  if (claim.status === 'open') {
    const next = startMigration(record, claim, changedBy)
    return (await ports.accounts.write(next)).outcome === 'written'
      ? advanced(next, false)
      : { outcome: 'lost' }
  }
  // Nothing can be added to the original while it migrates, so this remains true.
  const { page, more } =
    emptied || !record.hasContent
      ? { page: [], more: false }
      : await ports.conversations.first(claim.originalUserId, CONVERSATIONS_PER_MOVE)
  if (page.length === 0) {
    const written = await ports.accounts.end(completeClaim(record, claim, changedBy))
    return { outcome: written.outcome === 'written' ? 'completed' : 'lost' }
  }
  const isTransfer = claim.decision?.kind === 'transfer_content'
  const next: AccountRecord = {
    ...record,
    revision: record.revision + 1,
    claim: { ...claim, conversationsMoved: claim.conversationsMoved + (isTransfer ? page.length : 0) },
  }
  const written = isTransfer
    ? await ports.conversations.move(page, claim.newUserId, await retentionOf(ports, claim), next)
    : await ports.conversations.remove(page, next)
  return written.outcome === 'written' ? advanced(next, !more) : { outcome: 'lost' }
}

const advanced = (record: AccountRecord, emptied: boolean): Step => ({ outcome: 'advanced', record, emptied })

/** U3: the claiming org's policy at the time the page is moved. */
async function retentionOf(ports: MigrateRecordPorts, claim: OpenClaim): Promise<number | null> {
  const org = (await ports.organizations.get(claim.claimingOrgId))?.org
  if (org === undefined) throw new Error(`claim ${claim.claimId} is by an organization that doesn't exist`)
  return org.settings.retentionDays
}
