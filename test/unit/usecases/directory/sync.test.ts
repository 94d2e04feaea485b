import { describe, expect, it } from 'vitest'
import { ObjectGone } from '../../../../shared/contracts/object-store.ts'
import type { SyncRequest } from '../../../../shared/contracts/messages/sync.ts'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import { Busy } from '../../../../shared/lib/unavailable.ts'
import type { SyncRecord } from '../../../../shared/storage/items/sync-item.ts'
import { WRITTEN, type Written } from '../../../../shared/storage/writes/write.ts'
import {
  advanceSync,
  applyStep,
  compareStep,
  directoryArrived,
} from '../../../../shared/usecases/directory/sync.ts'
import { org } from '../../../support/builders.ts'
import { bucketComparison, syncRecord } from '../../../support/job-records.ts'
import { syncPorts } from '../../../support/sync-ports.ts'

const REF = { orgId: 'noordzee', syncId: 'sync-1' }

describe('an uploaded directory', () => {
  const KEY = 'directory/noordzee/sync-1.csv'

  async function arrived(record: SyncRecord | undefined, { key = KEY, start = WRITTEN as Written } = {}) {
    const started: object[] = []
    const outcome = await directoryArrived(
      syncPorts({
        syncs: {
          get: async () => record,
          start: async (_record, object) => {
            started.push(object)
            return start
          },
        },
      }),
      { key, etag: 'e', sizeBytes: 7 },
    )
    return { outcome, started }
  }

  it('Y3: starts the sync that waits for it, once', async () => {
    const waiting = syncRecord({ phase: 'upload' })
    expect(await arrived(waiting)).toEqual({
      outcome: { ref: REF, outcome: 'started' },
      started: [{ etag: 'e', sizeBytes: 7 }],
    })
    expect((await arrived(waiting, { start: LOST })).outcome).toEqual({ ref: REF, outcome: 'ignored' })
  })

  it('Y3: is ignored where no sync waits for it', async () => {
    for (const record of [undefined, syncRecord({ phase: 'directory' })])
      expect(await arrived(record)).toEqual({ outcome: { ref: REF, outcome: 'ignored' }, started: [] })
    expect(
      (await arrived(syncRecord({ phase: 'upload' }), { key: 'imports/noordzee/a.csv' })).outcome,
    ).toEqual({
      outcome: 'ignored',
    })
  })
})

interface Given {
  /** As the sync is found, time after time; then the last of them. */
  readonly records: readonly (SyncRecord | undefined)[]
  readonly hasOrg?: boolean
  /** What the writes that end a phase answer, one after the other; then `written`. */
  readonly writes?: readonly Written[]
  /** Where the batches of its one comparison begin. */
  readonly pages?: readonly number[]
}

function world({ records, hasOrg = true, writes = [], pages = [0, 10] }: Given) {
  const done: string[] = []
  const sent: SyncRequest[] = []
  let reads = 0
  let ended = 0
  const end = async (what: string): Promise<Written> => {
    done.push(what)
    return writes[ended++] ?? WRITTEN
  }
  const ends = { inactivate: 10, restore: 20, add: 20, untouched: 20, match: 20 }
  const compared = bucketComparison({ objectKey: 'o', pages: [...pages], ends })
  const ports = syncPorts({
    syncs: {
      get: async () => records[Math.min(reads++, records.length - 1)],
      fail: async (_record, { code, message }) => end(`failed: ${code}, ${message}`),
      complete: async () => end('completed'),
      comparison: async () => {
        done.push('compared')
        return compared
      },
      comparisons: async () => [compared],
      inactivated: async () => {
        done.push('applied')
        return []
      },
    },
    organizations: { get: async () => (hasOrg ? { org: org(), revision: 1 } : undefined) },
    read: async () => {
      throw new ObjectGone('replaced')
    },
    send: async (requests) => void sent.push(...requests),
    async *listObjects(prefix) {
      yield `${prefix}outcome-0.tsv`
      yield `${prefix}users-0-x.tsv`
    },
    removeObject: async (key) => void done.push(`removed ${key}`),
  })
  return { ports, done, sent, advance: () => advanceSync(ports, REF), reads: () => reads }
}

const comparing = (patch: Partial<SyncRecord> = {}): SyncRecord =>
  syncRecord({ phase: 'compare', comparisons: 2, comparisonsDone: 0, mode: 'dry_run', ...patch })
const applying = (patch: Partial<SyncRecord> = {}): SyncRecord =>
  syncRecord({ phase: 'apply', pages: 2, pagesDone: 0, ...patch })
const APPLY = { kind: 'apply', ...REF, objectKey: 'o' } as const

describe('the next step of a sync', () => {
  it('O1: is none where it is gone, waits for somebody, or is over', async () => {
    for (const record of [
      undefined,
      ...(['upload', 'held', 'completed'] as const).map((phase) => syncRecord({ phase })),
    ]) {
      const { advance, done, sent, reads } = world({ records: [record] })
      await advance()
      expect({ done, sent, reads: reads() }).toEqual({ done: [], sent: [], reads: 1 })
    }
  })

  it('O1: of a file whose org is gone is its failure, in English', async () => {
    const records = [syncRecord({ phase: 'directory' }), syncRecord({ phase: 'completed' })]
    const gone = world({ records, hasOrg: false })
    await gone.advance()
    expect(gone.done).toEqual(['failed: unknown_organization, The organization does not exist any more.'])
    const there = world({
      records: [syncRecord({ phase: 'directory', objectKey: 'o', etag: 'e' }), undefined],
    })
    await there.advance()
    expect(there.done).toEqual([expect.stringMatching(/^failed: file_replaced, Het bestand/)])
  })

  it('Y7: of one that failed removes what it read, and keeps its outcome', async () => {
    const { advance, done, reads } = world({ records: [syncRecord({ phase: 'failed' })] })
    await advance()
    expect(done).toEqual([expect.stringMatching(/^removed .*users-0-x\.tsv$/)])
    expect(reads()).toBe(1)
  })

  it('Y3: compares in one step what is small, and sends it to others where it isn’t', async () => {
    const small = world({ records: [comparing({ comparisons: 1 }), undefined] })
    await small.advance()
    expect(small).toMatchObject({ done: ['compared'], sent: [] })
    expect(small.reads()).toBe(2)
    const large = world({ records: [comparing()] })
    await large.advance()
    expect(large.done).toEqual([])
    expect(large.sent).toEqual([0, 1].map((n) => ({ kind: 'compare', ...REF, n })))
  })

  it('Y3: of a dry run whose comparisons are done completes it', async () => {
    const { advance, done } = world({
      records: [comparing({ comparisonsDone: 2 }), syncRecord({ phase: 'completed' })],
    })
    await advance()
    expect(done.at(-1)).toBe('completed')
  })

  it('Y3: reads the users once the directory is read', async () => {
    const { done, ports } = world({ records: [syncRecord({ phase: 'users' }), undefined] })
    const runDone = async () => {
      done.push('users read')
      return WRITTEN
    }
    await advanceSync({ ...ports, syncs: { ...ports.syncs, runDone } }, REF)
    expect(done).toEqual(['users read'])
  })

  it('Y3: applies one batch itself, and sends several to others', async () => {
    const one = world({ records: [applying({ pages: 1 }), undefined], pages: [0] })
    await one.advance()
    expect(one).toMatchObject({ done: ['applied'], sent: [] })
    const none = world({ records: [applying({ pages: 1 })], pages: [] })
    await none.advance()
    expect(none).toMatchObject({ done: [], sent: [] })
    const several = world({ records: [applying()] })
    await several.advance()
    expect(several.sent).toEqual([
      { ...APPLY, page: 0, startByte: 0, endByte: 10 },
      { ...APPLY, page: 1, startByte: 10, endByte: 20 },
    ])
    expect(several.done).toEqual([])
  })

  it('Y3: of one whose batches are all applied completes it', async () => {
    const { advance, done } = world({ records: [applying({ pagesDone: 2 }), undefined] })
    await advance()
    expect(done.at(-1)).toBe('completed')
  })

  it('Y3: is tried ten times in a row where others are at it, and counted anew once it moved', async () => {
    const ending = applying({ pages: 0 })
    const always = world({ records: [ending], writes: Array.from({ length: 99 }, () => LOST) })
    await expect(always.advance()).rejects.toThrow(
      new Busy('sync sync-1 was taken further by others 10 times in a row'),
    )
    expect(always.done).toHaveLength(10)
    const nine = Array.from({ length: 9 }, () => LOST)
    const often = world({
      records: [...Array.from({ length: 19 }, () => ending), undefined],
      writes: [...nine, WRITTEN, ...nine],
    })
    await often.advance()
    expect(often.done).toHaveLength(19)
  })
})

describe('a part of a sync', () => {
  const compare = { kind: 'compare', ...REF, n: 1 } as const
  const apply = { ...APPLY, page: 0, startByte: 0, endByte: 10 }

  it('Y3: is compared or applied only while its sync is at that', async () => {
    const compared = world({ records: [comparing()] })
    await compareStep(compared.ports, compare)
    expect(compared).toMatchObject({ done: ['compared'], sent: [] })
    const applied = world({ records: [applying()] })
    await applyStep(applied.ports, apply)
    expect(applied).toMatchObject({ done: ['applied'], sent: [] })
    for (const record of [undefined, syncRecord({ phase: 'held', comparisons: 2, pages: 2 })]) {
      const { ports, done, sent } = world({ records: [record] })
      await compareStep(ports, compare)
      await applyStep(ports, apply)
      expect({ done, sent }).toEqual({ done: [], sent: [] })
    }
  })

  it('Y3: takes its sync further where it was the last, and where it was done before', async () => {
    const last = world({
      records: [comparing(), comparing({ comparisonsDone: 2 }), comparing({ comparisonsDone: 2 }), undefined],
    })
    await compareStep(last.ports, compare)
    expect(last.done.at(-1)).toBe('completed')
    const repeated = world({
      records: [applying(), applying({ pagesDone: 2 }), applying({ pagesDone: 2 }), undefined],
    })
    await applyStep(repeated.ports, apply)
    expect(repeated.done.at(-1)).toBe('completed')
  })
})
