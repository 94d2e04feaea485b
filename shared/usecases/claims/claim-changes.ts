import type { AccountRecord, OpenClaim } from '../../rules/types.ts'
import type { AccountStore } from '../../storage/stores/accounts.ts'
import type { ClaimStore } from '../../storage/stores/claims.ts'
import { LOST, type Lost, retryOrThrow } from '../../lib/optimistic-retry.ts'

export interface ClaimChange {
  readonly outcome: 'changed' | 'unchanged'
}

/**
 * Changes an open claim, by one write on the condition that the record is as it was read. If the claim has ended,
 * nothing is changed.
 * @param transition the next record; `undefined`: no change
 * @param known what was read before; tried first
 */
export async function changeOpenClaim(
  ports: { readonly accounts: Pick<AccountStore, 'write'>; readonly claims: Pick<ClaimStore, 'byId'> },
  claimId: string,
  transition: (record: AccountRecord, claim: OpenClaim) => AccountRecord | undefined,
  known?: AccountRecord,
): Promise<ClaimChange> {
  let record = known
  return retryOrThrow(`the record of claim ${claimId}`, async (): Promise<ClaimChange | Lost> => {
    record ??= (await ports.claims.byId(claimId))?.record
    if (record?.claim?.claimId !== claimId) return { outcome: 'unchanged' }
    const next = transition(record, record.claim)
    if (next === undefined) return { outcome: 'unchanged' }
    if ((await ports.accounts.write(next)).outcome === 'written') return { outcome: 'changed' }
    record = undefined
    return LOST
  })
}
