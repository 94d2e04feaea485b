import { describe, expect, it } from 'vitest'
import { type ClaimView, viewClaim } from '../../../../shared/rules/claims/views.ts'
import {
  nameClaim,
  nameClaimOf,
  nameClaims,
  nameClaimsOf,
} from '../../../../shared/usecases/lists/organization-names.ts'
import { claimed, sourceOrg, T0 } from '../../../support/builders.ts'

const claim = viewClaim(claimed().claim, { now: T0, domainClaimed: false, originalIsPaid: false })
const unclaimed: { readonly userId: string; readonly claim?: ClaimView } = { userId: 'b' }
const named = { ...claim, claimingOrganizationName: 'Noordzee B.V.', sourceOrganizationName: 'Personal' }

describe('the names of the organizations of claims', () => {
  /** @param reads the ids that were asked for, request by request */
  const portsOf = (reads: string[][] = []) => ({
    organizations: {
      getMany: async (orgIds: readonly string[]) => {
        reads.push([...orgIds])
        const known = Object.entries({ noordzee: 'Noordzee B.V.', personal: 'Personal' })
        const found = known.filter(([orgId]) => orgIds.includes(orgId))
        return new Map(found.map(([orgId, name]) => [orgId, sourceOrg({ orgId, name })]))
      },
    },
  })

  it('are added to a claim, to all of a list, and to those of users', async () => {
    expect(await nameClaim(portsOf(), claim)).toEqual(named)
    expect(await nameClaims(portsOf(), [claim, claim])).toEqual([named, named])
    expect(await nameClaimOf(portsOf(), { userId: 'a', claim })).toEqual({ userId: 'a', claim: named })
    expect(await nameClaimsOf(portsOf(), [{ userId: 'a', claim }, unclaimed])).toEqual([
      { userId: 'a', claim: named },
      unclaimed,
    ])
  })

  it('are read once for each organization, and not at all for a user without a claim', async () => {
    const reads: string[][] = []
    await nameClaims(portsOf(reads), [claim, claim])
    await nameClaimOf(portsOf(reads), unclaimed)
    await nameClaimsOf(portsOf(reads), [unclaimed])
    expect(reads.map((orgIds) => orgIds.sort())).toEqual([['noordzee', 'personal'], []])
  })

  it('are not read of organizations that the answer was made from', async () => {
    const reads: string[][] = []
    const known = [sourceOrg({ orgId: 'noordzee', name: 'Renamed' })]
    expect(await nameClaimsOf(portsOf(reads), [{ claim }], known)).toEqual([
      { claim: { ...named, claimingOrganizationName: 'Renamed' } },
    ])
    expect(reads).toEqual([['personal']])
  })

  it('are the id where an organization is gone', async () => {
    const gone = { ...claim, sourceOrgId: 'gone' }
    expect(await nameClaim(portsOf(), gone)).toMatchObject({ sourceOrganizationName: 'gone' })
  })
})
