import type { AccountRecord, OpenClaim } from '../types.ts'
import { type ChangedBy, withClaim } from './transition.ts'

/** S2: records the first sign-in, after which the claim can't be revoked. `undefined`: one is recorded already. */
export function signIn(
  record: AccountRecord,
  claim: OpenClaim,
  changedBy: ChangedBy,
): AccountRecord | undefined {
  if (claim.signedInAt !== undefined) return undefined
  return withClaim(record, claim, 'claim.signed_in', changedBy, { signedInAt: changedBy.now.toISOString() })
}
