import { describe, expect, it } from 'vitest'
import { claimSortKey, claimSortKeyAt } from '../../../../shared/rules/claims/claim-ids.ts'
import { completeClaim } from '../../../../shared/rules/claims/ending.ts'
import { originOfRow } from '../../../../shared/rules/claims/idempotency-origin.ts'
import type { AccountRecord, Claim } from '../../../../shared/rules/types.ts'
import {
  type ClaimFilter,
  type FindPosition,
  listClaims,
  listUsers,
  type UserFilter,
  type UserPorts,
} from '../../../../shared/usecases/lists/filtered-lists.ts'
import { claimed, claimedDirectly, ENDS_AT, plus, record, T0 } from '../../../support/builders.ts'

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

describe('the claims of an org', () => {
  const base = claimed().claim
  const claimOf = (n: number, patch: Partial<Claim> = {}): Claim =>
    ({ ...base, claimId: `clm_${n}`, email: `person${n}@noordzee.example`, ...patch }) as Claim

  interface Given {
    readonly claims: readonly Claim[]
    /** On the address that is looked for. */
    readonly there?: readonly Claim[]
    readonly filter?: ClaimFilter
    readonly limit?: number
    readonly from?: FindPosition<string>
    readonly domainClaimed?: boolean
  }
  async function listed({ claims, there = [], filter = {}, limit = 10, from, domainClaimed = false }: Given) {
    const asked: { size: number; before: string | undefined }[] = []
    const addresses: string[] = []
    const page = await listClaims(
      {
        accounts: {
          byAddresses: async (normalized) => {
            addresses.push(...normalized)
            return new Map(normalized.map((address) => [address, record()]))
          },
        },
        claims: {
          list: async (_orgId, size, before) => {
            asked.push({ size, before })
            const at = claims.findIndex(({ claimId }) => claimSortKey(claimId) === before) + 1
            const items = claims.slice(at, at + size)
            const last = items.at(-1)
            return {
              items: items.map((claim) => ({ claim })),
              next: last && at + size < claims.length ? claimSortKey(last.claimId) : undefined,
            }
          },
          madeIn: async (on) => (on === undefined ? [] : there.map((claim) => ({ claim }))),
        },
        domains: {
          states: async (orgId, domains) =>
            new Map(
              domains.map((domain) => [
                domain,
                { verified: true, claimedBy: domainClaimed ? orgId : undefined },
              ]),
            ),
        },
      },
      { orgId: 'noordzee', filter, limit, from, now: T0 },
    )
    return { ids: page.items.map(({ claimId }) => claimId), next: page.next, asked, addresses }
  }
  const idsWith = async (filter: ClaimFilter, claims: readonly Claim[], more: Partial<Given> = {}) =>
    (await listed({ claims, filter, ...more })).ids

  it('R3: are listed newest first, as many at a time as are asked for, and on from there', async () => {
    const claims = [claimOf(3), claimOf(2), claimOf(1)]
    const first = await listed({ claims, limit: 2 })
    expect(first).toMatchObject({ ids: ['clm_3', 'clm_2'], asked: [{ size: 2, before: undefined }] })
    expect(first.next).toEqual({ at: claimSortKey('clm_2') })
    const rest = await listed({ claims, limit: 2, from: first.next ?? {} })
    expect(rest).toMatchObject({ ids: ['clm_1'], next: undefined })
  })

  it('R3: are read more at a time with a filter than without one', async () => {
    const claims = [claimOf(1), claimOf(2, { email: '' }), claimOf(3), claimOf(4)]
    const sizesWith = async (filter: ClaimFilter) =>
      (await listed({ claims, filter, limit: 1, from: { listed: [claimSortKey('clm_1')] } })).asked.map(
        ({ size }) => size,
      )
    expect(await sizesWith({})).toEqual([1, 1])
    expect(await sizesWith({ status: undefined })).toEqual([1, 1])
    expect(await sizesWith({ status: undefined, type: 'delayed' })).toEqual([1, 2])
  })

  it('R3: are found by status, type, mail and import', async () => {
    const claims = [
      claimOf(1),
      claimOf(2, { status: 'migrating' }),
      claimOf(3, { type: 'direct' }),
      claimOf(4, { notification: 'bounced' }),
      claimOf(5, { origin: originOfRow('imp-1', 7) }),
    ]
    expect(await idsWith({}, claims)).toHaveLength(5)
    expect(await idsWith({ status: 'migrating' }, claims)).toEqual(['clm_2'])
    expect(await idsWith({ type: 'direct' }, claims)).toEqual(['clm_3'])
    expect(await idsWith({ notification: 'bounced' }, claims)).toEqual(['clm_4'])
    expect(await idsWith({ importId: 'imp-1' }, claims)).toEqual(['clm_5'])
    expect(await idsWith({ status: 'open', type: 'direct' }, claims)).toEqual(['clm_3'])
  })

  it('R3: are found by whether they can be revoked', async () => {
    const claims = [claimOf(1), claimOf(2, { signedInAt: T0.toISOString() })]
    expect(await idsWith({ revocable: true }, claims)).toEqual(['clm_1'])
    expect(await idsWith({ revocable: false }, claims)).toEqual(['clm_2'])
    expect(await idsWith({ revocable: false }, claims, { domainClaimed: true })).toEqual(['clm_1', 'clm_2'])
  })

  it('R3: are found by when they end, from the claims on that were made early enough', async () => {
    const at = (ms: number): string => plus(ms, base.createdAt).toISOString()
    const claims = [
      claimOf(3, { createdAt: at(1_000) }),
      claimOf(2, { createdAt: at(0) }),
      claimOf(1, { createdAt: at(-1_000) }),
    ]
    const { ids, asked } = await listed({ claims, filter: { endsBefore: ENDS_AT } })
    expect(ids).toEqual(['clm_1'])
    expect(asked[0]?.before).toBe(claimSortKeyAt(new Date(base.createdAt)))
    const later = await listed({ claims, filter: { endsBefore: plus(1, ENDS_AT).toISOString() } })
    expect(later.ids).toEqual(['clm_2', 'clm_1'])
    expect(later.asked[0]?.before).toBe(claimSortKeyAt(plus(1_000, base.createdAt)))
  })

  it('R3: are found by the beginning of an address; Y7: nothing is found of a deleted person', async () => {
    const claims = [claimOf(1), claimOf(2), claimOf(3, { email: '' })]
    expect(await idsWith({ email: 'PERSON2' }, claims)).toEqual(['clm_2'])
    expect(await idsWith({ email: '' }, claims)).toEqual(['clm_1', 'clm_2'])
    expect((await listed({ claims, filter: { email: 'person2' } })).addresses).toEqual([])
  })

  const email = 'person2@noordzee.example'

  it('R3: of a whole address come first, and are not listed again', async () => {
    const claims = [claimOf(1), claimOf(2), claimOf(4, { email })]
    const there = [
      claimOf(2),
      claimOf(5, { claimingOrgId: 'acme', email }),
      claimOf(4, { email, type: 'direct' }),
    ]
    const first = await listed({
      claims,
      there,
      filter: { email: ` ${email.toUpperCase()}`, type: 'delayed' },
    })
    expect(first).toMatchObject({ ids: ['clm_2'], asked: [], addresses: [email] })
    expect(first.next).toEqual({ listed: [claimSortKey('clm_2')] })
    const rest = await listed({ claims, there, filter: { email }, from: first.next ?? {} })
    expect(rest).toMatchObject({ ids: ['clm_4'], next: undefined, addresses: [] })
    const both = await listed({ claims, there: claims.slice(1), filter: { email }, limit: 1 })
    expect(both.ids).toEqual(['clm_2'])
  })

  it('R3: of a whole address are looked for in the list where none is on its account', async () => {
    const claims = [claimOf(1), claimOf(2)]
    expect(await listed({ claims, filter: { email } })).toMatchObject({ ids: ['clm_2'], next: undefined })
  })

  it('R3: keep what was listed by its address through all pages', async () => {
    const claims = [claimOf(1), claimOf(2, { email }), claimOf(3, { email }), claimOf(4, { email })]
    const from = { listed: [claimSortKey('clm_2')] }
    const page = await listed({ claims, filter: { email }, limit: 1, from })
    expect(page).toMatchObject({ ids: ['clm_3'], next: { at: claimSortKey('clm_3'), ...from } })
  })

  it('R3: cost a domain each beside themselves: hardly a third of a thousand are looked at', async () => {
    const claims = Array.from({ length: 2_000 }, (_, n) =>
      claimOf(n, { email: `a@d${n}.example`, signedInAt: T0.toISOString() }),
    )
    const sumOf = async (filter: ClaimFilter) =>
      (await listed({ claims, filter })).asked.reduce((sum, { size }) => sum + size, 0)
    expect(await sumOf({ revocable: true })).toBeLessThanOrEqual(880 / 3)
    expect(await sumOf({ status: 'revoked' })).toBeGreaterThan(880 - 3 * 32)
  })
})

describe('the users of an org', () => {
  interface Given {
    readonly users: readonly (readonly [AccountRecord, 'account' | 'claimed'])[]
    readonly there?: AccountRecord
    readonly filter?: UserFilter
    readonly limit?: number
    readonly from?: FindPosition<{ partition: number }>
  }
  async function listed({ users, there, filter = {}, limit = 10, from }: Given) {
    const sizes: number[] = []
    const addresses: string[] = []
    const domains: string[] = []
    const page = await listUsers(
      {
        accounts: {
          byAddresses: async (normalized) => {
            addresses.push(...normalized)
            return new Map(there === undefined ? [] : normalized.map((address) => [address, there]))
          },
          byRecordIds: async (ids) =>
            new Map(
              users.flatMap(([each]) =>
                ids.includes(each.recordId) ? [[each.recordId, each] as const] : [],
              ),
            ),
          recordIdsOfOrg: async (_orgId, size, position) => {
            sizes.push(size)
            const at = position?.partition ?? 0
            const found = users.slice(at, at + size).map(([{ recordId }, role], n) => ({
              recordId,
              role,
              after: { partition: at + n + 1 },
            }))
            return { found, next: at + size < users.length ? { partition: at + size } : undefined }
          },
        },
        domains: {
          states: async (_orgId, names) => {
            domains.push(...names)
            return new Map()
          },
        },
      },
      { orgId: 'noordzee', filter, limit, from, now: T0 },
    )
    return { ids: page.items.map(({ userId }) => userId), next: page.next, sizes, addresses, domains }
  }
  const own = (n: number, patch: Parameters<typeof record>[0] = {}): readonly [AccountRecord, 'account'] => [
    record({ userId: `u${n}`, email: `person${n}@noordzee.example`, orgId: 'noordzee', ...patch }),
    'account',
  ]
  const taken = claimedDirectly({ userId: 'u9', email: 'person9@noordzee.example' })

  it('R3: are listed as many at a time as are asked for, and on from there', async () => {
    const users = [own(1), own(2), own(3)]
    const first = await listed({ users, limit: 2 })
    expect(first).toMatchObject({ ids: ['u1', 'u2'], next: { at: { partition: 2 } }, sizes: [2] })
    expect(await listed({ users, limit: 2, from: first.next ?? {} })).toMatchObject({
      ids: ['u3'],
      next: undefined,
    })
  })

  it('R3: are found by status, by the beginning of an address, and by whether a claim on them can be revoked', async () => {
    const users = [own(1), own(2, { status: 'inactive' }), [taken, 'claimed'] as const]
    expect((await listed({ users, filter: { status: 'inactive' } })).ids).toEqual(['u2'])
    expect((await listed({ users, filter: { email: 'Person1' } })).ids).toEqual(['u1'])
    expect((await listed({ users, filter: { revocable: true } })).ids).toEqual([taken.claim.newUserId])
    expect((await listed({ users, filter: { revocable: false } })).ids).toEqual(['u1', 'u2'])
  })

  const email = 'person2@noordzee.example'

  it('R3: of a whole address come first, and are not listed again', async () => {
    const users = [own(1), own(2), own(3, { email: `${email}.org` })]
    const first = await listed({ users, there: own(2)[0], filter: { email } })
    expect(first).toMatchObject({
      ids: ['u2'],
      next: { listed: ['u2'] },
      sizes: [],
      addresses: [email],
    })
    const rest = await listed({ users, there: own(2)[0], filter: { email }, from: first.next ?? {} })
    expect(rest).toMatchObject({ ids: ['u3'], next: undefined, addresses: [] })
    // Of another status, it is none of those that are looked for.
    expect((await listed({ users, there: own(2)[0], filter: { email, status: 'inactive' } })).ids).toEqual([])
  })

  it('R3: of a whole address are one, also where both of its accounts are the org’s', async () => {
    const both = claimed({}, { userId: 'u2', email, orgId: 'noordzee' })
    const { ids } = await listed({
      users: [],
      there: both,
      filter: { email: 'person2@noordzee.example' },
      limit: 1,
    })
    expect(ids).toHaveLength(1)
  })

  it('A3: of another org’s address, or of only the beginning of one, are looked for in the list', async () => {
    const users = [own(1), own(2)]
    expect((await listed({ users, there: record({ email }), filter: { email } })).ids).toEqual(['u2'])
    expect((await listed({ users, filter: { email } })).ids).toEqual(['u2'])
    expect(await listed({ users, there: own(1)[0], filter: { email: 'person2' } })).toMatchObject({
      ids: ['u2'],
      addresses: [],
    })
  })

  it('A3: are not those that have left the org since the index was written', async () => {
    expect((await listed({ users: [own(1, { orgId: 'acme' }), own(2)] })).ids).toEqual(['u2'])
  })

  it('R3: cost a domain each only where a claim is open on them', async () => {
    const many = <T>(one: (n: number) => T): T[] => Array.from({ length: 2_000 }, (_, n) => one(n))
    const sumOf = async (users: Given['users']) => {
      const { sizes, domains } = await listed({ users, filter: { status: 'verified' } })
      return { read: sizes.reduce((sum, size) => sum + size, 0), domains: domains.length }
    }
    const owned = await sumOf(many((n) => own(n, { email: `a@d${n}.example` })))
    expect(owned.read).toBeGreaterThan(880 - 3 * 32)
    expect(owned.domains).toBe(0)
    const open = await sumOf(
      many((n) => [claimed({}, { userId: `u${n}`, email: `a@d${n}.example` }), 'claimed'] as const),
    )
    expect(open.read).toBeLessThanOrEqual(880 / 3)
    expect(open.domains).toBe(open.read)
  })
})
