import { isoSecond } from '../../lib/time.ts'
import { endsAt } from '../../rules/claims/transition.ts'
import { ORIGINAL_SUFFIX } from '../../rules/limits.ts'
import type { ClaimType } from '../../rules/types.ts'
import type { ClaimStore } from '../../storage/stores/claims.ts'
import { type NamePorts, organizationNames } from '../lists/organization-names.ts'
import type { ListQuery } from '../lists/views.ts'
import type { Page } from '../../lib/page.ts'

export interface OutgoingClaimPorts extends NamePorts {
  readonly claims: Pick<ClaimStore, 'outgoing'>
}

/**
 * A3: what the source org sees of a claim on one of its accounts; the rest is between the claiming org and the user.
 */
export interface OutgoingClaimView {
  readonly userId: string
  /** As the org sees it, with the suffix (C3). */
  readonly email: string
  readonly claimingOrgId: string
  readonly claimingOrganizationName: string
  readonly type: ClaimType
  readonly createdAt: string
  readonly endsAt: string
}

/** A3: accounts of the org that are being claimed, newest claim first. */
export async function listOutgoing(
  { claims, organizations }: OutgoingClaimPorts,
  { orgId, limit, before }: ListQuery<string>,
): Promise<Page<OutgoingClaimView>> {
  const { items: found, next } = await claims.outgoing(orgId, limit, before)
  const claimingOrgIds = found.map(({ claimingOrgId }) => claimingOrgId)
  const nameOf = await organizationNames({ organizations }, claimingOrgIds)
  const items = found.map((claim) => ({
    userId: claim.originalUserId,
    email: `${claim.email}${ORIGINAL_SUFFIX}`,
    claimingOrgId: claim.claimingOrgId,
    claimingOrganizationName: nameOf(claim.claimingOrgId),
    type: claim.type,
    createdAt: claim.createdAt,
    endsAt: isoSecond(endsAt(claim)),
  }))
  return { items, next }
}
