import { describe, expect, it } from 'vitest'
import {
  MAX_COUNTED,
  type SummaryPorts,
  summarize,
} from '../../../../shared/usecases/organizations/summary.ts'
import { claimed, T0 } from '../../../support/builders.ts'

describe('summarize', () => {
  const one = claimed()

  /** Lists of so many claims, and nothing else. */
  function ports(claims: number): SummaryPorts {
    return {
      accounts: {
        byRecordIds: async () => new Map(),
        recordIdsOfOrg: async () => ({ found: [], next: undefined }),
      },
      claims: {
        list: async (_orgId, limit, before = '0') => {
          const size = Math.min(limit, claims - Number(before))
          const read = Number(before) + size
          return {
            items: Array.from({ length: size }, () => ({ claim: one.claim })),
            next: read < claims ? String(read) : undefined,
          }
        },
      },
      imports: { list: async () => ({ items: [], next: undefined }) },
      exports: { list: async () => ({ items: [], next: undefined }) },
      syncs: { list: async () => ({ items: [], next: undefined }) },
      organizations: { get: async () => undefined },
    }
  }
  const openOf = async (claims: number) =>
    (await summarize(ports(claims), 'noordzee', T0)).claims.byStatus.open

  it('is exact up to ten thousand', async () => {
    expect(await openOf(MAX_COUNTED - 1)).toBe(MAX_COUNTED - 1)
    expect(await openOf(MAX_COUNTED)).toBe(MAX_COUNTED)
  })

  it('says beyond that how many there are at least, of what it did not find too', async () => {
    const { claims, users } = await summarize(ports(MAX_COUNTED + 1), 'noordzee', T0)
    expect(claims.byStatus).toMatchObject({
      open: { value: MAX_COUNTED, atLeast: true },
      revoked: { value: 0, atLeast: true },
    })
    expect(users.byStatus.active).toBe(0)
  })
})
