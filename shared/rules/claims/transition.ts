import { DECISION_WINDOW_MS } from '../limits.ts'
import type { AccountRecord, Actor, Change, ChangeKind, Claim, ClaimCore, OpenClaim } from '../types.ts'

/**
 * What all transitions of a claim share. A transition is a pure function from an account record to the record to write;
 * the store writes it on the condition that the record's revision is still the one that was read, so of two transitions
 * of one revision exactly one takes effect (C7, R4).
 *
 *   (none) ─creation→ open ─decision / migration→ migrating ─ending→ completed
 *                      └────revocation→ revoked
 */
export interface ChangedBy {
  readonly now: Date
  readonly by: Actor
}

/** Whether the claim is open or migrating, that is, kept in its account's record. */
export function isOpen(claim: Claim): claim is OpenClaim {
  return 'newAccount' in claim
}

/** M1, R: when the user's time to decide and the window of revocation end. */
export function endsAt(claim: Pick<ClaimCore, 'createdAt'>): Date {
  return new Date(new Date(claim.createdAt).getTime() + DECISION_WINDOW_MS)
}

/** The change that the record's next revision makes; its number is that revision. */
export function changeOf(record: AccountRecord, what: ChangeKind, { now, by }: ChangedBy): Change {
  return { what, by, at: now.toISOString(), n: record.revision + 1 }
}

/** The record's next revision, with what was changed about it and by whom (A1). */
export function changed(record: AccountRecord, what: ChangeKind, changedBy: ChangedBy): AccountRecord {
  return { ...record, revision: record.revision + 1, change: changeOf(record, what, changedBy) }
}

/** The key of the change's audit entry, as in `ClaimCore.auditKeys`. */
export const auditKeyOf = (change: Change): string => `${change.at}#${change.n}`

/**
 * The record's next revision, with the claim changed by `patch`, and its version and audit keys continued. Drops a
 * confirmation that can no longer succeed, because it has expired or something else was decided (U2).
 */
export function withClaim(
  record: AccountRecord,
  claim: OpenClaim,
  what: ChangeKind,
  changedBy: ChangedBy,
  patch: Partial<OpenClaim>,
): AccountRecord & { readonly claim: OpenClaim } {
  const change = changeOf(record, what, changedBy)
  const { pendingEmail, ...rest } = { ...claim, ...patch }
  const isPending =
    pendingEmail !== undefined &&
    patch.decision === undefined &&
    changedBy.now < new Date(pendingEmail.expiresAt)
  const next = {
    ...rest,
    ...(isPending ? { pendingEmail } : {}),
    version: claim.version + 1,
    auditKeys: [...claim.auditKeys, auditKeyOf(change)],
  }
  return { ...record, revision: record.revision + 1, claim: next, change }
}
