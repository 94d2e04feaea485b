import { isoSecondUp } from '../../lib/time.ts'
import type { Account, AccountRecord, ClosedClaim, NotRevocable, OpenClaim } from '../types.ts'
import { type Ended, endClaim } from './ending.ts'
import { type ChangedBy, endsAt } from './transition.ts'

/**
 * R: why the claim can't be revoked, in the order of the rule's table. `undefined`: it can be.
 * @param beingDeleted whether the new account is being deleted, and the claim ends with it
 */
export function notRevocableBecause(
  claim: OpenClaim | ClosedClaim,
  now: Date,
  domainClaimedByClaimingOrg: boolean,
  beingDeleted = false,
): NotRevocable | undefined {
  if (claim.status === 'completed' || claim.status === 'revoked' || beingDeleted) return 'ended'
  if (claim.signedInAt !== undefined) return 'signed_in'
  if (claim.decision !== undefined) return 'decided'
  if (now.getTime() >= endsAt(claim).getTime()) return 'window_passed'
  if (domainClaimedByClaimingOrg) return 'domain_claimed'
  return undefined
}

/**
 * R1: restores the original as it was before the claim; its status, licences and content never changed. If a
 * directory sync had made it inactive, its 30 days begin anew (Y5), since under its suffix no sync could find it
 * (Y6). The instant is rounded up to whole seconds, so that the 30 days are never shorter.
 *
 * Also ends the claim when the new account is deleted while the claim is open: nobody may lose their original account
 * because another org deletes an account of its own.
 */
export function revokeClaim(record: AccountRecord, claim: OpenClaim, changedBy: ChangedBy): Ended {
  return endClaim(record, claim, 'revoked', changedBy, originalOf(record, changedBy))
}

function originalOf({ account }: AccountRecord, { now }: ChangedBy): Account {
  if (account.inactive === undefined) return account
  return { ...account, inactive: { ...account.inactive, since: isoSecondUp(now) } }
}
