import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import { Busy } from '../../../../shared/lib/unavailable.ts'
import { DELETION_LEASE_MS } from '../../../../shared/rules/limits.ts'
import { requestDeletion } from '../../../../shared/rules/deletion/organization-deletion.ts'
import type { OrgDomain } from '../../../../shared/rules/domains/domain-changes.ts'
import type { AccountRecord, Organization } from '../../../../shared/rules/types.ts'
import { WRITTEN, type Written } from '../../../../shared/storage/writes/write.ts'
import {
  type DeleteOrganizationPorts,
  deleteOrganization,
} from '../../../../shared/usecases/deletion/delete-organization.ts'
import { ADMIN, org, record, T0 } from '../../../support/builders.ts'
import { never } from '../../../support/fakes.ts'
import { notPaused } from '../../../support/pauses.ts'

const DUE = new Date('2026-03-02T09:30:16Z')
const ASKED = requestDeletion(org(), { now: T0, by: ADMIN })
const begunAt = (at: Date): Organization => ({
  ...ASKED,
  deletion: {
    requestedAt: '',
    at: DUE.toISOString(),
    by: ADMIN,
    ...ASKED.deletion,
    begunAt: at.toISOString(),
  },
})
const SETTLED = begunAt(new Date(DUE.getTime() - DELETION_LEASE_MS))

const PAGE = { partition: 1 }

/** The ports over an org, its records and files. */
function world(standing: Organization | undefined, patch: Partial<DeleteOrganizationPorts> = {}) {
  const asked: string[] = []
  const written = async (): Promise<Written> => WRITTEN
  const ports: DeleteOrganizationPorts = {
    accounts: {
      byRecordIds: async () => new Map(),
      byUserId: never,
      write: written,
      end: never,
      recordIdsOfOrg: async () => ({ found: [], next: undefined }),
    },
    conversations: { first: never, move: never, remove: never },
    deletions: {
      deleteConversations: never,
      closedClaims: never,
      redact: never,
      deleteAccount: never,
      endClaim: never,
    },
    domains: { get: never, claimedBy: async () => undefined, release: never, remove: never },
    objects: {
      // biome-ignore lint/correctness/useYield: there are no files
      async *list() {
        asked.push('files')
      },
      remove: never,
    },
    organizations: {
      getAny: async () =>
        standing && {
          org: standing,
          revision: 4,
          change: { what: 'organization.created', at: T0.toISOString(), by: ADMIN, n: 1 },
        },
      write: async (_next, revision, { what }) => {
        asked.push(`${what} at ${revision}`)
        return WRITTEN
      },
      writeWithoutEffects: async (_next, revision) => {
        asked.push(`quietly at ${revision}`)
        return WRITTEN
      },
      remove: async (_org, revision, { what }) => {
        asked.push(`${what} at ${revision}`)
        return WRITTEN
      },
    },
    parts: {
      first: async () => {
        asked.push('parts')
        return []
      },
      deleteInner: never,
      delete: never,
      deleteClosedClaims: async () => {
        asked.push('claims')
        return undefined
      },
    },
    suppressions: { remove: never },
    isPaused: notPaused,
    now: () => DUE,
    timeLeftMs: () => 60_000,
    ...patch,
  }
  return { ports, asked }
}

const remove = (ports: DeleteOrganizationPorts) => deleteOrganization(ports, 'noordzee')

describe('the deletion of an org', () => {
  it('O1: changes nothing where there is none, or where it isn’t due yet', async () => {
    for (const [standing, now] of [
      [undefined, DUE],
      [org(), DUE],
      [ASKED, new Date(DUE.getTime() - 1)],
    ] as const) {
      const { ports, asked } = world(standing, { now: () => now })
      expect(await remove(ports)).toEqual({ outcome: 'nothing_due' })
      expect(asked).toEqual([])
    }
  })

  it('O1: waits for its lease to be over before the claims and the org itself go', async () => {
    const first = world(ASKED)
    expect(await remove(first.ports)).toEqual({ outcome: 'waiting', orgId: 'noordzee' })
    expect(new Set(first.asked)).toEqual(new Set(['organization.removing at 4', 'parts', 'files']))
    const early = world(begunAt(new Date(DUE.getTime() - DELETION_LEASE_MS + 1)))
    expect(await remove(early.ports)).toEqual({ outcome: 'waiting', orgId: 'noordzee' })
    const last = world(SETTLED)
    expect(await remove(last.ports)).toEqual({ outcome: 'removed', orgId: 'noordzee' })
    expect([...new Set(last.asked)]).toEqual([
      'quietly at 4',
      'parts',
      'files',
      'claims',
      'organization.purged at 5',
    ])
  })

  it('O1: waits where another message was faster to delete the org itself', async () => {
    const { ports } = world(SETTLED)
    const organizations = { ...ports.organizations, remove: async () => LOST }
    expect(await remove({ ...ports, organizations })).toEqual({ outcome: 'waiting', orgId: 'noordzee' })
  })

  it('O1: reads again where the org was changed as its deletion began, and is busy after twenty times', async () => {
    const { ports } = world(ASKED)
    let tries = 0
    const losing = (times: number) => ({
      ...ports.organizations,
      write: async (): Promise<Written> => (++tries <= times ? LOST : WRITTEN),
    })
    expect(await remove({ ...ports, organizations: losing(2) })).toMatchObject({ outcome: 'waiting' })
    expect(tries).toBe(3)
    tries = 0
    const failed = await remove({ ...ports, organizations: losing(99) }).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Busy)
    expect(failed).toMatchObject({
      message: 'organization noordzee was changed by others 20 times in a row',
    })
    expect(tries).toBe(20)
  })

  /** An account of the org's whose record others keep changing, on the first of two pages. */
  function kept(standing: Organization, patch: Partial<DeleteOrganizationPorts> = {}) {
    const given: AccountRecord = record({ orgId: 'noordzee' })
    const made = world(standing, patch)
    let writes = 0
    const accounts: DeleteOrganizationPorts['accounts'] = {
      ...made.ports.accounts,
      recordIdsOfOrg: async (_orgId, _limit, from) =>
        from === undefined
          ? { found: [{ recordId: given.recordId, role: 'account', after: PAGE }], next: PAGE }
          : { found: [], next: undefined },
      byRecordIds: async () => new Map([[given.recordId, given]]),
      write: async () => {
        writes++
        return LOST
      },
    }
    return { ports: { ...made.ports, accounts }, asked: made.asked, writes: () => writes }
  }

  it('O1, C8: one record that others keep changing waits, with all that comes after the accounts', async () => {
    const { ports, asked, writes } = kept(SETTLED)
    expect(await remove(ports)).toEqual({ outcome: 'waiting', orgId: 'noordzee' })
    expect(writes()).toBe(20)
    expect(asked).toEqual(['quietly at 4'])
  })

  it('O1: out of time among its accounts, the rest is for a fresh invocation', async () => {
    const { ports, asked, writes } = kept(SETTLED, { timeLeftMs: () => 9_999 })
    expect(await remove(ports)).toEqual({ outcome: 'out_of_time', orgId: 'noordzee' })
    expect(writes()).toBe(0)
    expect(asked).toEqual(['quietly at 4'])
  })

  it('O1: out of time anywhere behind them it goes no further', async () => {
    const part = { kind: 'domain', domain: 'noordzee.example' } as const
    const until = (calls: number) => {
      let asks = 0
      return () => (++asks <= calls ? 60_000 : 0)
    }
    const domain = world(SETTLED, { timeLeftMs: until(0) })
    const parts = { ...domain.ports.parts, first: async () => [part] }
    expect(await remove({ ...domain.ports, parts })).toEqual({ outcome: 'out_of_time', orgId: 'noordzee' })
    expect(domain.asked).not.toContain('files')

    const inner = world(SETTLED, { timeLeftMs: until(1) })
    let pages = 0
    const withInner = {
      ...inner.ports.parts,
      first: async () => [{ kind: 'item', key: { pk: 'a', sk: 'b' }, inner: 'I#1' } as const],
      deleteInner: async () => ++pages < 9,
    }
    expect(await remove({ ...inner.ports, parts: withInner })).toMatchObject({ outcome: 'out_of_time' })
    expect(pages).toBe(1)

    const files = world(SETTLED, { timeLeftMs: until(0) })
    const removed: string[] = []
    const objects = {
      async *list(prefix: string) {
        for (let n = 0; n < 250; n++) yield `${prefix}${n}`
      },
      remove: async (key: string) => {
        removed.push(key)
      },
    }
    expect(await remove({ ...files.ports, objects })).toMatchObject({ outcome: 'out_of_time' })
    expect(removed).toHaveLength(100)
    expect(files.asked).not.toContain('claims')

    const claims = world(SETTLED, { timeLeftMs: until(0) })
    expect(await remove(claims.ports)).toEqual({ outcome: 'out_of_time', orgId: 'noordzee' })
    expect(claims.asked).not.toContain('organization.purged at 5')
  })

  it('D3: a domain is released before it goes, and one that others keep changing is busy', async () => {
    const steps: string[] = []
    const standing = ['claimed', 'verified'] as const
    const domain = (status: 'claimed' | 'verified'): OrgDomain => ({
      orgId: 'noordzee',
      domain: 'noordzee.example',
      status,
      token: 't',
      tokenExpiresAt: T0.toISOString(),
      createdAt: T0.toISOString(),
      revision: 1,
    })
    const made = world(SETTLED)
    const parts = {
      ...made.ports.parts,
      first: async () => (steps.length < 2 ? [{ kind: 'domain', domain: 'noordzee.example' } as const] : []),
    }
    const domains: DeleteOrganizationPorts['domains'] = {
      ...made.ports.domains,
      get: async () => (steps.length < 2 ? domain(standing[steps.length] ?? 'verified') : undefined),
      release: async (_domain, { what }) => {
        steps.push(what)
        return WRITTEN
      },
      remove: async (_domain, { what }) => {
        steps.push(what)
        return WRITTEN
      },
    }
    expect(await remove({ ...made.ports, parts, domains })).toMatchObject({ outcome: 'removed' })
    expect(steps).toEqual(['domain.released', 'domain.removed'])

    let rounds = 0
    const stuck = {
      ...domains,
      get: async () => domain('verified'),
      remove: async () => {
        rounds++
        return LOST
      },
    }
    const always = {
      ...parts,
      first: async () => [{ kind: 'domain', domain: 'noordzee.example' } as const],
    }
    const failed = await remove({ ...made.ports, parts: always, domains: stuck }).catch(
      (error: unknown) => error,
    )
    expect(failed).toMatchObject({
      message: 'domain noordzee.example of organization noordzee was changed by others 20 times in a row',
    })
    expect(rounds).toBe(20)
  })
})
