import { describe, expect, it } from 'vitest'
import {
  type ClaimabilityInput,
  type UnclaimableCode,
  unclaimableCodes,
} from '../../../../shared/rules/claims/claimability.ts'
import { claimed, org, record, sourceOrg } from '../../../support/builders.ts'

const claimable: ClaimabilityInput = {
  claimingOrg: org(),
  domainVerified: true,
  domainClaimedBy: undefined,
  record: record(),
  sourceOrg: sourceOrg(),
}

type Change = (facts: ClaimabilityInput) => ClaimabilityInput

/** What makes each code apply, in the order of the rules' table. The type holds this to all of the codes. */
const failures: Readonly<Record<UnclaimableCode, Change>> = {
  unknown_user: (facts) => ({ ...facts, record: undefined, sourceOrg: undefined }),
  own_user: (facts) => {
    const found = facts.record ?? record()
    return { ...facts, record: { ...found, account: { ...found.account, orgId: facts.claimingOrg.orgId } } }
  },
  domain_not_verified: (facts) => ({ ...facts, domainVerified: false }),
  domain_claimed_by_other: (facts) => ({ ...facts, domainClaimedBy: 'harbour-gmbh' }),
  source_uses_sso: (facts) => ({ ...facts, sourceOrg: { ...(facts.sourceOrg ?? sourceOrg()), sso: true } }),
  source_uses_directory_sync: (facts) => ({
    ...facts,
    sourceOrg: { ...(facts.sourceOrg ?? sourceOrg()), directorySync: true },
  }),
  claim_open: (facts) => ({ ...facts, record: { ...(facts.record ?? record()), claim: claimed().claim } }),
  directory_sync_enabled: (facts) => ({
    ...facts,
    claimingOrg: { ...facts.claimingOrg, directorySync: true },
  }),
}
const codes = Object.keys(failures) as UnclaimableCode[]

/** Every choice of the codes, the empty one and all of them included. */
const subsets = (of: readonly UnclaimableCode[]): UnclaimableCode[][] =>
  Array.from({ length: 2 ** of.length }, (_, bits) => of.filter((_, n) => bits & (1 << n)))

const failing = (chosen: readonly UnclaimableCode[]): ClaimabilityInput =>
  chosen.reduce((facts, code) => failures[code](facts), claimable)

/** All that can apply at once where there is an account, and where there is none. */
const ofAnAccount = codes.filter((code) => code !== 'unknown_user' && code !== 'domain_not_verified')
const ofNoAccount: readonly UnclaimableCode[] = [
  'unknown_user',
  'domain_claimed_by_other',
  'directory_sync_enabled',
]

describe('unclaimableCodes', () => {
  it('E: an account of another org on a verified domain can be claimed', () => {
    expect(unclaimableCodes(claimable)).toEqual([])
  })

  it.each(codes)('E: an account is refused with %s alone when that is all that is wrong', (code) => {
    expect(unclaimableCodes(failing([code]))).toEqual([code])
  })

  it("E: every code that applies to an account is returned, in the table's order", () => {
    for (const chosen of subsets(ofAnAccount)) expect(unclaimableCodes(failing(chosen))).toEqual(chosen)
  })

  it("E: every code that applies where there is no account is returned, in the table's order", () => {
    for (const chosen of subsets(ofNoAccount)) expect(unclaimableCodes(failing(chosen))).toEqual(chosen)
  })

  it('E: on a domain that is not verified the answer is domain_not_verified alone, whatever else applies', () => {
    for (const chosen of [...subsets(ofAnAccount), ...subsets(ofNoAccount)]) {
      const facts = { ...failing(chosen), domainVerified: false }
      expect(unclaimableCodes(facts), chosen.join()).toEqual(['domain_not_verified'])
    }
  })

  it('D5, E: the claiming org may have the domain claimed for itself, and needn’t', () => {
    expect(unclaimableCodes({ ...claimable, domainClaimedBy: 'noordzee' })).toEqual([])
  })

  it("E: the claiming org's own single sign-on is no obstacle", () => {
    expect(unclaimableCodes({ ...claimable, claimingOrg: org({ sso: true }) })).toEqual([])
  })

  it('C7: an open claim stands in the way of any org, the one that made it included', () => {
    for (const claimingOrgId of ['noordzee', 'harbour-gmbh']) {
      expect(unclaimableCodes({ ...claimable, record: claimed({ claimingOrgId }) })).toEqual(['claim_open'])
    }
  })

  it('Y1: a claim by an org that synchronises its directory is refused', () => {
    expect(unclaimableCodes({ ...claimable, claimingOrg: org({ directorySync: true }) })).toEqual([
      'directory_sync_enabled',
    ])
  })
})
