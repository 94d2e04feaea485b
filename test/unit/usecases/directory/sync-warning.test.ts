import { describe, expect, it } from 'vitest'
import type { SyncRequest, WarnRequest } from '../../../../shared/contracts/messages/sync.ts'
import { DAY_MS } from '../../../../shared/lib/time.ts'
import type { SyncRecord } from '../../../../shared/storage/items/sync-item.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import { warn } from '../../../../shared/usecases/directory/sync-warning.ts'
import { plus, record, T0 } from '../../../support/builders.ts'
import { accountsAmong } from '../../../support/found-accounts.ts'
import { syncRecord } from '../../../support/job-records.ts'
import { syncPorts } from '../../../support/sync-ports.ts'

const DAYS = 3
const DUE = T0.toISOString()
const DELETION = plus(DAYS * DAY_MS).toISOString()

interface Given {
  readonly record?: Partial<SyncRecord> | undefined
  /** Whom each batch made inactive; `undefined`: the batch was never written. */
  readonly pages?: readonly (readonly string[] | undefined)[]
  /** Who is no longer inactive by this sync. */
  readonly back?: readonly string[]
  readonly now?: Date
  readonly timeLeftMs?: number
  readonly from?: WarnRequest['from']
}

async function warned({
  pages = [['a', 'b']],
  back = [],
  now = T0,
  timeLeftMs = 60_000,
  from,
  ...given
}: Given) {
  const done: unknown[] = []
  const sent: SyncRequest[] = []
  const overridden = 'record' in given ? given.record : {}
  const stored =
    overridden &&
    syncRecord({
      phase: 'completed',
      dueAt: DUE,
      removedFrom: DELETION,
      pages: pages.length,
      ...overridden,
    })
  const outcome = await warn(
    syncPorts({
      syncs: {
        get: async () => stored,
        inactivated: async (_syncId, n) => pages[n] && [...pages[n]],
        warned: async (_record, warning) => {
          done.push(warning)
          return WRITTEN
        },
      },
      accounts: {
        byUserIds: async (ids) => {
          const inactive = { since: DUE, formerStatus: 'active', syncId: 'sync-1' } as const
          const users = ids.map((userId) =>
            record({ userId, ...(!back.includes(userId) && { status: 'inactive', inactive }) }),
          )
          return accountsAmong(users).byUserIds(ids)
        },
      },
      send: async (requests) => void sent.push(...requests),
      now: () => now,
      timeLeftMs: () => timeLeftMs,
    }),
    { kind: 'warn', orgId: 'noordzee', syncId: 'sync-1', ...(from && { from }) },
  )
  return { outcome, done, sent }
}

describe('the warning of a deletion', () => {
  it('Y4: counts and names who is still inactive by this sync', async () => {
    expect(await warned({ pages: [['a', 'b'], ['c']], back: ['b'] })).toEqual({
      outcome: 2,
      done: [{ days: DAYS, users: 2, sample: ['a', 'c'] }],
      sent: [],
    })
  })

  it('Y4: is none where nothing is due, or not yet', async () => {
    const nothing = { outcome: undefined, done: [], sent: [] }
    expect(await warned({ record: undefined })).toEqual(nothing)
    expect(await warned({ record: { dueAt: undefined } })).toEqual(nothing)
    expect(await warned({ record: { removedFrom: undefined } })).toEqual(nothing)
    expect(await warned({ now: plus(-1) })).toEqual(nothing)
  })

  it('Y4: leaves the index without a mail where all of them are back, or the deletion has begun', async () => {
    expect(await warned({ back: ['a', 'b'] })).toEqual({ outcome: 0, done: [undefined], sent: [] })
    expect(await warned({ now: new Date(DELETION) })).toEqual({ outcome: 0, done: [undefined], sent: [] })
  })

  it('Y4: names twenty at most, and counts all', async () => {
    const many = (from: number) => Array.from({ length: 15 }, (_, n) => `u${from + n}`)
    const { done } = await warned({ pages: [many(0), undefined, many(15)] })
    expect(done).toEqual([{ days: DAYS, users: 30, sample: [...many(0), ...many(15).slice(0, 5)] }])
  })

  it('Y4: goes on in a fresh invocation in its last seconds, from where it was', async () => {
    const pages = [['a'], ['b'], ['c']]
    const kept = { kind: 'warn', orgId: 'noordzee', syncId: 'sync-1' }
    const first = await warned({ pages, timeLeftMs: 19_999 })
    expect(first).toEqual({
      outcome: undefined,
      done: [],
      sent: [{ ...kept, from: { page: 1, users: 1, sample: ['a'] } }],
    })
    const from = { page: 2, users: 2, sample: ['a', 'b'] }
    expect(await warned({ pages, timeLeftMs: 0, from })).toEqual({
      outcome: 3,
      done: [{ days: DAYS, users: 3, sample: ['a', 'b', 'c'] }],
      sent: [],
    })
    expect((await warned({ pages, timeLeftMs: 20_000 })).outcome).toBe(3)
  })
})
