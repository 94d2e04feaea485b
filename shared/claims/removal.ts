import { isoSecond, SECOND_MS } from '../kit/time.ts'
import { dueOf } from './due.ts'
import { type ChangedBy, type Ended, endClaim, originalOf } from './lifecycle.ts'
import { REMOVAL_LEASE_MS } from './limits.ts'
import type { AccountRecord, AccountStatus, ChangeKind, Inactivity, OpenClaim } from './types.ts'
import type { StandingAccount } from './views.ts'

/**
 * Y4–Y7: from active to inactive to gone, as pure transitions of the account record, each to be written on the condition
 * that the record still is as it was read.
 *
 *   active ─a sync misses it→ inactive ─30 × 24 h→ removing → (none)
 *                  └────a later sync finds it→ active
 */

/** Y6: an original under its suffix, and the new account of a delayed claim, are none of a sync's business. */
export function mayBeSynced(record: AccountRecord, { role }: StandingAccount): boolean {
  return role === 'only' || (role === 'new' && record.claim?.type === 'direct')
}

/** Y4. Whole seconds, rounded up: 30 × 24 h after it are never a moment less. */
export function inactivate(
  record: AccountRecord,
  { account }: StandingAccount,
  syncId: string,
  changedBy: ChangedBy,
): AccountRecord {
  const since = isoSecond(new Date(Math.ceil(changedBy.now.getTime() / SECOND_MS) * SECOND_MS))
  const inactive: Inactivity = { since, formerStatus: account.status, syncId }
  return withStatus(record, 'inactive', inactive, 'user.inactivated', changedBy)
}

/** Y5: the status held before, and no removal any more. */
export function restore(
  record: AccountRecord,
  { account }: StandingAccount,
  changedBy: ChangedBy,
): AccountRecord {
  const status = account.inactive?.formerStatus ?? account.status
  return withStatus(record, status, undefined, 'user.restored', changedBy)
}

function withStatus(
  record: AccountRecord,
  status: AccountStatus,
  inactive: Inactivity | undefined,
  what: ChangeKind,
  { now, by }: ChangedBy,
): AccountRecord {
  const rev = record.rev + 1
  const change = { what, by, at: now.toISOString(), n: rev }
  const { claim } = record
  if (claim === undefined) {
    const { inactive: _before, ...account } = record.account
    return { ...record, rev, change, account: { ...account, status, ...(inactive && { inactive }) } }
  }
  const { inactive: _before, ...account } = claim.newAccount
  const newAccount = { ...account, status, ...(inactive && { inactive }) }
  return { ...record, rev, change, claim: { ...claim, newAccount } }
}

/** Y4, Y5: whether the removal is due, or already under way; asked again right before it begins. */
export function dueForRemoval(record: AccountRecord, now: Date): boolean {
  if (record.removal !== undefined) return true
  const due = dueOf(record)
  return due?.kind === 'removal' && now.getTime() >= new Date(due.at).getTime()
}

/** From here on the account is as if it didn't exist; its content goes page by page, and the record last. */
export function startRemoval(record: AccountRecord, userId: string, { now, by }: ChangedBy): AccountRecord {
  const at = now.toISOString()
  const resumeAt = isoSecond(new Date(now.getTime() + REMOVAL_LEASE_MS))
  const rev = record.rev + 1
  return {
    ...record,
    rev,
    removal: { userId, at, by, resumeAt },
    change: { what: 'user.removing', at, by, n: rev },
  }
}

/**
 * The new account of an open claim is removed: the claim ends, and the original, which is somebody else's account with
 * content of its own, has its address again (R1). Nobody may lose content because another org lets an account go.
 */
export function endByRemoval(record: AccountRecord, claim: OpenClaim, changedBy: ChangedBy): Ended {
  return endClaim(record, claim, 'revoked', changedBy, originalOf(record, changedBy))
}
