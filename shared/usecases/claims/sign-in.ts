import { parseAddress } from '../../rules/accounts/address.ts'
import { checkSignIn, signIn } from '../../rules/claims/sign-in.ts'
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
 * S1–S3: answers a sign-in at an address. A user with an open claim and no decision must decide first, and gets a link for it.
 * Their first sign-in is recorded on the claim, which can't be revoked from then on (S2).
 */
export async function reportSignIn(ports: SignInPorts, email: string, now: Date): Promise<SignInOutcome> {
  const parsed = parseAddress(email)
  if (parsed.outcome === 'refused')
    return {
      outcome: 'refused',
      code: parsed.reason === 'original_account' ? 'user_not_found' : 'invalid_address',
    }
  const { normalized } = parsed.address
  return retryOptimistically(async (): Promise<SignInOutcome | Lost> => {
    const record = (await ports.accounts.byAddresses([normalized])).get(normalized)
    const checked = checkSignIn(record, normalized)
    if (record === undefined || checked.outcome === 'unknown_user')
      return { outcome: 'refused', code: 'user_not_found' }
    if (checked.outcome !== 'must_decide') return answered(checked.outcome === 'allowed')
    const { claim, options } = checked
    if (!(await recorded(ports, record, claim, now))) return LOST
    const token = ports.newToken()
    await ports.tokens.put(token, claim.claimId, now)
    return {
      outcome: 'answered',
      allowed: true,
      mustDecide: true,
      options,
      decisionUrl: ports.decisionUrl(token),
    }
  })
}

/** S2: records a first sign-in. @returns whether the claim has one now; false if another writer was faster */
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
