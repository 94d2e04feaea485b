import { describe, expect, it } from 'vitest'
import { SYNC_OUTCOME_MS } from '../../../../shared/contracts/retention.ts'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import type { SyncOutcome } from '../../../../shared/rules/directory/directory-sync.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import type { SyncRecord, SyncRun } from '../../../../shared/storage/items/sync-item.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import {
  awaitSync,
  confirmSync,
  type EntryPosition,
  listEntries,
  listHeld,
  startFromList,
} from '../../../../shared/usecases/directory/sync-requests.ts'
import { ADMIN, claimed, plus, record, T0 } from '../../../support/builders.ts'
import { inChunks } from '../../../support/csv.ts'
import { accountsAmong } from '../../../support/found-accounts.ts'
import { syncRecord } from '../../../support/job-records.ts'

const REF = { orgId: 'noordzee', syncId: 'sync-5' }
const AT = T0.toISOString()
const held = (syncId: string, patch: Partial<SyncRecord> = {}): SyncRecord =>
  syncRecord({ syncId, phase: 'held', comparedAt: AT, ...patch })

describe('a directory that is sent as a list', () => {
  it('Y3: is stored with its sync, as it is spelled', async () => {
    const created: SyncRun[] = []
    const createFromList = async (_sync: object, run: SyncRun) => {
      created.push(run)
      return WRITTEN
    }
    const sync = { ...REF, mode: 'full', createdBy: ADMIN } as const
    await startFromList({ syncs: { createFromList } }, sync, ['Ada@Noordzee.example'], T0)
    expect(created).toMatchObject([
      { of: 'directory', rows: 1, lines: 'ada@noordzee.example\tAda@Noordzee.example\n' },
    ])
    await expect(startFromList({ syncs: { createFromList } }, sync, ['nobody'], T0)).rejects.toThrow(
      'an address that was not checked',
    )
  })
})

describe('waiting for a sync', () => {
  async function awaited(records: readonly (SyncRecord | undefined)[]) {
    let [reads, pauses] = [0, 0]
    const get = async () => records[Math.min(reads++, records.length - 1)]
    const pause = async () => {
      pauses++
    }
    return { record: await awaitSync({ syncs: { get }, pause }, REF), pauses }
  }

  it('Y3: ends as soon as it is over or waits for somebody, and at the twelfth look', async () => {
    const [running, over] = [syncRecord(), syncRecord({ phase: 'completed' })]
    expect(await awaited([over])).toEqual({ record: over, pauses: 0 })
    expect(await awaited([running, running, held('sync-5')])).toMatchObject({ pauses: 2 })
    expect(await awaited([running])).toEqual({ record: running, pauses: 11 })
  })

  it('Y3: for one that isn’t there is an error', async () => {
    await expect(awaited([undefined])).rejects.toThrow('no sync sync-5')
  })
})

describe('confirming a sync that is held', () => {
  interface Given {
    readonly stored?: SyncRecord | undefined
    /** Pages of the org's syncs, newest first. */
    readonly syncs?: readonly (readonly SyncRecord[])[]
    readonly isLost?: boolean
    readonly isGone?: boolean
    readonly now?: Date
  }
  async function confirmed({ syncs = [[]], isLost = false, isGone = false, now = T0, ...given }: Given) {
    const stored = 'stored' in given ? given.stored : held('sync-5')
    const pages: (string | undefined)[] = []
    let reads = 0
    const outcome = await confirmSync(
      {
        syncs: {
          get: async () => (++reads > 1 && isGone ? undefined : stored),
          list: async (_orgId, _limit, before) => {
            pages.push(before)
            const at = Number(before ?? 0)
            return { items: [...(syncs[at] ?? [])], next: at + 1 < syncs.length ? `${at + 1}` : undefined }
          },
          confirm: async () => (isLost ? LOST : WRITTEN),
        },
      },
      REF,
      ADMIN,
      now,
    )
    return { outcome, pages }
  }
  const refused = (code: string) => ({ outcome: 'refused', code })

  it('Y8: lets it go on', async () => {
    expect((await confirmed({})).outcome).toEqual({ outcome: 'done', record: held('sync-5') })
  })

  it('Y8: is refused where it isn’t there, isn’t held any more, or its outcome has expired', async () => {
    expect((await confirmed({ stored: undefined })).outcome).toEqual(refused('not_found'))
    expect((await confirmed({ isGone: true })).outcome).toEqual(refused('not_found'))
    const applied = held('sync-5', { phase: 'apply' })
    expect((await confirmed({ stored: applied })).outcome).toEqual(refused('not_held'))
    expect((await confirmed({ isLost: true })).outcome).toEqual(refused('not_held'))
    const stored = held('sync-5', { comparedAt: undefined })
    expect((await confirmed({ stored })).outcome).toEqual(refused('not_held'))
    expect((await confirmed({ now: plus(SYNC_OUTCOME_MS) })).outcome).toEqual(refused('not_held'))
    expect((await confirmed({ now: plus(SYNC_OUTCOME_MS - 1) })).outcome).toMatchObject({ outcome: 'done' })
  })

  it('Y8: is refused where a newer directory has been applied, or is about to be', async () => {
    const newer = (patch: Partial<SyncRecord>) => syncRecord({ syncId: 'sync-9', ...patch })
    for (const phase of ['completed', 'apply', 'held', 'compare'] as const)
      expect((await confirmed({ syncs: [[newer({ phase })]] })).outcome).toEqual(refused('superseded'))
    for (const patch of [{ phase: 'upload' }, { phase: 'failed' }, { mode: 'dry_run' }] as const)
      expect((await confirmed({ syncs: [[newer(patch)]] })).outcome).toMatchObject({ outcome: 'done' })
  })

  it('Y8: looks at all newer syncs, and at none older', async () => {
    const dry = syncRecord({ syncId: 'sync-9', mode: 'dry_run' })
    const newer = syncRecord({ syncId: 'sync-8', phase: 'apply' })
    const older = syncRecord({ syncId: 'sync-4', phase: 'apply' })
    expect(await confirmed({ syncs: [[dry], [newer]] })).toEqual({
      outcome: refused('superseded'),
      pages: [undefined, '1'],
    })
    expect(await confirmed({ syncs: [[dry, older], [newer]] })).toMatchObject({
      outcome: { outcome: 'done' },
      pages: [undefined],
    })
    expect(await confirmed({ syncs: [[dry, held('sync-5')], [newer]] })).toMatchObject({
      outcome: { outcome: 'done' },
      pages: [undefined],
    })
  })
})

describe('the sync that waits to be confirmed', () => {
  async function heldIn(syncs: readonly SyncRecord[], limit = 10, now = T0) {
    const sizes: number[] = []
    const list = async (_orgId: string, size: number, before?: string) => {
      sizes.push(size)
      const at = syncs.findIndex(({ syncId }) => syncId === before) + 1
      const items = syncs.slice(at, at + size)
      return { items, next: at + size < syncs.length ? items.at(-1)?.syncId : undefined }
    }
    const page = await listHeld({ list }, { orgId: 'noordzee', limit, before: undefined, now })
    return { ids: page.items.map(({ syncId }) => syncId), next: page.next, sizes }
  }
  const dry = (syncId: string) => syncRecord({ syncId, mode: 'dry_run' })

  it('Y8: is the newest full one, if that is held and its outcome is still there', async () => {
    expect((await heldIn([dry('sync-6'), held('sync-5'), held('sync-4')])).ids).toEqual(['sync-5'])
    expect((await heldIn([syncRecord({ syncId: 'sync-6', phase: 'apply' }), held('sync-5')])).ids).toEqual([])
    expect((await heldIn([held('sync-5')], 10, plus(SYNC_OUTCOME_MS))).ids).toEqual([])
    expect((await heldIn([held('sync-5', { phase: 'completed' })])).ids).toEqual([])
  })

  it('Y8: is looked for further back, more at a time, until the newest full one is found', async () => {
    const { ids, next, sizes } = await heldIn(
      [dry('sync-9'), dry('sync-8'), held('sync-7'), dry('sync-6'), held('sync-5')],
      1,
    )
    expect({ ids, next, sizes }).toEqual({ ids: ['sync-7'], next: undefined, sizes: [1, 2] })
  })
})

describe('the entries of a comparison', () => {
  const LINES: Readonly<Record<SyncOutcome, string[]>> = {
    inactivate: ['i\tacc00042\tc'],
    restore: ['r\tgone\t'],
    add: ['a\tNew@noordzee.example'],
    untouched: [],
    match: ['m\tacc00042\td', 'm\tmoved\t'],
  }
  const ENDS = { inactivate: 13, restore: 21, add: 44, untouched: 44, match: 66 }
  const TEXT = Object.values(LINES)
    .flat()
    .map((line) => `${line}\n`)
    .join('')

  interface Given {
    readonly record?: Partial<SyncRecord>
    readonly limit?: number
    readonly outcome?: SyncOutcome
    readonly from?: EntryPosition
    readonly now?: Date
    readonly users?: readonly AccountRecord[]
  }
  const own = record({ orgId: 'noordzee' })
  async function entries({ limit = 10, outcome, from, now = T0, users = [own], ...given }: Given) {
    const read: string[] = []
    const page = await listEntries(
      {
        syncs: {
          comparison: async (_syncId, n) =>
            n < 2
              ? {
                  objectKey: `o${n}`,
                  counts: { inactivate: 1, restore: 1, add: 1, untouched: 0, match: 2 },
                  ends: ENDS,
                  pages: [],
                }
              : undefined,
        },
        accounts: {
          byUserIds: accountsAmong(users).byUserIds,
        },
        read: async ({ key, startByte, endByte }) => {
          read.push(`${key} ${startByte}-${endByte}`)
          return inChunks(Buffer.from(TEXT).subarray(startByte, endByte), 7)
        },
      },
      syncRecord({ phase: 'completed', comparedAt: AT, comparisons: 1, ...given.record }),
      { limit, outcome, from, now },
    )
    const shown = page.items.map(({ outcome, email }) => `${outcome} ${email}`)
    return { shown, items: page.items, next: page.next, read }
  }

  it('Y3: are what is to be done first, each with the address that the user has now', async () => {
    const moved = record({ userId: 'moved', orgId: 'acme' })
    const { shown, next, items } = await entries({ users: [own, moved] })
    expect(shown).toEqual([
      'inactivate Ada@noordzee.example',
      'restore ',
      'add New@noordzee.example',
      'match Ada@noordzee.example',
      'match ',
    ])
    expect(next).toBeUndefined()
    expect(items[0]).toMatchObject({ userId: 'acc00042', claimed: true, caseDiffers: false })
    expect(items[2]).toMatchObject({ claimed: false, caseDiffers: false })
    expect(items[3]).toMatchObject({ claimed: false, caseDiffers: true })
  })

  it('C3: show an original under the address that it has while it is claimed', async () => {
    const { shown } = await entries({
      outcome: 'inactivate',
      users: [claimed({ claimingOrgId: 'acme' }, { orgId: 'noordzee' })],
    })
    expect(shown).toEqual(['inactivate Ada@noordzee.example.convert-user.local'])
  })

  it('Y3: of one outcome are read from where it begins to where it ends', async () => {
    expect(await entries({ outcome: 'inactivate' })).toMatchObject({ read: ['o0 0-13'] })
    expect(await entries({ outcome: 'add' })).toMatchObject({
      shown: ['add New@noordzee.example'],
      read: ['o0 21-44'],
    })
    expect(await entries({ outcome: 'untouched' })).toMatchObject({ shown: [], read: [], next: undefined })
  })

  it('Y3: go on where a page ends, through all comparisons', async () => {
    const two = { record: { comparisons: 2 } }
    const first = await entries({ ...two, limit: 2 })
    expect(first).toMatchObject({
      shown: ['inactivate Ada@noordzee.example', 'restore '],
      next: { comparison: 0, byte: 21 },
    })
    const second = await entries({ ...two, limit: 3, from: { comparison: 0, byte: 21 } })
    expect(second).toMatchObject({ next: { comparison: 1, byte: 0 }, read: ['o0 21-66'] })
    const across = await entries({ ...two, limit: 4, from: { comparison: 0, byte: 21 } })
    expect(across.shown).toHaveLength(4)
    expect(across).toMatchObject({ next: { comparison: 1, byte: 13 } })
    const last = await entries({ ...two, limit: 5, from: { comparison: 1, byte: 0 } })
    expect(last).toMatchObject({ next: undefined })
    expect(last.shown).toHaveLength(5)
  })

  it('Y3: are none before the comparison is over, and after its outcome has expired', async () => {
    const none = { shown: [], next: undefined, read: [] }
    expect(await entries({ record: { comparedAt: undefined } })).toMatchObject(none)
    expect(await entries({ now: plus(SYNC_OUTCOME_MS) })).toMatchObject(none)
  })

  it('Y3: of a comparison that is missing are an error', async () => {
    await expect(entries({ record: { comparisons: 3 }, from: { comparison: 2, byte: 0 } })).rejects.toThrow(
      'sync sync-1 lacks comparison 2',
    )
  })
})
