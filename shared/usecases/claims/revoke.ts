import { domainOf } from '../../rules/accounts/address.ts'
import { notRevocableBecause, revokeClaim } from '../../rules/claims/revocation.ts'
import { isOpen } from '../../rules/claims/transition.ts'
import { type ClaimView, viewClaim } from '../../rules/claims/views.ts'
import type { Actor, NotRevocable } from '../../rules/types.ts'
import { isVersionAllowed, type Versions, type WriteRefusal } from '../../rules/versions.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { ClaimStore } from '../../storage/stores/claims.ts'
import type { DomainStore } from '../../storage/stores/domains.ts'
import { LOST, type Lost, retryOptimistically } from '../../lib/optimistic-retry.ts'

export interface RevokePorts {
  readonly accounts: Pick<AccountStore, 'end'>
  readonly claims: Pick<ClaimStore, 'byId' | 'byIdOf'>
  readonly domains: Pick<DomainStore, 'claimedBy'>
}

export interface ClaimCommand {
  /** The claiming org; for any other org the claim doesn't exist (R). */
  readonly orgId: string
  readonly claimId: string
  readonly now: Date
  readonly by: Actor
  readonly versions?: Versions | undefined
}

export type RevokeOutcome =
  | { readonly outcome: 'revoked'; readonly claim: ClaimView }
  | {
      readonly outcome: 'refused'
      readonly code: NotRevocable | 'not_found' | WriteRefusal
    }

/**
 * R: revokes a claim. The write is conditional on the record that the decision was based on, so if a migration, a
 * decision or a sign-in happens at the same instant, one of the two wins (R4). A revocation that lost reads again, and
 * answers with the reason. 3 read units; if it succeeds, a transaction of 4 write units.
 */
export async function revoke(ports: RevokePorts, command: ClaimCommand): Promise<RevokeOutcome> {
  const { orgId, claimId, now, by, versions } = command
  return retryOptimistically(async (): Promise<RevokeOutcome | Lost> => {
    const found = await ports.claims.byIdOf(orgId, claimId)
    if (found === undefined) return { outcome: 'refused', code: 'not_found' }
    const { claim, record } = found
    if (!isVersionAllowed(versions, claim.version)) return { outcome: 'refused', code: 'precondition_failed' }
    const domainClaimed = (await ports.domains.claimedBy(domainOf(claim.email))) === orgId
    const code = notRevocableBecause(claim, now, domainClaimed, record?.deletion !== undefined)
    if (code !== undefined) return { outcome: 'refused', code }
    if (record === undefined || !isOpen(claim)) throw new Error(`the open claim ${claimId} has no record`)
    const ended = revokeClaim(record, claim, { now, by })
    if ((await ports.accounts.end(ended)).outcome === 'lost') return LOST
    const input = { now, domainClaimed, originalIsPaid: record.account.paid, endedOn: record.account }
    return { outcome: 'revoked', claim: viewClaim(ended.closed, input) }
  })
}
