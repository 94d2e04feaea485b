import { normalizedAddress } from '../accounts/address.ts'
import type { AccountRecord, DecisionKind, OpenClaim } from '../types.ts'
import { openOptions } from './decision.ts'
import { newAccountOf } from './ending.ts'
import { type ChangedBy, withClaim } from './transition.ts'

export type SignInDecision =
  | { readonly outcome: 'unknown_user' | 'blocked' | 'allowed' }
  | { readonly outcome: 'must_decide'; readonly claim: OpenClaim; readonly options: DecisionKind[] }

/**
 * S1, S3: checks a sign-in at an address. Users sign in at the new account's address: the claimed one, unless the
 * account was given another (C9). In that case the claimed address is reserved for the original, and nobody can sign
 * in there.
 * @param record the record that reserves the address; `undefined`: none
 */
export function checkSignIn(record: AccountRecord | undefined, normalized: string): SignInDecision {
  if (record === undefined || record.deletion !== undefined) return { outcome: 'unknown_user' }
  const { account, claim } = record
  if (claim === undefined) return { outcome: account.status === 'inactive' ? 'blocked' : 'allowed' }
  const { email, status } = newAccountOf(record, claim)
  if (normalizedAddress(email) !== normalized) return { outcome: 'unknown_user' }
  if (status === 'inactive') return { outcome: 'blocked' }
  // Decided, by the user or by the schedule: there is nothing left to ask or to record.
  if (claim.status === 'migrating') return { outcome: 'allowed' }
  return { outcome: 'must_decide', claim, options: openOptions(record, claim) }
}

/** S2: records the first sign-in, after which the claim can't be revoked. `undefined`: one is recorded already. */
export function signIn(
  record: AccountRecord,
  claim: OpenClaim,
  changedBy: ChangedBy,
): AccountRecord | undefined {
  if (claim.signedInAt !== undefined) return undefined
  return withClaim(record, claim, 'claim.signed_in', changedBy, { signedInAt: changedBy.now.toISOString() })
}
