import type { AccountRecord, OpenClaim } from '../../rules/types.ts'
import { Busy } from '../../lib/unavailable.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { ClaimStore, FoundClaim } from '../../storage/stores/claims.ts'
import { MAX_ROUNDS, pauseBefore } from '../../lib/retry-rounds.ts'

/** A claim that the org made; another org's is as if it didn't exist (R). */
export async function claimOfOrg(
  claims: Pick<ClaimStore, 'byId'>,
  orgId: string,
  claimId: string,
): Promise<FoundClaim | undefined> {
  const found = await claims.byId(claimId)
  return found?.claim.claimingOrgId === orgId ? found : undefined
}

/**
 * Changes a claim that is open, by one conditional write of its record as it was read. It may be over by now: then there
 * is nothing to change.
 * @param transition the next record; `undefined`: nothing is to be changed
 * @param known what was read before, to be tried first
 */
export async function changeOpenClaim(
  ports: { readonly accounts: Pick<AccountStore, 'write'>; readonly claims: Pick<ClaimStore, 'byId'> },
  claimId: string,
  transition: (record: AccountRecord, claim: OpenClaim) => AccountRecord | undefined,
  known?: AccountRecord,
): Promise<'changed' | 'unchanged'> {
  let record = known
  for (let round = 0; round < MAX_ROUNDS; round++) {
    await pauseBefore(round)
    record ??= (await ports.claims.byId(claimId))?.record
    if (record?.claim?.claimId !== claimId) return 'unchanged'
    const next = transition(record, record.claim)
    if (next === undefined) return 'unchanged'
    if ((await ports.accounts.write(next)) === 'written') return 'changed'
    record = undefined
  }
  throw new Busy(`the record of a claim was changed by others ${MAX_ROUNDS} times in a row`)
}
