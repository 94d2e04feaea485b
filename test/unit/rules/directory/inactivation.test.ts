import { describe, expect, it } from 'vitest'
import { accountsOf } from '../../../../shared/rules/claims/views.ts'
import { inactivate, mayBeSynced, reactivate } from '../../../../shared/rules/directory/inactivation.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { claimed, claimedDirectly, record, T0 } from '../../../support/builders.ts'

const SYNC = { now: T0, by: 'sync:s1' } as const

const standing = (given: AccountRecord, role: string) => {
  const found = accountsOf(given).find((each) => each.role === role)
  if (found === undefined) throw new Error(`no ${role} account stands there`)
  return found
}

describe('whom a sync may touch', () => {
  it('Y6: an account by itself and the new one of a direct claim; no original, and nobody who has to decide yet', () => {
    expect(mayBeSynced(record(), standing(record(), 'only'))).toBe(true)
    expect(mayBeSynced(claimedDirectly(), standing(claimedDirectly(), 'new'))).toBe(true)
    expect(mayBeSynced(claimedDirectly(), standing(claimedDirectly(), 'original'))).toBe(false)
    for (const role of ['new', 'original'])
      expect(mayBeSynced(claimed(), standing(claimed(), role))).toBe(false)
  })

  it('Y6: nobody by a claim that has ended since', () => {
    expect(mayBeSynced(record(), standing(claimedDirectly(), 'new'))).toBe(false)
  })
})

describe('making an account inactive, and taking it back', () => {
  it('Y4, Y5: the status before is kept, and given back; each says by which sync, and what happened', () => {
    const given = record({ status: 'not_verified' })
    const inactive = inactivate(given, standing(given, 'only'), 's1', SYNC)
    expect(inactive.account).toMatchObject({
      status: 'inactive',
      inactive: { since: '2026-03-01T09:30:16Z', formerStatus: 'not_verified', syncId: 's1' },
    })
    expect(inactive.change).toMatchObject({ what: 'user.inactivated', by: 'sync:s1' })
    const back = reactivate(inactive, standing(inactive, 'only'), SYNC)
    expect(back.account).toEqual(given.account)
    expect(back.change).toMatchObject({ what: 'user.restored', by: 'sync:s1' })
  })

  it('Y5: who isn’t inactive keeps the status that is theirs', () => {
    const given = record({ status: 'not_verified' })
    expect(reactivate(given, standing(given, 'only'), SYNC).account).toEqual(given.account)
  })

  it('Y4: of a direct claim’s two accounts, the one in the claiming organization, and the original is as it was', () => {
    const given = claimedDirectly()
    const inactive = inactivate(given, standing(given, 'new'), 's1', SYNC)
    expect(inactive.account).toEqual(given.account)
    expect(inactive.claim?.newAccount).toMatchObject({ status: 'inactive', inactive: { syncId: 's1' } })
  })
})
