import { describe, expect, it } from 'vitest'
import { accountsOf } from '../../../../shared/rules/claims/views.ts'
import {
  isAccountDeletionDue,
  startAccountDeletion,
} from '../../../../shared/rules/deletion/account-deletion.ts'
import { inactivate } from '../../../../shared/rules/directory/inactivation.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { ADMIN, claimed, claimedDirectly, ENDS_AT, plus, record, T0 } from '../../../support/builders.ts'

const inactive = (given: AccountRecord = record()): AccountRecord => {
  const standing = accountsOf(given).findLast(({ role }) => role !== 'original')
  if (standing === undefined) throw new Error('no account stands there')
  return inactivate(given, standing, 's1', { now: T0, by: 'sync:s1' })
}
/** 30 × 24 h after the next whole second. */
const REMOVED_AT = '2026-03-31T09:30:16Z'

describe('whether an account is due for its deletion', () => {
  it('Y4: at that second, and not a millisecond before', () => {
    expect(isAccountDeletionDue(inactive(), plus(-1, REMOVED_AT))).toBe(false)
    expect(isAccountDeletionDue(inactive(), plus(0, REMOVED_AT))).toBe(true)
    expect(isAccountDeletionDue(inactive(), plus(1, REMOVED_AT))).toBe(true)
  })

  it('Y4: the new account of a direct claim, likewise', () => {
    expect(isAccountDeletionDue(inactive(claimedDirectly()), plus(-1, REMOVED_AT))).toBe(false)
    expect(isAccountDeletionDue(inactive(claimedDirectly()), plus(0, REMOVED_AT))).toBe(true)
  })

  it('Y5: never where it is active, however late it is asked', () => {
    expect(isAccountDeletionDue(record(), plus(0, REMOVED_AT))).toBe(false)
    expect(isAccountDeletionDue(claimedDirectly(), plus(0, REMOVED_AT))).toBe(false)
  })

  it('M1: the end of a claim is no deletion', () => {
    expect(isAccountDeletionDue(claimed(), plus(1, ENDS_AT))).toBe(false)
  })

  it('Y7: one that has begun is due at once, whatever its record says besides', () => {
    const begun = startAccountDeletion(record(), 'acc00042', { now: T0, by: ADMIN })
    expect(isAccountDeletionDue(begun, plus(-1))).toBe(true)
  })
})

describe('the beginning of a deletion', () => {
  it('Y7: says whom, since when, by whom, and when the sweep goes on with it: a lease later', () => {
    const begun = startAccountDeletion(inactive(), 'acc00042', { now: T0, by: ADMIN })
    expect(begun.deletion).toEqual({
      userId: 'acc00042',
      at: T0.toISOString(),
      by: ADMIN,
      resumeAt: '2026-03-01T09:45:15Z',
    })
    expect(begun.change).toMatchObject({ what: 'user.removing', by: ADMIN })
    expect(begun.revision).toBe(inactive().revision + 1)
    expect(accountsOf(begun)).toEqual([])
  })
})
