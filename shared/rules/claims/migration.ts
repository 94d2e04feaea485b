import { isoSecond } from '../../lib/time.ts'
import { MIGRATION_LEASE_MS } from '../limits.ts'
import type { AccountRecord, Decision, OpenClaim } from '../types.ts'
import { completeClaim, type Ended, newAccountOf } from './ending.ts'
import { awaitsDecision, migrationAt } from './migration-hold.ts'
import { type ChangedBy, endsAt, withClaim } from './transition.ts'

/** M3: when the sweep resumes a migration that began now and that nobody finished. */
export const migrationLease = ({ now }: ChangedBy): { resumeAt: string } => ({
  resumeAt: isoSecond(new Date(now.getTime() + MIGRATION_LEASE_MS)),
})

const decisionOfSchedule = ({ now }: ChangedBy): Decision => ({
  kind: 'transfer_content',
  at: now.toISOString(),
  by: 'schedule',
})

/**
 * M5: removes a claim from the due index because its time is over and no mail to its user has left. A mail that
 * leaves later puts it back. This isn't recorded as a change, so neither an audit entry nor an event follows.
 */
export function holdMigration(record: AccountRecord, claim: OpenClaim): AccountRecord {
  return { ...record, revision: record.revision + 1, claim: { ...claim, held: true } }
}

/** M1: the schedule decides for the user. From then on the claim can't be revoked or decided (R4). */
export function startMigration(record: AccountRecord, claim: OpenClaim, changedBy: ChangedBy): AccountRecord {
  return withClaim(record, claim, 'claim.migrating', changedBy, {
    status: 'migrating',
    decision: decisionOfSchedule(changedBy),
    ...migrationLease(changedBy),
  })
}

/**
 * M1: the schedule decides for the user and, as there is no content to move, the claim is completed at once. A
 * conversation, decision or revocation that is written at the same moment changes the record’s revision, and wins
 * (R4).
 */
export function completeWithoutContent(record: AccountRecord, claim: OpenClaim, changedBy: ChangedBy): Ended {
  return completeClaim(record, { ...claim, decision: decisionOfSchedule(changedBy) }, changedBy)
}

/**
 * O1: the original's org is being deleted, and with it the original and its content. The claim continues as a direct
 * one: the new account gets the status and licences it would have on completion, and the migration worker deletes the
 * original.
 */
export function convertToDirect(
  record: AccountRecord,
  claim: OpenClaim,
  changedBy: ChangedBy,
): AccountRecord {
  const { status, licenses } = newAccountOf(record, claim)
  return withClaim(record, claim, 'claim.migrating', changedBy, {
    type: 'direct',
    contentLoss: 'source_deleted',
    status: 'migrating',
    decision: { kind: 'delete_original', at: changedBy.now.toISOString(), by: 'schedule' },
    newAccount: { ...claim.newAccount, status, licenses },
    ...migrationLease(changedBy),
  })
}

/** M1, M2, M5: whether the automatic migration may begin. */
export function dueForMigration(claim: OpenClaim, now: Date): boolean {
  if (claim.status === 'migrating') return true
  const at = migrationAt(claim)
  return awaitsDecision(claim) && at !== undefined && now >= at
}

/** M5: whether the claim's time is over and its user hasn't been notified, so that it has to leave the due index. */
export function dueForHolding(claim: OpenClaim, now: Date): boolean {
  return awaitsDecision(claim) && !claim.held && migrationAt(claim) === undefined && now >= endsAt(claim)
}
