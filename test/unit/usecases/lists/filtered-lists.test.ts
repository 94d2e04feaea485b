import { describe, expect, it } from 'vitest'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import { listUsers, type UserPorts } from '../../../../shared/usecases/lists/filtered-lists.ts'
import { claimed, T0 } from '../../../support/builders.ts'

describe('listUsers', () => {
  type Found = { recordId: string; role: 'account' | 'claimed' }

  /** Indexes that say what they are told to: they lag behind the records they point to. */
  const ports = (record: AccountRecord, found: Found[]): UserPorts => ({
    accounts: {
      byAddresses: async () => new Map(),
      byRecordIds: async () => new Map([[record.recordId, record]]),
      recordIdsOfOrg: async () => ({
        found: found.map((each, n) => ({ ...each, after: { partition: n } })),
        next: undefined,
      }),
    },
    domains: { states: async () => new Map() },
  })
  const query = { filter: {}, limit: 10, from: undefined, now: T0 }

  it('C2: shows an account once, also while the index still has the claim that gave it to the org', async () => {
    const open = claimed()
    const { record } = completeClaim(open, open.claim, { now: T0, by: 'schedule:due' })
    const found: Found[] = [
      { recordId: record.recordId, role: 'account' },
      { recordId: record.recordId, role: 'claimed' },
    ]
    const { items } = await listUsers(ports(record, found), { ...query, orgId: open.claim.claimingOrgId })
    expect(items.map(({ userId }) => userId)).toEqual([open.claim.newUserId])
  })

  it('C3: shows the original to its own org only, and the new account to the claiming one', async () => {
    const open = claimed()
    const role = (orgId: string): Found['role'] => (orgId === open.account.orgId ? 'account' : 'claimed')
    for (const [orgId, userId] of [
      [open.account.orgId, open.account.userId],
      [open.claim.claimingOrgId, open.claim.newUserId],
    ] as const) {
      const { items } = await listUsers(ports(open, [{ recordId: open.recordId, role: role(orgId) }]), {
        ...query,
        orgId,
      })
      expect(items.map((item) => item.userId)).toEqual([userId])
    }
  })
})
