import { readLink } from '../../rules/claims/decision-link.ts'
import type { ClaimStore, FoundClaim } from '../../storage/stores/claims.ts'
import type { TokenStore } from '../../storage/stores/tokens.ts'

export interface LinkFinder {
  readonly claims: Pick<ClaimStore, 'byId' | 'byLink'>
  readonly tokens: Pick<TokenStore, 'claimIdOf'>
}

/**
 * U6: the claim that a link leads to. Mailed ones name it themselves; those of sign-ins, of mails from before that, and of
 * claims with more links than their record holds have an item each. What the claim still offers is the caller's to say.
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
