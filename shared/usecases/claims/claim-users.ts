import { bareText, isStorable } from '../../rules/text.ts'
import {
  type ClaimUsersPorts,
  type ClaimingRequest,
  type ClaimOutcome,
  type ClaimTarget,
  claimTogether,
} from './claim-batch.ts'
import {
  type ClaimabilityPorts,
  type PreviewOutcome,
  preview,
  type RefusalCode,
  readFacts,
} from './claimability.ts'

export type {
  ClaimUsersPorts as ClaimingPorts,
  ClaimingRequest,
  ClaimOutcome,
  ClaimTarget,
  PreviewOutcome,
  RefusalCode,
}

/**
 * Claims accounts independently of each other (C8), and answers in the targets' order. Only the account's own record is
 * written, on the condition that it is as it was read (C7). A target that this request or row claimed before is
 * reported as claimed again, so that a repeat gets the same answer (C6).
 *
 * Accounts are first read eventually consistently: a stale read makes the claim's conditional write fail, and nothing
 * is refused before a consistent read. Read units: 1 for each address, 0.5 for each id (three times as much if it is
 * refused), 2 for each distinct domain, 1 for each distinct org. Write units, indexes included: 4 for a delayed claim, 3
 * for a direct one; 25 claims a call.
 */
export function claimAccounts(
  ports: ClaimUsersPorts,
  request: ClaimingRequest,
  targets: readonly ClaimTarget[],
): Promise<ClaimOutcome[]> {
  return refuseUnstorable(targets, (legible) => claimTogether(ports, request, legible))
}

/** C8: refuses each target whose text can't be stored, and handles the others. Answers in the targets' order. */
export async function refuseUnstorable<Outcome>(
  targets: readonly ClaimTarget[],
  handle: (legible: readonly ClaimTarget[]) => Promise<Outcome[]>,
): Promise<(Outcome | { readonly outcome: 'refused'; readonly codes: readonly RefusalCode[] })[]> {
  const legible = targets.filter(isTextStorable)
  const outcomes = (await handle(legible)).values()
  return targets.map(
    (target) =>
      (isTextStorable(target) ? outcomes.next().value : undefined) ?? {
        outcome: 'refused',
        codes: ['invalid_text'],
      },
  )
}

/** Ignores characters that are dropped from an address anyway. */
function isTextStorable({ ref, firstName = '', lastName = '', displayName = '' }: ClaimTarget): boolean {
  const named = 'userId' in ref ? ref.userId : bareText(ref.email)
  return [named, firstName, lastName, displayName].every(isStorable)
}

/** P1: what `claimAccounts` would do, from the same facts and rules; nothing is written. */
export function previewClaims(
  ports: ClaimabilityPorts,
  request: ClaimingRequest,
  targets: readonly ClaimTarget[],
): Promise<PreviewOutcome[]> {
  return refuseUnstorable(targets, async (legible) => {
    const facts = await readFacts(ports, request.claimingOrg.orgId, legible)
    return legible.map((target) => preview(request, target, facts, facts.records.get(target)))
  })
}
