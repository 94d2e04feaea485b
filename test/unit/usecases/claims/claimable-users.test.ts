import { describe, expect, it } from 'vitest'
import type { AccountRecord, Organization } from '../../../../shared/rules/types.ts'
import {
  type ClaimablePagePorts,
  type ClaimablePorts,
  type ClaimablePosition,
  claimableUsers,
  listClaimable,
  listClaimablePage,
} from '../../../../shared/usecases/claims/claimable-users.ts'
import { claimed, org, record, sourceOrg } from '../../../support/builders.ts'
import { collect } from '../../../support/csv.ts'

const noordzee = org()
const DOMAIN = 'noordzee.example'

const people = (count: number): AccountRecord[] =>
  Array.from({ length: count }, (_, n) => record({ userId: `acc${n}`, email: `person${n}@${DOMAIN}` }))

interface World {
  /** What stands on each domain. */
  readonly on: Readonly<Record<string, readonly AccountRecord[]>>
  readonly orgs?: readonly Organization[]
  readonly claimedBy?: Readonly<Record<string, string>>
  readonly pending?: readonly string[]
}

const PAGE = 1_000

/** Domains and accounts as the table gives them, and which domains were asked for accounts. */
function portsOf({ on, orgs = [sourceOrg()], claimedBy = {}, pending = [] }: World) {
  const walked: string[] = []
  const judged: string[] = []
  const domains = [...Object.keys(on), ...pending].sort()
  const ports: ClaimablePorts = {
    accounts: {
      async *onDomains(names) {
        walked.push(...names)
        const all = names.flatMap((name) => on[name] ?? [])
        for (let at = 0; at < all.length; at += PAGE) yield all.slice(at, at + PAGE)
      },
    },
    domains: {
      async states(_orgId, names) {
        judged.push(...names)
        return new Map(
          names.map((name) => [name, { verified: !pending.includes(name), claimedBy: claimedBy[name] }]),
        )
      },
      async list(orgId, limit, after = '') {
        const page = domains.filter((name) => name > after).slice(0, limit)
        const next = page.length === limit ? page.at(-1) : undefined
        const common = { orgId, token: '', tokenExpiresAt: '', createdAt: '', revision: 1 }
        const statusOf = (name: string) => (pending.includes(name) ? 'pending' : 'verified')
        return { items: page.map((domain) => ({ ...common, domain, status: statusOf(domain) })), next }
      },
    },
    organizations: { getMany: async () => new Map(orgs.map((each) => [each.orgId, each])) },
  }
  return { ports, walked, judged }
}

const request = { claimingOrg: noordzee, migrationCutoff: undefined }

const idsOf = (users: readonly { record: AccountRecord }[]): string[] =>
  users.map(({ record: { account } }) => account.userId)

describe('listClaimable', () => {
  it('C1: lists at most 250, counts them all, and says that there are more', async () => {
    const few = await listClaimable(portsOf({ on: { [DOMAIN]: people(250) } }).ports, request)
    expect(few).toMatchObject({ total: 250, totalIsLowerBound: false, truncated: false, codes: [] })
    expect(few.users).toHaveLength(250)
    const many = await listClaimable(portsOf({ on: { [DOMAIN]: people(2_345) } }).ports, request)
    expect(many).toMatchObject({ total: 2_345, totalIsLowerBound: false, truncated: true })
    expect(many.users).toHaveLength(250)
  })

  it('C1: counts exactly up to 10,000 accounts on the domains; of more it says what it counted, and that there may be more', async () => {
    const exact = await listClaimable(portsOf({ on: { [DOMAIN]: people(10_000) } }).ports, request)
    expect(exact).toMatchObject({ total: 10_000, totalIsLowerBound: false, truncated: true })
    const more = await listClaimable(portsOf({ on: { [DOMAIN]: people(20_000) } }).ports, request)
    expect(more).toMatchObject({ total: 11_000, totalIsLowerBound: true, truncated: true })
  })

  it('C1: more domains than a request can look at make the total a lower bound', async () => {
    const on = Object.fromEntries(
      Array.from({ length: 101 }, (_, n) => [`d${String(n).padStart(3, '0')}.example`, []]),
    )
    const { ports, walked } = portsOf({ on })
    const { 'd100.example': _last, ...hundred } = on
    expect(await listClaimable(portsOf({ on: hundred }).ports, request)).toMatchObject({
      totalIsLowerBound: false,
    })
    expect(await listClaimable(ports, request)).toMatchObject({
      total: 0,
      totalIsLowerBound: true,
      truncated: true,
    })
    expect(walked).toHaveLength(100)
  })

  it('E: lists only whom the org could claim: not its own, nor those of an org with SSO or directory sync, nor the claimed', async () => {
    const on = {
      [DOMAIN]: [
        record({ userId: 'free', email: `free@${DOMAIN}` }),
        record({ userId: 'own', email: `own@${DOMAIN}`, orgId: noordzee.orgId }),
        record({ userId: 'sso', email: `sso@${DOMAIN}`, orgId: 'with-sso' }),
        record({ userId: 'synced', email: `synced@${DOMAIN}`, orgId: 'synced' }),
        record({ userId: 'orphan', email: `orphan@${DOMAIN}`, orgId: 'gone' }),
        claimed({}, { userId: 'taken', email: `taken@${DOMAIN}` }),
      ],
    }
    const orgs = [
      noordzee,
      sourceOrg(),
      sourceOrg({ orgId: 'with-sso', sso: true }),
      sourceOrg({ orgId: 'synced', directorySync: true }),
    ]
    const { users, total } = await listClaimable(portsOf({ on, orgs }).ports, request)
    expect([idsOf(users), total]).toEqual([['free'], 1])
  })

  it("E: doesn't even look at domains that are pending or that another org has claimed", async () => {
    const person = record({ email: 'a@own.example' })
    const { ports, walked, judged } = portsOf({
      on: { 'own.example': [person], 'theirs.example': people(3), 'verified.example': [] },
      pending: ['pending.example'],
      claimedBy: { 'theirs.example': 'rival', 'own.example': noordzee.orgId },
    })
    expect((await listClaimable(ports, request)).users).toHaveLength(1)
    expect(walked).toEqual(['own.example', 'verified.example'])
    expect(judged).not.toContain('pending.example')
  })

  it("Y1: while the org's own directory sync is on nobody is listed, and it says why", async () => {
    const { ports, walked } = portsOf({ on: { [DOMAIN]: people(3) } })
    const claimingOrg = org({ directorySync: true })
    expect(await listClaimable(ports, { ...request, claimingOrg })).toEqual({
      users: [],
      total: 0,
      totalIsLowerBound: false,
      truncated: false,
      codes: ['directory_sync_enabled'],
    })
    expect(await collect(claimableUsers(ports, { ...request, claimingOrg }))).toEqual([])
    expect(walked).toEqual([])
  })

  it('T2, T3, U1: each is shown as the claim would be: type, content loss, decisions, licences', async () => {
    const on = {
      [DOMAIN]: [
        record({ userId: 'home', email: `home@${DOMAIN}` }),
        record({ userId: 'work', email: `work@${DOMAIN}`, orgId: 'dunes', paid: true }),
      ],
    }
    const dunes = sourceOrg({ orgId: 'dunes', name: 'Dunes BV', kind: 'enterprise' })
    const { users } = await listClaimable(portsOf({ on, orgs: [sourceOrg(), dunes] }).ports, request)
    expect(users).toMatchObject([
      {
        type: 'delayed',
        allowedDecisions: ['change_email', 'transfer_content', 'delete_original'],
        licenses: ['mail'],
        sourceOrg: { name: 'Personal' },
      },
      {
        type: 'direct',
        contentLoss: 'enterprise_source',
        allowedDecisions: ['change_email'],
        sourceOrg: { name: 'Dunes BV' },
      },
    ])
    expect(users[0]).not.toHaveProperty('contentLoss')
  })
})

describe('claimableUsers', () => {
  it('C1: gives all of them, however many domains and accounts there are', async () => {
    const on = Object.fromEntries(
      Array.from({ length: 205 }, (_, d) => [
        `d${d}.example`,
        Array.from({ length: 60 }, (_, n) => record({ userId: `u${d}-${n}`, email: `u${n}@d${d}.example` })),
      ]),
    )
    const pages = await collect(claimableUsers(portsOf({ on }).ports, request))
    expect(new Set(pages.flatMap(idsOf)).size).toBe(205 * 60)
  })
})

describe('a page of the claimable users', () => {
  interface Walked {
    readonly domains: readonly string[]
    readonly size: number
    readonly from: unknown
  }

  /** Domains as `portsOf` has them, and their accounts one after the other. */
  function pagesOf(world: World) {
    const { ports: listed } = portsOf(world)
    const walks: Walked[] = []
    const records = new Map(Object.values(world.on).flatMap((all) => all.map((one) => [one.recordId, one])))
    const ports: ClaimablePagePorts = {
      organizations: listed.organizations,
      domains: {
        ...listed.domains,
        get: async (orgId, domain) =>
          (await listed.domains.list(orgId, 1_000)).items.find((one) => one.domain === domain),
      },
      accounts: {
        byRecordIds: async (ids) => new Map([...records].filter(([recordId]) => ids.includes(recordId))),
        recordIdsOnDomains: async (domains, size, from) => {
          walks.push({ domains, size, from })
          const all = domains.flatMap((domain) =>
            (world.on[domain] ?? []).map(({ recordId }, n) => ({
              recordId,
              after: { domain, at: { partition: n + 1 } },
            })),
          )
          const begin = from?.partition ?? 0
          const found = all.slice(begin, begin + size)
          const more = begin + size < all.length
          return { found, next: more ? found.at(-1)?.after : undefined }
        },
      },
    }
    const page = (limit: number, from?: ClaimablePosition) =>
      listClaimablePage(ports, request, { limit, from })
    /** All pages to the end, each by the ids on it. */
    async function all(limit: number): Promise<string[][]> {
      const ids: string[][] = []
      let from: ClaimablePosition | undefined
      do {
        const { items, next } = await page(limit, from)
        ids.push(idsOf(items))
        from = next
      } while (from !== undefined && ids.length < 100)
      return ids
    }
    return { ports, walks, page, all }
  }

  it('C1: has as many as asked for, each once, domain after domain', async () => {
    const on = {
      [DOMAIN]: people(5),
      'other.example': [record({ userId: 'other', email: 'o@other.example' })],
    }
    const { all, page } = pagesOf({ on })
    expect(await all(2)).toEqual([
      ['acc0', 'acc1'],
      ['acc2', 'acc3'],
      ['acc4', 'other'],
    ])
    expect(await page(10)).toMatchObject({ next: undefined, codes: [] })
    const [first] = (await page(1)).items
    expect(first).toMatchObject({ type: 'delayed', sourceOrg: { orgId: 'personal' } })
  })

  it('C1: goes on within the domain where the last page ended, also with a domain that is not open any more', async () => {
    const on = {
      [DOMAIN]: people(3),
      'other.example': [record({ userId: 'other', email: 'o@other.example' })],
    }
    const { page, walks } = pagesOf({ on })
    const { next } = await page(2)
    expect(next).toEqual({ domain: DOMAIN, at: { partition: 2 } })
    expect(idsOf((await page(10, next)).items)).toEqual(['acc2', 'other'])
    expect(walks.at(-1)).toMatchObject({ domains: [DOMAIN, 'other.example'], from: { partition: 2 } })
    const lost = pagesOf({ on, claimedBy: { [DOMAIN]: 'rival' } })
    expect(idsOf((await lost.page(10, next)).items)).toEqual(['other'])
    expect(lost.walks).toMatchObject([{ domains: ['other.example'], from: undefined }])
    const gone = pagesOf({ on: { 'other.example': on['other.example'] } })
    expect(idsOf((await gone.page(10, next)).items)).toEqual(['other'])
    expect(idsOf((await page(10, { domain: DOMAIN })).items)).toEqual(['other'])
  })

  it('C1: looks at ten domains a step, and goes on behind them', async () => {
    const on = Object.fromEntries(
      Array.from({ length: 25 }, (_, n) => {
        const domain = `d${String(n).padStart(2, '0')}.example`
        return [domain, [record({ userId: `u${n}`, email: `u${n}@${domain}` })]]
      }),
    )
    const { page, walks } = pagesOf({ on })
    expect(idsOf((await page(100)).items)).toEqual(Array.from({ length: 25 }, (_, n) => `u${n}`))
    expect(walks.map(({ domains }) => domains.length)).toEqual([10, 10, 5])
  })

  it('C1: reads some thousand records at most, and says where it goes on', async () => {
    const own = Array.from({ length: 2_000 }, (_, n) =>
      record({ userId: `own${n}`, email: `own${n}@${DOMAIN}`, orgId: noordzee.orgId }),
    )
    const { page, walks } = pagesOf({ on: { [DOMAIN]: own }, orgs: [noordzee, sourceOrg()] })
    const { items, next } = await page(100)
    expect(items).toEqual([])
    expect(next).toEqual({ domain: DOMAIN, at: { partition: expect.any(Number) } })
    const read = walks.reduce((sum, { size }) => sum + size, 0)
    expect(read).toBeGreaterThan(300)
    expect(read).toBeLessThanOrEqual(1_000)
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`d${1000 + n}.example`, []]))
    const sparse = pagesOf({ on: many })
    const { next: behind } = await sparse.page(100)
    expect(behind).toEqual({ domain: expect.stringMatching(/^d1\d+\.example$/) })
    expect(sparse.walks.length).toBeLessThan(20)
    expect(sparse.walks.length).toBeGreaterThan(5)
  })

  it('E: asks nothing more of who is being claimed or deleted', async () => {
    const asked: string[] = []
    const deletion = { userId: 'gone', at: '', by: 'admin:a', resumeAt: '' } as const
    const on = {
      [DOMAIN]: [
        record({ userId: 'free', email: `free@${DOMAIN}` }),
        claimed({}, { userId: 'taken', email: `taken@${DOMAIN}`, orgId: 'dunes' }),
        { ...record({ userId: 'gone', email: `gone@${DOMAIN}`, orgId: 'dunes' }), deletion },
      ],
    }
    const { ports } = pagesOf({ on })
    const organizations = {
      getMany: async (ids: readonly string[]) => {
        asked.push(...ids)
        return new Map([['personal', sourceOrg()]])
      },
    }
    const { items } = await listClaimablePage({ ...ports, organizations }, request, {
      limit: 10,
      from: undefined,
    })
    expect(idsOf(items)).toEqual(['free'])
    expect(asked).toEqual(['personal'])
  })

  it('Y1: is empty while the org’s own directory sync is on, and says why', async () => {
    const { ports, walks } = pagesOf({ on: { [DOMAIN]: people(3) } })
    const claimingOrg = org({ directorySync: true })
    expect(
      await listClaimablePage(ports, { ...request, claimingOrg }, { limit: 10, from: undefined }),
    ).toEqual({
      items: [],
      next: undefined,
      codes: ['directory_sync_enabled'],
    })
    expect(walks).toEqual([])
  })
})
