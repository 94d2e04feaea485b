import { describe, expect, it } from 'vitest'
import {
  cameByClaim,
  claimIdOfNewUser,
  claimIds,
  claimSortKey,
  claimSortKeyAt,
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
  it.each([
    '',
    'clm~',
    'clm~acc00042',
    'clm~acc00042~',
    'acc00042',
    `acc00042~${ULID}`,
    `clm~~${ULID}`,
    `CLM~acc~${ULID}`,
  ])("R: %j is no claim's id", (id) => {
    expect(recordIdOfClaim(id)).toBeUndefined()
  })
})

describe('claimSortKey', () => {
  it('R3: claims are listed by the time of their creation, whoever they claim', () => {
    const [first, later] = [claimIds('zoe', ULID), claimIds('ada', LATER_ULID)]
    expect(claimSortKey(first.claimId)).toBe(ULID)
    expect(claimSortKey(first.claimId) < claimSortKey(later.claimId)).toBe(true)
  })
})

describe('what ids tell', () => {
  it('C2: an account that came by a claim, and which claim that was', () => {
    const { claimId, newUserId } = claimIds('acc00042', ULID)
    expect(cameByClaim(newUserId)).toBe(true)
    expect(cameByClaim('acc00042')).toBe(false)
    expect(claimIdOfNewUser(newUserId)).toBe(claimId)
    for (const other of [
      'acc00042',
      `acc 42~${ULID}`,
      `~${ULID}`,
      `acc00042~${ULID}!`,
      `(acc00042~${ULID}`,
      `acc~${'A'.repeat(33)}`,
    ])
      expect(claimIdOfNewUser(other), other).toBeUndefined()
  })

  it('R3: an instant sorts behind the claims of before, and before those made then', () => {
    const at = new Date('2026-03-01T09:30:15.250Z')
    expect(claimSortKeyAt(at)).toBe('01KJMBQWAJ')
    expect(claimSortKeyAt(new Date(at.getTime() + 1))).toBe('01KJMBQWAK')
    expect(claimSortKeyAt(new Date(31))).toBe('000000000Z')
    expect(claimSortKeyAt(new Date(32))).toBe('0000000010')
    expect(claimSortKeyAt(new Date(0))).toBe('0000000000')
    expect(claimSortKeyAt(new Date(-5))).toBe('0000000000')
    const { claimId } = claimIds('acc00042', `${claimSortKeyAt(at)}0000000000000000`)
    expect(claimSortKey(claimId) > claimSortKeyAt(at)).toBe(true)
    expect(claimSortKey(claimId) < claimSortKeyAt(new Date(at.getTime() + 1))).toBe(true)
  })
})
