import { normalizedAddress, parseAddress } from '../../rules/accounts/address.ts'
import { openOptions } from '../../rules/claims/decision.ts'
import { newAccountOf } from '../../rules/claims/ending.ts'
import { signIn } from '../../rules/claims/sign-in.ts'
import type { AccountRecord, DecisionKind, OpenClaim } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { TokenStore } from '../../storage/stores/tokens.ts'
import { LOST, type Lost, retryOptimistically } from '../../lib/optimistic-retry.ts'

export interface SignInPorts {
  readonly accounts: Pick<AccountStore, 'byAddresses' | 'write'>
  readonly tokens: Pick<TokenStore, 'put'>
  /** 32 random bytes, base64url. */
  readonly newToken: () => string
  readonly decisionUrl: (token: string) => string
}

export type SignInOutcome =
  | {
      readonly outcome: 'answered'
      readonly allowed: boolean
      readonly mustDecide: boolean
      readonly options: DecisionKind[]
      readonly decisionUrl?: string
    }
  | { readonly outcome: 'refused'; readonly code: 'invalid_address' | 'user_not_found' | 'busy' }

const answered = (allowed: boolean): SignInOutcome => ({
  outcome: 'answered',
  allowed,
  mustDecide: false,
  options: [],
})

/**
 * S1–S3: somebody signs in at an address. Where a claim is open and undecided they must decide first, and get a link of
 * their own for it; the first time is recorded on the claim, which can't be revoked from then on (S2).
 *
 * Whoever signs in does so at the new account's address, which is the claimed one unless it was given another (C9): the
 * original's, with the suffix, is none.
 */
export async function reportSignIn(ports: SignInPorts, email: string, now: Date): Promise<SignInOutcome> {
  const parsed = parseAddress(email)
  if (!parsed.ok)
    return {
      outcome: 'refused',
      code: parsed.reason === 'original_account' ? 'user_not_found' : 'invalid_address',
    }
  const { normalized } = parsed.address
  return retryOptimistically(async (): Promise<SignInOutcome | Lost> => {
    const record = (await ports.accounts.byAddresses([normalized])).get(normalized)
    if (record === undefined || record.deletion !== undefined)
      return { outcome: 'refused', code: 'user_not_found' }
    const { claim } = record
    // C9: the claimed address is kept for the original, and nobody signs in there any more.
    if (claim !== undefined && normalizedAddress(newAccountOf(record, claim).email) !== normalized)
      return { outcome: 'refused', code: 'user_not_found' }
    if (claim === undefined) return answered(record.account.status !== 'inactive')
    if (newAccountOf(record, claim).status === 'inactive') return answered(false)
    // Decided, by the user or by the schedule: nothing is left to ask, or to record.
    if (claim.status === 'migrating') return answered(true)
    if (!(await recorded(ports, record, claim, now))) return LOST
    const token = ports.newToken()
    await ports.tokens.put(token, claim.claimId, now)
    return {
      outcome: 'answered',
      allowed: true,
      mustDecide: true,
      options: openOptions(record, claim),
      decisionUrl: ports.decisionUrl(token),
    }
  })
}

/** S2: whether the claim bears a first sign-in now; not when somebody changed it in between. */
async function recorded(
  { accounts }: SignInPorts,
  record: AccountRecord,
  claim: OpenClaim,
  now: Date,
): Promise<boolean> {
  const by = `user:${claim.newUserId}` as const
  const next = signIn(record, claim, { now, by })
  return next === undefined || (await accounts.write(next)).outcome === 'written'
}
