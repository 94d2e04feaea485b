import { normalizedAddress } from '../accounts/address.ts'
import { addressesOf } from '../accounts/address-change.ts'
import type { EndedStatus, Account, AccountRecord, Change, ClosedClaim, OpenClaim } from '../types.ts'
import { type ChangedBy, changeOf, auditKeyOf } from './transition.ts'

/** A claim that has just ended, and its record without it. */
export interface Ended {
  /** The record without the claim: its one account. */
  readonly record: AccountRecord
  readonly closed: ClosedClaim
  readonly change: Change
  /**
   * C9: the normalized address that becomes free, if the new account had another address than the claimed one: that
   * other one after a revocation, otherwise the claimed one.
   */
  readonly freed?: string
}

/**
 * U3, U4, M1: completes the claim once the original's content has been moved or deleted. The original is gone, and the new
 * account is the record's only one, with the original's status (C4) and the claim's licences (C5).
 */
export function completeClaim(record: AccountRecord, claim: OpenClaim, changedBy: ChangedBy): Ended {
  return endClaim(record, claim, 'completed', changedBy, newAccountOf(record, claim))
}

/** Ends the claim, leaving `account` as the record's only account. Callers use `completeClaim` and `revokeClaim`. */
export function endClaim(
  record: AccountRecord,
  claim: OpenClaim,
  status: EndedStatus,
  changedBy: ChangedBy,
  account: Account,
): Ended {
  const change = changeOf(record, `claim.${status}`, changedBy)
  const {
    newAccount: _account,
    resumeAt: _resumeAt,
    pendingEmail: _pending,
    confirmations: _confirmations,
    heldUntil: _heldUntil,
    held: _held,
    mail,
    ...core
  } = claim
  const { claim: _claim, deletion: _removal, change: _change, ended: _earlier, ...rest } = record
  const remaining = normalizedAddress(account.email)
  const freed = addressesOf(record).find((address) => address !== remaining)
  return {
    // Without a change of its own: the change is published with the ended claim, which is stored beside the account.
    record: { ...rest, revision: record.revision + 1, account },
    closed: {
      ...core,
      status,
      endedAt: changedBy.now.toISOString(),
      version: claim.version + 1,
      auditKeys: [...claim.auditKeys, auditKeyOf(change)],
      // U6: the links of a revoked claim no longer work.
      ...(status === 'completed' && mail.links.length > 0 ? { links: mail.links } : {}),
    },
    change,
    ...(freed === undefined ? {} : { freed }),
  }
}

/** The new account as an account of its own, as it will be once the claim is completed. */
export function newAccountOf(record: AccountRecord, claim: OpenClaim): Account {
  const { newAccount } = claim
  return {
    userId: claim.newUserId,
    email: newAccount.email ?? record.account.email,
    firstName: newAccount.firstName,
    lastName: newAccount.lastName,
    displayName: newAccount.displayName,
    orgId: claim.claimingOrgId,
    status: claim.type === 'delayed' ? record.account.status : newAccount.status,
    licenses: claim.type === 'delayed' ? claim.licenses : newAccount.licenses,
    // The original was paid for; the new account is licensed by its org.
    paid: false,
    locale: newAccount.locale,
    ...(newAccount.inactive === undefined ? {} : { inactive: newAccount.inactive }),
  }
}
