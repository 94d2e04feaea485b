import { mapConcurrent } from '../../lib/concurrency.ts'
import { type Clock, SECOND_MS } from '../../lib/time.ts'
import { LOST, type Lost } from '../../lib/optimistic-retry.ts'
import { Busy } from '../../lib/unavailable.ts'
import { completeClaim, type Ended } from '../../rules/claims/ending.ts'
import { holdMigration, completeWithoutContent, startMigration } from '../../rules/claims/migration.ts'
import { migrationAt } from '../../rules/claims/migration-hold.ts'
import { remind } from '../../rules/claims/notification.ts'
import { endsAt } from '../../rules/claims/transition.ts'
import { dueForHolding, dueForMigration, dueReminder, isByReminder } from '../../rules/due/due-work.ts'
import type { AccountRecord, Actor, OpenClaim } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import { CONVERSATIONS_PER_MOVE, type ConversationStore } from '../../storage/stores/conversations.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'
import type { IsPaused } from '../pause-reader.ts'

/** What the migration of one record takes. */
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

/** Whose claim is to be looked at. */
export interface MigrationRef {
  readonly root: string
  /** Where it stood in the due index, if that is why. */
  readonly dueAt?: string | undefined
}

export type MigrationOutcome =
  | {
      readonly outcome: 'completed'
      readonly claimId: string
      readonly conversations: number
      /** From when it was due, or decided, to now. */
      readonly lateSeconds: number
    }
  /** Nobody is migrated now. The due index brings it up again: the message isn't needed. */
  | { readonly outcome: 'paused'; readonly claimId: string }
  | { readonly outcome: 'handed_on'; readonly claimId: string }
  /** M5: its user is untold. */
  | { readonly outcome: 'held'; readonly claimId: string }
  | { readonly outcome: 'reminded'; readonly claimId: string; readonly day: number }
  /** No claim is open here (any more), or its time hasn't come: nothing was changed (M2). */
  | { readonly outcome: 'nothing_due' }

/** Time kept for handing on to a fresh invocation. */
const HANDOVER_MS = 10_000
/** Others may change the record in between (a mail's mark, a sign-in, a second delivery); each time one of them got on. */
const MAX_LOST_ROUNDS = 20

/** Of one message. Each is a row of writes on partitions of its own. */
const CLAIMS_AT_ONCE = 5

const BY: Actor = 'schedule:due'

/**
 * Does what is due on the claims of some records, which are read together. Those that have nothing to move are ended together,
 * 25 a call, 0.5 R each; any other is read once more, 1 R. One that fails keeps none of the others.
 * @param tell of each outcome, as soon as it is known
 * @throws what the first of those that failed has thrown, once all the others are done
 */
export async function migrateAll(
  ports: MigratePorts,
  claims: readonly MigrationRef[],
  tell: (outcomes: readonly MigrationOutcome[]) => void,
): Promise<void> {
  const idsOf = (refs: readonly MigrationRef[]) => refs.map(({ root: recordId }) => recordId)
  const glanced = await ports.accounts.byRecordIds(idsOf(claims), 'eventually')
  const failures: unknown[] = []
  const ended = await endEmpty(ports, [...glanced.values()], tell, failures)
  const left = claims.filter(({ root: recordId }) => !ended.has(recordId))
  // A read that was old loses the write above. Whether there is nothing to do is for one that isn't to say.
  const records = await ports.accounts.byRecordIds(idsOf(left))
  await mapConcurrent(left, CLAIMS_AT_ONCE, async (ref) => {
    try {
      tell([await migrateRecord(ports, ref, records.get(ref.root))])
    } catch (error) {
      failures.push(error)
    }
  })
  if (failures.length > 0) throw failures[0]
}

/**
 * Ends the claims that are due and have nothing to move (M1), each by one write.
 * @returns the roots of those that are done with; the others are looked at again, each by itself
 */
async function endEmpty(
  ports: MigratePorts,
  records: readonly AccountRecord[],
  tell: (outcomes: readonly MigrationOutcome[]) => void,
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
  const told: MigrationOutcome[] = []
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
    else told.push(completed(ended.closed, claim, ports.now()))
  }
  if (told.length > 0) tell(told)
  return new Set(done)
}

/** Where the schedule is to decide, and it is known that the original has no conversation. */
function emptyEnding(record: AccountRecord, now: Date): Ended | undefined {
  const { claim, hasContent, deletion } = record
  if (claim?.status !== 'open' || hasContent !== false || deletion !== undefined) return undefined
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
  return migrateRecord(
    ports,
    { root: recordId },
    (await ports.accounts.byRecordIds([recordId])).get(recordId),
  )
}

/**
 * Does what is due on a record's claim: marks it as migrating (from then on no decision and no revocation, R4), moves the
 * conversations a page at a time, each page with the record in one transaction, and then lets the original account go.
 * Cut off anywhere and called again, it goes on from there (M3): a page that was moved is gone from the original.
 * @param read the record as it was read a moment ago
 */
async function migrateRecord(
  ports: MigrateRecordPorts,
  ref: MigrationRef,
  read: AccountRecord | undefined,
): Promise<MigrationOutcome> {
  if (read === undefined) return { outcome: 'nothing_due' }
  let standing: Standing = { record: read, emptied: false }
  for (let lost = 0; lost < MAX_LOST_ROUNDS; ) {
    const record: AccountRecord | undefined =
      standing.record ?? (await ports.accounts.byRecordIds([ref.root])).get(ref.root)
    const claim = record?.claim
    if (record === undefined || claim === undefined || record.deletion !== undefined)
      return { outcome: 'nothing_due' }
    const { claimId } = claim
    if (!dueForMigration(claim, ports.now())) {
      const left = await leaveIndex(ports, record, claim, ref.dueAt)
      if (left.outcome !== 'lost') return left
      standing = { record: undefined, emptied: false }
      lost++
      continue
    }
    if (await ports.isPaused('migrations')) return { outcome: 'paused', claimId }
    const step = await takeStep(ports, record, claim, standing.emptied)
    switch (step.outcome) {
      case 'completed':
        return completed(claim, claim, ports.now())
      case 'lost':
        lost++
        standing = { record: undefined, emptied: false }
        break
      case 'went_on':
        standing = step
        if (ports.timeLeftMs() < HANDOVER_MS) {
          await ports.continueLater([{ root: ref.root }])
          return { outcome: 'handed_on', claimId }
        }
    }
  }
  throw new Busy(`the record was changed by others ${MAX_LOST_ROUNDS} times`)
}

/**
 * A claim that isn't to be migrated may have been brought up for another reason, and would be again and again: its user is
 * untold (M5), or it stands in the index by a reminder, from before reminders followed from the end.
 */
async function leaveIndex(
  { accounts, now }: MigrateRecordPorts,
  record: AccountRecord,
  claim: OpenClaim,
  foundAt: string | undefined,
): Promise<MigrationOutcome | Lost> {
  const { claimId } = claim
  if (dueForHolding(claim, now()))
    return (await accounts.write(holdMigration(record, claim))).outcome === 'written'
      ? { outcome: 'held', claimId }
      : LOST
  if (foundAt === undefined || !isByReminder(claim, foundAt)) return { outcome: 'nothing_due' }
  const day = dueReminder(claim, now())
  const next =
    day === undefined
      ? { ...record, revision: record.revision + 1 }
      : remind(record, claim, day, { now: now(), by: BY })
  if ((await accounts.write(next)).outcome === 'lost') return LOST
  return day === undefined ? { outcome: 'nothing_due' } : { outcome: 'reminded', claimId, day }
}

function lateness(claim: OpenClaim, now: Date): number {
  const { decision } = claim
  const dueAt = decision?.by === 'user' ? new Date(decision.at) : (migrationAt(claim) ?? endsAt(claim))
  return Math.max(0, Math.round((now.getTime() - dueAt.getTime()) / SECOND_MS))
}

/** What is known between two steps without reading again: our own last write is what stands. */
interface Standing {
  readonly record: AccountRecord | undefined
  /** While migrating nothing can come into the original, so after its last page it is known to be empty. */
  readonly emptied: boolean
}

type Step =
  | { readonly outcome: 'went_on'; readonly record: AccountRecord; readonly emptied: boolean }
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
      ? wentOn(next, false)
      : { outcome: 'lost' }
  }
  // While migrating it takes no conversation, so what is known of it stays true.
  const { page, more } =
    emptied || record.hasContent === false
      ? { page: [], more: false }
      : await ports.conversations.first(claim.originalUserId, CONVERSATIONS_PER_MOVE)
  if (page.length === 0) {
    const written = await ports.accounts.end(completeClaim(lookedAt(record, claim), claim, changedBy))
    return { outcome: written.outcome === 'written' ? 'completed' : 'lost' }
  }
  const kept = claim.decision?.kind === 'transfer_content'
  const next: AccountRecord = {
    ...record,
    revision: record.revision + 1,
    claim: { ...claim, conversationsMoved: claim.conversationsMoved + (kept ? page.length : 0) },
  }
  const written = kept
    ? await ports.conversations.move(page, claim.newUserId, await retentionOf(ports, claim), next)
    : await ports.conversations.remove(page, next)
  return written.outcome === 'written' ? wentOn(next, !more) : { outcome: 'lost' }
}

/** Of a record from before it was kept whether there is any: now it is known. A direct claim's new account may have its own. */
const lookedAt = (record: AccountRecord, { type, conversationsMoved }: OpenClaim): AccountRecord =>
  record.hasContent === undefined && type === 'delayed'
    ? { ...record, hasContent: conversationsMoved > 0 }
    : record

const wentOn = (record: AccountRecord, emptied: boolean): Step => ({ outcome: 'went_on', record, emptied })

/** U3: the claiming org's policy, as it stands when the page moves. */
async function retentionOf(ports: MigrateRecordPorts, claim: OpenClaim): Promise<number | null> {
  const org = (await ports.organizations.get(claim.claimingOrgId))?.org
  if (org === undefined) throw new Error(`claim ${claim.claimId} is by an organization that doesn't exist`)
  return org.settings.retentionDays
}
