import { isoSecondUp } from '../../lib/time.ts'
import { type ChangedBy, changed } from '../claims/transition.ts'
import type { AccountInRecord } from '../claims/views.ts'
import type { Account, AccountRecord, AccountStatus, ChangeKind, Inactivity, NewAccount } from '../types.ts'

/**
 * Y4–Y6: transitions of an account record by directory synchronisation, each written on the condition that the record's
 * revision is still the one that was read.
 *
 *   active ─a sync misses it→ inactive ─30 × 24 h→ being deleted → (none)
 *                  └────a later sync finds it→ active
 */

/**
 * Y6: whether a sync may touch the account: not an original under its suffix, nor the new account of a delayed claim.
 */
export function mayBeSynced(record: AccountRecord, { role }: AccountInRecord): boolean {
  return role === 'only' || (role === 'new' && record.claim?.type === 'direct')
}

/** Y4: makes an account inactive. `since` is rounded up to whole seconds, so that 30 × 24 h after it are never less. */
export function inactivate(
  record: AccountRecord,
  { account }: AccountInRecord,
  syncId: string,
  changedBy: ChangedBy,
): AccountRecord {
  const since = isoSecondUp(changedBy.now)
  const inactive: Inactivity = { since, formerStatus: account.status, syncId }
  return withStatus(record, 'inactive', inactive, 'user.inactivated', changedBy)
}

/** Y5: restores the status held before, which cancels the deletion. */
export function reactivate(
  record: AccountRecord,
  { account }: AccountInRecord,
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
  changedBy: ChangedBy,
): AccountRecord {
  const held = <A extends Account | NewAccount>({ inactive: _before, ...account }: A) => ({
    ...account,
    status,
    ...(inactive && { inactive }),
  })
  const { account, claim } = record
  const next =
    claim === undefined
      ? { ...record, account: held(account) }
      : { ...record, claim: { ...claim, newAccount: held(claim.newAccount) } }
  return changed(next, what, changedBy)
}
