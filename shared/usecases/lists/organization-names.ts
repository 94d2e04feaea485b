import type { ClaimView } from '../../rules/claims/views.ts'
import type { Organization } from '../../rules/types.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'

export interface NamePorts {
  readonly organizations: Pick<OrganizationStore, 'getMany'>
}

/** The contract's `Claim`. An organization that is gone goes by its id. */
export interface NamedClaim extends ClaimView {
  readonly sourceOrganizationName: string
  readonly claimingOrganizationName: string
}

/**
 * The names of organizations; one that is gone goes by its id. 1 read unit for each that isn't among the known ones.
 * @param known those that were read for the same answer
 */
export async function organizationNames(
  { organizations }: NamePorts,
  orgIds: readonly string[],
  known: readonly Organization[] = [],
): Promise<(orgId: string) => string> {
  const names = new Map(known.map(({ orgId, name }) => [orgId, name]))
  const missing = new Set(orgIds.filter((orgId) => !names.has(orgId)))
  for (const [orgId, { name }] of await organizations.getMany([...missing])) names.set(orgId, name)
  return (orgId) => names.get(orgId) ?? orgId
}

/** Adds the names of both organizations to claims. Costs what `organizationNames` does. */
export async function nameClaims(ports: NamePorts, claims: readonly ClaimView[]): Promise<NamedClaim[]> {
  return claims.map(await namerOf(ports, claims))
}

/** As `nameClaims`, for one claim. */
export async function nameClaim(ports: NamePorts, claim: ClaimView): Promise<NamedClaim> {
  return (await namerOf(ports, [claim]))(claim)
}

/** As `nameClaims`, for the claims of users or of other things that may have one. */
export async function nameClaimsOf<T extends { readonly claim?: ClaimView }>(
  ports: NamePorts,
  owners: readonly T[],
  known?: readonly Organization[],
): Promise<(Omit<T, 'claim'> & { readonly claim?: NamedClaim })[]> {
  const claims = owners.flatMap(({ claim }) => claim ?? [])
  const name = await namerOf(ports, claims, known)
  return owners.map(({ claim, ...owner }) => (claim === undefined ? owner : { ...owner, claim: name(claim) }))
}

/** As `nameClaimsOf`, for one. */
export async function nameClaimOf<T extends { readonly claim?: ClaimView }>(
  ports: NamePorts,
  owner: T,
): Promise<Omit<T, 'claim'> & { readonly claim?: NamedClaim }> {
  const { claim, ...rest } = owner
  return claim === undefined ? rest : { ...rest, claim: await nameClaim(ports, claim) }
}

async function namerOf(
  ports: NamePorts,
  claims: readonly ClaimView[],
  known?: readonly Organization[],
): Promise<(claim: ClaimView) => NamedClaim> {
  const orgIds = claims.flatMap(({ sourceOrgId, claimingOrgId }) => [sourceOrgId, claimingOrgId])
  const nameOf = await organizationNames(ports, orgIds, known)
  return (claim) => ({
    ...claim,
    sourceOrganizationName: nameOf(claim.sourceOrgId),
    claimingOrganizationName: nameOf(claim.claimingOrgId),
  })
}
