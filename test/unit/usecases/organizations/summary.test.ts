import { describe, expect, it } from 'vitest'
import {
  MAX_COUNTED,
  type SummaryPorts,
  summarize,
} from '../../../../shared/usecases/organizations/summary.ts'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import type { AccountRecord, Claim } from '../../../../shared/rules/types.ts'
import { claimed, ENDS_AT, org, plus, record, T0 } from '../../../support/builders.ts'
import { exportRecord, importRecord, syncRecord } from '../../../support/job-records.ts'

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

describe('what an overview counts', () => {
  const { claim } = claimed()

  interface Given {
    /** Pages of claims. */
    readonly claims?: readonly (readonly Claim[])[]
    /** Pages of records, each with its role in the org. */
    readonly users?: readonly (readonly (readonly [AccountRecord, 'account' | 'claimed'])[])[]
    /** Repeats the last page for ever, and says how many were read. */
    readonly isEndless?: boolean
    readonly jobs?: readonly (readonly string[])[]
    readonly timeZone?: string
  }
  function world({ claims = [[]], users = [[]], jobs = [[]], isEndless = false, timeZone }: Given) {
    const reads = { claims: 0, users: 0, imports: 0, exports: 0, syncs: 0 }
    const settings = timeZone === undefined ? {} : { timeZone }
    const pageOf = <T>(pages: readonly (readonly T[])[], at: number) => {
      const page = pages[Math.min(at, pages.length - 1)] ?? []
      return { items: [...page], isLast: !isEndless && at + 1 >= pages.length }
    }
    const jobPage = <T>(name: 'imports' | 'exports' | 'syncs', toJob: (status: string) => T) => ({
      list: async (_orgId: string, _limit: number, before?: string) => {
        reads[name]++
        const at = Number(before ?? 0)
        const { items, isLast } = pageOf(jobs, at)
        return { items: items.map(toJob), next: isLast ? undefined : `${at + 1}` }
      },
    })
    const ports: SummaryPorts = {
      accounts: {
        recordIdsOfOrg: async (_orgId, _limit, from) => {
          reads.users++
          const at = from?.partition ?? 0
          const { items, isLast } = pageOf(users, at)
          return {
            found: items.map(([{ recordId }, role]) => ({ recordId, role, after: { partition: at } })),
            next: isLast ? undefined : { partition: at + 1 },
          }
        },
        byRecordIds: async (ids) =>
          new Map(
            users.flat().flatMap(([each]) => (ids.includes(each.recordId) ? [[each.recordId, each]] : [])),
          ),
      },
      claims: {
        list: async (_orgId, _limit, before) => {
          reads.claims++
          const at = Number(before ?? 0)
          const { items, isLast } = pageOf(claims, at)
          return { items: items.map((each) => ({ claim: each })), next: isLast ? undefined : `${at + 1}` }
        },
      },
      imports: jobPage('imports', (status) => importRecord({ status: status as 'running' })),
      exports: jobPage('exports', (status) => exportRecord({ status: status as 'running' })),
      syncs: jobPage('syncs', (phase) => syncRecord({ phase: phase as 'compare' })),
      organizations: { get: async () => ({ org: org({ settings }), revision: 1 }) },
    }
    return { run: (now = T0) => summarize(ports, 'noordzee', now), reads }
  }

  it('C2: users by status, whom the org is claiming as such, and nobody of another org', async () => {
    const own = record({ userId: 'own', orgId: 'noordzee', status: 'inactive' })
    const moved = record({ userId: 'moved', orgId: 'acme' })
    const byOrg = claimed({}, { userId: 'ours' })
    const fromOrg = claimed({ claimingOrgId: 'acme' }, { userId: 'theirs', orgId: 'noordzee' })
    const twice = claimed({}, { userId: 'both', orgId: 'noordzee' })
    const { run } = world({
      users: [
        [
          [own, 'account'],
          [moved, 'account'],
          [byOrg, 'claimed'],
        ],
        [
          [fromOrg, 'account'],
          [twice, 'account'],
          [twice, 'claimed'],
        ],
      ],
    })
    expect((await run()).users.byStatus).toEqual({
      active: 2,
      inactive: 1,
      delayed_claim: 2,
      not_verified: 0,
      verified: 0,
    })
  })

  it('T3, N4: claims by status and type, those that lose content unless they were revoked, and mails that bounced if they run', async () => {
    const lossy = { ...claim, type: 'direct', contentLoss: 'chosen_direct' } as const
    const bounced = { ...claim, notification: 'bounced' } as const
    const { run } = world({
      claims: [
        [lossy, lossy, { ...lossy, status: 'revoked', endedAt: ENDS_AT }],
        [
          bounced,
          bounced,
          { ...bounced, status: 'migrating' },
          { ...bounced, status: 'completed', endedAt: ENDS_AT },
        ],
      ],
    })
    expect((await run()).claims).toMatchObject({
      byStatus: { open: 4, revoked: 1, migrating: 1, completed: 1 },
      byType: { direct: 3, delayed: 4 },
      losingContent: 2,
      bounced: 3,
    })
  })

  it('M1: open claims that end within seven days, to the second, by the org’s own days', async () => {
    const { run } = world({
      claims: [[claim, claim, { ...claim, status: 'migrating' }]],
      timeZone: 'Asia/Tokyo',
    })
    const endingAt = async (now: Date) => (await run(now)).claims.endingWithin7Days
    const ms = (from: number) => plus(from, ENDS_AT)
    expect(await endingAt(ms(-7 * DAY_MS - 1))).toBe(0)
    expect(await endingAt(ms(-7 * DAY_MS))).toBe(2)
    expect(await endingAt(ms(0))).toBe(2)
    expect(await endingAt(ms(1))).toBe(0)
    const { endingByDay } = (await run(plus(-DAY_MS, '2026-03-15T15:00:00Z'))).claims
    expect(endingByDay.map(({ date, claims }) => `${date} ${claims}`)).toEqual([
      '2026-03-15 2',
      ...[16, 17, 18, 19, 20, 21, 22].map((day) => `2026-03-${day} 0`),
    ])
  })

  it('I5: imports that are read or run', async () => {
    const { run } = world({
      jobs: [
        ['reading', 'running'],
        ['completed', 'waiting', 'failed'],
      ],
    })
    expect((await run()).running.imports).toBe(2)
  })

  it('exports and syncs that run', async () => {
    const exports = await world({ jobs: [['running'], ['completed', 'failed', 'failed', 'running']] }).run()
    expect(exports.running.exports).toBe(2)
    const syncs = await world({
      jobs: [
        ['directory', 'held'],
        ['completed', 'apply', 'upload'],
      ],
    }).run()
    expect(syncs.running.syncs).toBe(2)
  })

  it('ten thousand records of each, and says that there are more', async () => {
    const { run, reads } = world({ isEndless: true, jobs: [['running']] })
    const { users, claims, running } = await run()
    expect(reads).toEqual({ users: 10, claims: 10, imports: 100, exports: 100, syncs: 100 })
    expect(users.byStatus.active).toEqual({ value: 0, atLeast: true })
    expect(claims.bounced).toEqual({ value: 0, atLeast: true })
    expect(running.imports).toEqual({ value: 100, atLeast: true })
  })
})
