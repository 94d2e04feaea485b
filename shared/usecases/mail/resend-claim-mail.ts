import { SECOND_MS } from '../../lib/time.ts'
import { domainOf } from '../../rules/accounts/address.ts'
import {
  type NotNotifiable,
  nextResendAt,
  notNotifiableBecause,
  resend,
} from '../../rules/mail/notification.ts'
import { isOpen } from '../../rules/claims/transition.ts'
import { type ClaimView, viewClaim } from '../../rules/claims/views.ts'
import { isVersionAllowed, type WriteRefusal } from '../../rules/versions.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { ClaimStore } from '../../storage/stores/claims.ts'
import type { DomainStore } from '../../storage/stores/domains.ts'
import type { ClaimCommand } from '../claims/revoke.ts'
import { LOST, type Lost, retryOptimistically } from '../../lib/optimistic-retry.ts'

export interface ResendPorts {
  readonly accounts: Pick<AccountStore, 'write'>
  readonly claims: Pick<ClaimStore, 'byId' | 'byIdOf'>
  readonly domains: Pick<DomainStore, 'claimedBy'>
}

export type ResendOutcome =
  /** The stream turns the change into the mail, as always. */
  | { readonly outcome: 'noted'; readonly claim: ClaimView }
  | { readonly outcome: 'refused'; readonly code: Exclude<NotNotifiable, 'notified_recently'> }
  | { readonly outcome: 'refused'; readonly code: 'not_found' | WriteRefusal }
  | {
      readonly outcome: 'refused'
      readonly code: 'notified_recently'
      readonly retryAfterSeconds: number
    }

/** M4: has the claim's mail sent again. One conditional write, so of two simultaneous requests one wins. 3 R, 1 W. */
export async function resendClaimMail(ports: ResendPorts, command: ClaimCommand): Promise<ResendOutcome> {
  const { orgId, claimId, now, by, versions } = command
  return retryOptimistically(async (): Promise<ResendOutcome | Lost> => {
    const found = await ports.claims.byIdOf(orgId, claimId)
    if (found === undefined) return { outcome: 'refused', code: 'not_found' }
    const { claim, record } = found
    if (!isVersionAllowed(versions, claim.version)) return { outcome: 'refused', code: 'precondition_failed' }
    const code = notNotifiableBecause(claim, now, record?.deletion !== undefined)
    if (code === 'notified_recently') {
      const waitMs = (nextResendAt(claim)?.getTime() ?? now.getTime()) - now.getTime()
      return { outcome: 'refused', code, retryAfterSeconds: Math.ceil(waitMs / SECOND_MS) }
    }
    if (code !== undefined) return { outcome: 'refused', code }
    if (record === undefined || !isOpen(claim)) throw new Error(`the open claim ${claimId} has no record`)
    const { record: next, claim: resent } = resend(record, claim, { now, by })
    if ((await ports.accounts.write(next)).outcome === 'lost') return LOST
    const domainClaimed = (await ports.domains.claimedBy(domainOf(claim.email))) === orgId
    const input = { now, domainClaimed, originalIsPaid: record.account.paid }
    return { outcome: 'noted', claim: viewClaim(resent, input) }
  })
}
