import type { ClaimView } from '../../rules/claims/views.ts'
import type { OrganizationStore } from '../../storage/stores/organizations.ts'

export interface NamePorts {
  readonly organizations: Pick<OrganizationStore, 'getMany'>
}

/** The contract's `Claim`. An organization that is gone goes by its id. */
export interface NamedClaim extends ClaimView {
  readonly sourceOrganizationName: string
  readonly claimingOrganizationName: string
}

type Name = (claim: ClaimView) => NamedClaim

/** 1 read unit for each distinct organization of the claims. */
async function namesIn({ organizations }: NamePorts, claims: readonly ClaimView[]): Promise<Name> {
  const orgIds = new Set(claims.flatMap(({ sourceOrgId, claimingOrgId }) => [sourceOrgId, claimingOrgId]))
  const orgs = await organizations.getMany([...orgIds])
  const nameOf = (orgId: string): string => orgs.get(orgId)?.name ?? orgId
  return (claim) => ({
    ...claim,
    sourceOrganizationName: nameOf(claim.sourceOrgId),
    claimingOrganizationName: nameOf(claim.claimingOrgId),
  })
}

/** Adds the names of both organizations to claims. 1 read unit for each distinct organization. */
export async function nameClaims(ports: NamePorts, claims: readonly ClaimView[]): Promise<NamedClaim[]> {
  return claims.map(await namesIn(ports, claims))
}

/** As `nameClaims`, for one claim. */
export async function nameClaim(ports: NamePorts, claim: ClaimView): Promise<NamedClaim> {
  return (await namesIn(ports, [claim]))(claim)
}

/** As `nameClaims`, for the claims of users or of other things that may have one. */
export async function nameClaimsOf<T extends { readonly claim?: ClaimView }>(
  ports: NamePorts,
  owners: readonly T[],
): Promise<(Omit<T, 'claim'> & { readonly claim?: NamedClaim })[]> {
  const name = await namesIn(
    ports,
    owners.flatMap(({ claim }) => claim ?? []),
  )
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
