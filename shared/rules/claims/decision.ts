import type { AccountRecord, ClaimType, Decision, DecisionKind, OpenClaim } from '../types.ts'
import { completeClaim, type Ended } from './ending.ts'
import { migrationLease } from './migration.ts'
import { type ChangedBy, withClaim } from './transition.ts'

/** U: the decisions that a claim of this type offers. U1: a paid original can't be deleted by a click. */
export function decisionOptions(type: ClaimType, originalIsPaid: boolean): DecisionKind[] {
  const options: DecisionKind[] = type === 'delayed' ? ['change_email', 'transfer_content'] : ['change_email']
  if (!originalIsPaid) options.push('delete_original')
  return options
}

/** U5: the decisions that the user can still make; empty once one was made. */
export function openOptions(record: AccountRecord, claim: OpenClaim): DecisionKind[] {
  return claim.decision === undefined ? decisionOptions(claim.type, record.account.paid) : []
}

/** U3–U5: records a decision that the migration worker then carries out. `change_email` takes effect by `splitByNewAddress`. */
export function decide(
  record: AccountRecord,
  claim: OpenClaim,
  kind: 'transfer_content' | 'delete_original',
  changedBy: ChangedBy,
): AccountRecord & { readonly claim: OpenClaim } {
  const decision: Decision = { kind, at: changedBy.now.toISOString(), by: 'user' }
  return withClaim(record, claim, 'claim.decided', changedBy, {
    status: 'migrating',
    decision,
    ...migrationLease(changedBy),
  })
}

/**
 * U2: `change_email`, once the new address is confirmed. The original keeps its record and all its content, under the new
 * address; the new account moves to a record of its own, whose id is the account's, at the claimed address or another (C9).
 */
export function splitByNewAddress(
  record: AccountRecord,
  claim: OpenClaim,
  newEmail: string,
  changedBy: ChangedBy,
): { original: AccountRecord; ended: Ended } {
  const decision: Decision = {
    kind: 'change_email',
    at: changedBy.now.toISOString(),
    by: 'user',
    newEmail,
    ...(claim.pendingEmail === undefined ? {} : { links: claim.pendingEmail.links }),
  }
  const { record: completed, ...ended } = completeClaim(record, { ...claim, decision }, changedBy)
  return {
    original: { ...completed, account: { ...record.account, email: newEmail } },
    ended: {
      ...ended,
      record: {
        recordId: claim.newUserId,
        revision: 1,
        account: completed.account,
        hasContent: record.hasContent,
      },
    },
  }
}
