import type { PublishedEvent } from '../../contracts/bus-events.ts'
import { wantsLicenseInvitation } from '../../rules/organizations/license-invitations.ts'
import type { Change, Claim } from '../../rules/types.ts'
import type { StoredEntity } from '../../storage/items/stream-images.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'

/** C5: licences that a claim assigned to its new account. */
export interface LicenseAssignment {
  readonly claimId: string
  readonly userId: string
  readonly orgId: string
  readonly licenses: readonly string[]
  readonly noInvitation?: true
  /** ISO 8601. */
  readonly at: string
}

/**
 * The licences that a change assigned: a direct claim assigns them when it is made; a delayed one when it is
 * completed, or when it becomes a direct one because its source org is deleted (O1).
 */
export function assignmentOf(
  now: StoredEntity,
  earlier: StoredEntity | undefined,
  { at }: Change,
): LicenseAssignment | undefined {
  if (now.kind === 'closed-claim') {
    const { claim } = now
    const isNew = claim.status === 'completed' && claim.type === 'delayed'
    return isNew ? assigned(claim, claim.licenses, at) : undefined
  }
  if (now.kind !== 'account' || now.record.claim?.type !== 'direct') return undefined
  const { claim } = now.record
  const before = earlier?.kind === 'account' ? earlier.record.claim : undefined
  const wasDirect = before?.claimId === claim.claimId && before.type === 'direct'
  return wasDirect ? undefined : assigned(claim, claim.newAccount.licenses, at)
}

function assigned(claim: Claim, licenses: readonly string[], at: string): LicenseAssignment | undefined {
  if (licenses.length === 0) return undefined
  const { claimId, newUserId: userId, claimingOrgId: orgId, noInvitation } = claim
  return { claimId, userId, orgId, licenses, ...(noInvitation && { noInvitation }), at }
}

/**
 * Makes an event of each assignment. The platform sends the invitations that follow; `invite` says whether
 * they are wanted (N3). Each org is read once a batch, after its claims were made, so that a setting changed
 * before a claim counts for it.
 */
export async function assignmentEvents(
  assignments: readonly LicenseAssignment[],
  organizations: Pick<OrganizationStore, 'get'>,
): Promise<PublishedEvent[]> {
  const events: PublishedEvent[] = []
  for (const [orgId, given] of Map.groupBy(assignments, (assignment) => assignment.orgId)) {
    const org = (await organizations.get(orgId))?.org
    for (const assignment of given) {
      const { claimId, userId, licenses, at } = assignment
      const invite = wantsLicenseInvitation(org, assignment)
      events.push({
        id: `${claimId}/licenses.assigned`,
        type: 'licenses.assigned',
        at,
        detail: { orgId, subject: userId, claimId, userId, licenses, invite },
      })
    }
  }
  return events
}
