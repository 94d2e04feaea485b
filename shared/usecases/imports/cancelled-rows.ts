import type { RowOutcome } from '../../storage/items/import-item.ts'
import type { ClaimTarget } from '../claims/claim-users.ts'
import { type ClaimabilityPorts, readFacts } from '../claims/claimability.ts'

/**
 * I12: rows that were waiting when their import was cancelled. A worker may have died after it claimed some of them:
 * those remain claimed (C6).
 */
export async function cancelledRows(
  ports: ClaimabilityPorts,
  orgId: string,
  targets: readonly ClaimTarget[],
): Promise<RowOutcome[]> {
  const { records } = await readFacts(ports, orgId, targets)
  return targets.map((target): RowOutcome => {
    const claim = records.get(target)?.claim
    if (claim?.claimingOrgId !== orgId || claim.origin !== target.origin)
      return { result: 'refused', codes: ['cancelled'] }
    const { type, contentLoss } = claim
    return { result: 'claimed', codes: [], made: { type, ...(contentLoss && { contentLoss }) } }
  })
}
