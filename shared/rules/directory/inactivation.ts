import { isoSecondUp } from '../../lib/time.ts'
import { type ChangedBy, changed } from '../claims/transition.ts'
import type { StandingAccount } from '../claims/views.ts'
import type { Account, AccountRecord, AccountStatus, ChangeKind, Inactivity, NewAccount } from '../types.ts'

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
  const since = isoSecondUp(changedBy.now)
  const inactive: Inactivity = { since, formerStatus: account.status, syncId }
  return withStatus(record, 'inactive', inactive, 'user.inactivated', changedBy)
}

/** Y5: the status held before, and no removal any more. */
export function reactivate(
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
