import { describe, expect, it } from 'vitest'
import {
  claimIds,
  claimSortKey,
  recordIdOfClaim,
  recordIdsOfUser,
} from '../../../../shared/rules/claims/claim-ids.ts'
import { ACCOUNT_ID_PATTERN } from '../../../../shared/rules/ids.ts'
import { ULID } from '../../../support/builders.ts'

const LATER_ULID = '01KBPEG9Q0Z7Z7Z7Z7Z7Z7Z7Z7'

describe('claimIds', () => {
  it('R: a claim is found by its id, in the record of its account', () => {
    const { claimId } = claimIds('acc00042', ULID)
    expect(claimId).toBe(`clm~acc00042~${ULID}`)
    expect(recordIdOfClaim(claimId)).toBe('acc00042')
  })

  it('C2: the new account is found by its id, in the record of its original', () => {
    const { newUserId } = claimIds('acc00042', ULID)
    expect(newUserId).toBe(`acc00042~${ULID}`)
    expect(recordIdsOfUser(newUserId)[0]).toBe('acc00042')
  })

  it('U2: an account that was split off is found in a record of its own', () => {
    const { newUserId } = claimIds('acc00042', ULID)
    expect(recordIdsOfUser(newUserId)).toEqual(['acc00042', newUserId])
  })

  it('U2: an account that was split off can be claimed again, and what comes of it is found too', () => {
    const { newUserId: split } = claimIds('acc00042', ULID)
    const { claimId, newUserId } = claimIds(split, LATER_ULID)
    expect(recordIdOfClaim(claimId)).toBe(split)
    expect(recordIdsOfUser(newUserId)).toEqual([split, newUserId])
  })

  it("an account's id that came from the platform is looked for in one record only", () => {
    expect(recordIdsOfUser('acc00042')).toEqual(['acc00042'])
    expect(recordIdsOfUser('~acc')).toEqual(['~acc'])
  })

  it('E: the ids of new accounts are accepted wherever an account is referred to', () => {
    expect(ACCOUNT_ID_PATTERN.test(claimIds('acc00042', ULID).newUserId)).toBe(true)
  })
})

describe('recordIdOfClaim', () => {
  it.each(['', 'clm~', 'clm~acc00042', 'acc00042', `acc00042~${ULID}`, `clm~~${ULID}`, `CLM~acc~${ULID}`])(
    "R: %j is no claim's id",
    (id) => {
      expect(recordIdOfClaim(id)).toBeUndefined()
    },
  )
})

describe('claimSortKey', () => {
  it('R3: claims are listed by the time of their creation, whoever they claim', () => {
    const [first, later] = [claimIds('zoe', ULID), claimIds('ada', LATER_ULID)]
    expect(claimSortKey(first.claimId)).toBe(ULID)
    expect(claimSortKey(first.claimId) < claimSortKey(later.claimId)).toBe(true)
  })
})
