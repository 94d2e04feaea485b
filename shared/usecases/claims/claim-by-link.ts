import { readLink } from '../../rules/claims/decision-link.ts'
import type { ClaimStore, FoundClaim } from '../../storage/stores/claims.ts'
import type { TokenStore } from '../../storage/stores/tokens.ts'

export interface LinkFinder {
  readonly claims: Pick<ClaimStore, 'byId' | 'byLink'>
  readonly tokens: Pick<TokenStore, 'claimIdOf'>
}

/**
 * U6: finds the claim that a link leads to. Links in mails name the claim. Links of sign-ins, and those of claims with
 * more of them than the record holds, have an item each. Whether the claim still offers anything is up to the caller.
 */
export async function claimByLink(
  { claims, tokens }: LinkFinder,
  token: string,
  now: Date,
): Promise<FoundClaim | undefined> {
  const link = readLink(token)
  if (link !== undefined) return claims.byLink(link)
  const claimId = await tokens.claimIdOf(token, now)
  return claimId === undefined ? undefined : claims.byId(claimId)
}
