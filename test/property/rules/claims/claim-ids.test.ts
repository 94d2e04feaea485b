import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  claimIds,
  claimSortKey,
  recordIdOfClaim,
  recordIdsOfUser,
} from '../../../../shared/rules/claims/claim-ids.ts'
import { USER_ID_PATTERN } from '../../../../shared/rules/ids.ts'

const userId = fc.oneof(
  fc.stringMatching(USER_ID_PATTERN),
  // The prefix of a claim's id is a user's id as good as any.
  fc.constantFrom('clm', 'clm:', '~', '@').filter((id) => USER_ID_PATTERN.test(id)),
)
const ulid = fc.ulid()

describe('claimIds', () => {
  it('R: of any account that is claimed, claim and new account are found by their ids', () => {
    fc.assert(
      fc.property(userId, ulid, (recordId, id) => {
        const { claimId, newUserId } = claimIds(recordId, id)
        expect(recordIdOfClaim(claimId)).toBe(recordId)
        expect(recordIdsOfUser(newUserId)).toEqual([recordId, newUserId])
        expect(claimSortKey(claimId)).toBe(id)
      }),
    )
  })

  it('U2: and so they are after any number of splits and claims of what was split off', () => {
    fc.assert(
      fc.property(userId, fc.array(ulid, { minLength: 1, maxLength: 5 }), (first, ids) => {
        let recordId = first
        for (const id of ids) {
          const { claimId, newUserId } = claimIds(recordId, id)
          expect(recordIdOfClaim(claimId)).toBe(recordId)
          expect(recordIdsOfUser(newUserId)).toContain(recordId)
          recordId = newUserId
        }
      }),
    )
  })

  it("E: no id of the service's own is one that the platform could give", () => {
    fc.assert(
      fc.property(userId, ulid, (recordId, id) => {
        const { claimId, newUserId } = claimIds(recordId, id)
        expect(USER_ID_PATTERN.test(claimId) || USER_ID_PATTERN.test(newUserId)).toBe(false)
      }),
    )
  })

  it('R: two claims have two ids', () => {
    fc.assert(
      fc.property(userId, userId, ulid, ulid, (rootA, rootB, idA, idB) => {
        const same = rootA === rootB && idA === idB
        expect(claimIds(rootA, idA).claimId === claimIds(rootB, idB).claimId).toBe(same)
      }),
    )
  })
})
