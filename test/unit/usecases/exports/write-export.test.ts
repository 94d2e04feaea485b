import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import type { Claim } from '../../../../shared/rules/types.ts'
import type { ExportRecord } from '../../../../shared/storage/stores/exports.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import { type WriteExportPorts, writeExport } from '../../../../shared/usecases/exports/write-export.ts'
import { ADMIN, claimed, org, record, sourceOrg, T0 } from '../../../support/builders.ts'

const REF = { orgId: 'noordzee', exportId: 'exp-1' }
const RUNNING: ExportRecord = {
  type: 'export',
  v: 1,
  ...REF,
  status: 'running',
  rows: 0,
  createdBy: ADMIN,
  createdAt: T0.toISOString(),
  expiresAtEpochSeconds: 0,
  change: { what: 'export.created', at: T0.toISOString(), by: ADMIN, n: 1 },
}
const OF_CLAIMS: ExportRecord = { ...RUNNING, of: 'claims' }
/** Of the header's bytes. */
const BYTE_ORDER_MARK = '\uFEFF'

interface Given {
  readonly record: ExportRecord | undefined
  readonly hasOrg?: boolean
  readonly isLost?: boolean
  /** Pages of claims. */
  readonly claims?: readonly (readonly Claim[])[]
  /** Pages of claimable accounts: how many on each. */
  readonly users?: readonly number[]
}

function world({ record: given, hasOrg = true, isLost = false, claims = [[]], users = [] }: Given) {
  const ended: string[] = []
  const progress: number[] = []
  const objects: { key: string; contentType: string; chunks: string[] }[] = []
  const listed: (string | undefined)[] = []
  const orgsAsked: (readonly string[])[] = []
  const end = (what: string) => {
    ended.push(what)
    return isLost ? LOST : WRITTEN
  }
  const common = { orgId: 'noordzee', token: '', tokenExpiresAt: '', createdAt: '', revision: 1 }
  const ports: WriteExportPorts = {
    accounts: {
      async *onDomains() {
        for (const [page, count] of users.entries())
          yield Array.from({ length: count }, (_, n) =>
            record({ userId: `u${page}-${n}`, email: `u${page}-${n}@noordzee.example` }),
          )
      },
    },
    claims: {
      list: async (_orgId, _limit, before) => {
        listed.push(before)
        const page = Number(before ?? 0)
        return {
          items: (claims[page] ?? []).map((claim) => ({ claim })),
          next: page + 1 < claims.length ? `${page + 1}` : undefined,
        }
      },
    },
    domains: {
      states: async (_orgId, names) =>
        new Map(names.map((name) => [name, { verified: true, claimedBy: undefined }])),
      list: async () => ({
        items: [{ ...common, domain: 'noordzee.example', status: 'verified' }],
        next: undefined,
      }),
    },
    exports: {
      get: async () => given,
      progress: async (_record, rows) => {
        progress.push(rows)
        return WRITTEN
      },
      complete: async (_record, { rows, objectKey }) => end(`${rows} rows in ${objectKey}`),
      fail: async () => end('failed'),
    },
    organizations: {
      get: async () => (hasOrg ? { org: org(), revision: 1 } : undefined),
      getMany: async (orgIds) => {
        orgsAsked.push(orgIds)
        return new Map([['personal', sourceOrg()]])
      },
    },
    write: async (key, contentType, body) => {
      const chunks = (await Array.fromAsync(body)).map((bytes) => Buffer.from(bytes).toString())
      objects.push({ key, contentType, chunks })
    },
    migrationCutoff: undefined,
    now: () => T0,
  }
  return { run: () => writeExport(ports, REF), ended, progress, objects, listed, orgsAsked }
}

const claimsOf = (count: number, sourceOrgId = 'personal'): Claim[] => {
  const { claim } = claimed()
  return Array.from({ length: count }, () => ({ ...claim, sourceOrgId }))
}

describe('the end of an export', () => {
  it('C1: nothing is written where there is none, or it is over', async () => {
    for (const given of [undefined, { ...RUNNING, status: 'completed' } as const]) {
      const { run, ended, objects } = world({ record: given })
      expect(await run()).toEqual({ outcome: 'nothing_to_do' })
      expect({ ended, objects }).toEqual({ ended: [], objects: [] })
    }
  })

  it('O1: it fails where its org is gone, and is none of this call’s where another was faster', async () => {
    const { run, ended, objects } = world({ record: RUNNING, hasOrg: false })
    expect(await run()).toEqual({ outcome: 'failed' })
    expect({ ended, objects }).toEqual({ ended: ['failed'], objects: [] })
    const late = world({ record: RUNNING, hasOrg: false, isLost: true })
    expect(await late.run()).toEqual({ outcome: 'nothing_to_do' })
  })

  it('C1: only the first of two calls completes it', async () => {
    expect(await world({ record: RUNNING }).run()).toEqual({ outcome: 'completed' })
    expect(await world({ record: RUNNING, isLost: true }).run()).toEqual({ outcome: 'nothing_to_do' })
  })
})

describe('the file of claimable users', () => {
  it('C1: has a header, a line for each, and the name of the org that each comes from', async () => {
    const { run, ended, objects } = world({ record: RUNNING, users: [1] })
    await run()
    const [{ key, contentType, chunks } = { key: '', contentType: '', chunks: [] }] = objects
    expect({ key, contentType }).toEqual({
      key: 'exports/noordzee/exp-1.csv',
      contentType: 'text/csv; charset=utf-8',
    })
    expect(chunks[0]).toMatch(new RegExp(`^${BYTE_ORDER_MARK}First Name,.*Source Organization`))
    expect(chunks.slice(1)).toEqual([
      'Ada,de Vries,Ada (Sales),u0-0@noordzee.example,active,Personal,delayed,,mail\r\n',
    ])
    expect(ended).toEqual(['1 rows in exports/noordzee/exp-1.csv'])
  })

  it('C1: is written page by page, nothing for an empty one, and tells how far it is each 10,000 rows', async () => {
    const { run, ended, objects, progress } = world({ record: RUNNING, users: [9_999, 0, 1, 1] })
    await run()
    expect(objects[0]?.chunks).toHaveLength(4)
    expect(progress).toEqual([10_000])
    expect(ended).toEqual(['10001 rows in exports/noordzee/exp-1.csv'])
  })
})

describe('the file of claims', () => {
  it('C1: has all pages, each with the names of its source orgs, or their ids where they are gone', async () => {
    const claims = [[...claimsOf(2), ...claimsOf(1, 'gone')], claimsOf(1)]
    const { run, ended, objects, listed, orgsAsked } = world({ record: OF_CLAIMS, claims })
    await run()
    expect(listed).toEqual([undefined, '1'])
    expect(orgsAsked).toEqual([['personal', 'gone'], ['personal']])
    const [header, ...pages] = objects[0]?.chunks ?? []
    expect(header).toMatch(new RegExp(`^${BYTE_ORDER_MARK}Claim ID,Email,`))
    const sources = pages.map((page) =>
      page
        .trimEnd()
        .split('\r\n')
        .map((line) => line.split(',')[14]),
    )
    expect(sources).toEqual([['Personal', 'Personal', 'gone'], ['Personal']])
    expect(ended).toEqual(['4 rows in exports/noordzee/exp-1.csv'])
  })

  it('C1: of an org that has made none is a header alone', async () => {
    const { run, ended, objects } = world({ record: OF_CLAIMS })
    await run()
    expect(objects[0]?.chunks).toHaveLength(1)
    expect(ended).toEqual(['0 rows in exports/noordzee/exp-1.csv'])
  })
})
