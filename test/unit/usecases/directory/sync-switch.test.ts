import { describe, expect, it } from 'vitest'
import { encodeTime } from 'ulid'
import { HOUR_MS } from '../../../../shared/lib/time.ts'
import type { SyncRecord } from '../../../../shared/storage/items/sync-item.ts'
import { needsDryRun, type SwitchPorts } from '../../../../shared/usecases/directory/sync-switch.ts'
import { claimed, org, plus, T0 } from '../../../support/builders.ts'
import { syncRecord } from '../../../support/job-records.ts'

const ulid = `${encodeTime(T0.getTime(), 10)}0000000000000000`
const { claim } = claimed({ ulid })
const dryRun = (startedMs: number): SyncRecord =>
  syncRecord({
    mode: 'dry_run',
    phase: 'completed',
    createdAt: plus(startedMs).toISOString(),
    startedAt: plus(startedMs).toISOString(),
    completedAt: plus(startedMs).toISOString(),
  })
const older = (ms: number): SyncRecord => syncRecord({ mode: 'full', createdAt: plus(ms).toISOString() })

interface Given {
  readonly current?: ReturnType<typeof org> | undefined
  readonly hasClaim?: boolean
  /** Pages of syncs, newest first. */
  readonly syncs?: readonly (readonly SyncRecord[])[]
}

async function asked({ hasClaim = true, syncs = [[]], ...given }: Given) {
  const current = 'current' in given ? given.current : org()
  const pages: (string | undefined)[] = []
  const ports: SwitchPorts = {
    organizations: { get: async () => current && { org: current, revision: 1 } },
    claims: { list: async () => ({ items: hasClaim ? [{ claim }] : [], next: undefined }) },
    syncs: {
      list: async (_orgId, _limit, before) => {
        pages.push(before)
        const at = Number(before ?? 0)
        return { items: [...(syncs[at] ?? [])], next: at + 1 < syncs.length ? `${at + 1}` : undefined }
      },
    },
  }
  return { needed: await needsDryRun(ports, 'noordzee'), pages }
}

describe('switching directory synchronisation on', () => {
  it('Y2: needs a dry run after the newest claim', async () => {
    expect(await asked({})).toEqual({ needed: true, pages: [undefined] })
    expect(await asked({ syncs: [[dryRun(1_000)]] })).toEqual({ needed: false, pages: [undefined] })
    expect((await asked({ syncs: [[dryRun(-1_000)]] })).needed).toBe(true)
  })

  it('Y2: needs none where it is on, nobody was claimed, or there is no org', async () => {
    expect(await asked({ current: org({ directorySync: true }) })).toEqual({ needed: false, pages: [] })
    expect(await asked({ current: undefined })).toEqual({ needed: false, pages: [] })
    expect(await asked({ hasClaim: false })).toEqual({ needed: false, pages: [] })
  })

  it('Y2: looks at all syncs that may have begun after the claim, and at none before', async () => {
    const recent = older(-HOUR_MS)
    expect(await asked({ syncs: [[recent], [dryRun(1_000)]] })).toEqual({
      needed: false,
      pages: [undefined, '1'],
    })
    expect(await asked({ syncs: [[recent], [recent]] })).toEqual({ needed: true, pages: [undefined, '1'] })
    expect(await asked({ syncs: [[recent, older(-HOUR_MS - 1)], [dryRun(1_000)]] })).toEqual({
      needed: true,
      pages: [undefined],
    })
    expect((await asked({ syncs: [[], [dryRun(1_000)]] })).pages).toEqual([undefined])
  })
})
