import type { ClaimTarget } from '../claims/claim-users.ts'
import { refuseUnstorable } from '../claims/claim-users.ts'
import {
  type Claimable,
  type ClaimabilityPorts,
  type ClaimabilityRequest,
  preview,
  type RefusalCode,
  readFacts,
} from '../claims/claimability.ts'

export type RowPreview =
  | Claimable
  | { readonly outcome: 'refused' | 'unchanged'; readonly codes: readonly RefusalCode[] }

/**
 * P1: what `claimAccounts` would do with a CSV's rows, by the same facts and rules; nothing is written. As there, a row
 * is `unchanged` if the org is claiming its account already, or if an earlier row would. Reads what `claimAccounts`
 * reads.
 */
export function previewRows(
  ports: ClaimabilityPorts,
  request: ClaimabilityRequest,
  targets: readonly ClaimTarget[],
): Promise<RowPreview[]> {
  const { orgId } = request.claimingOrg
  return refuseUnstorable(targets, async (legible): Promise<RowPreview[]> => {
    const facts = await readFacts(ports, orgId, legible)
    const claimed = new Set<string>()
    return legible.map((target) => {
      const record = facts.records.get(target)
      const outcome = preview(request, target, facts, record)
      if (outcome.outcome === 'refused') {
        const onlyOwnClaim = outcome.codes.length === 1 && outcome.codes[0] === 'claim_open'
        return onlyOwnClaim && record?.claim?.claimingOrgId === orgId
          ? { outcome: 'unchanged', codes: outcome.codes }
          : outcome
      }
      const { recordId } = outcome.record
      if (claimed.has(recordId)) return { outcome: 'unchanged', codes: ['claim_open'] }
      claimed.add(recordId)
      return outcome
    })
  })
}
