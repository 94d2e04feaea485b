import { describe, expect, it } from 'vitest'
import { LOST } from '../../../../shared/lib/optimistic-retry.ts'
import { inactivate } from '../../../../shared/rules/directory/inactivation.ts'
import type { AccountRecord } from '../../../../shared/rules/types.ts'
import type { SyncRecord } from '../../../../shared/storage/items/sync-item.ts'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import { applyBatch, batchesToApply, finish } from '../../../../shared/usecases/directory/sync-apply.ts'
import { withoutBackoff } from '../../../support/backoff.ts'
import { record, T0 } from '../../../support/builders.ts'
import { inChunks } from '../../../support/csv.ts'
import { accountsAmong } from '../../../support/found-accounts.ts'
import { bucketComparison, syncRecord } from '../../../support/job-records.ts'
import { syncPorts } from '../../../support/sync-ports.ts'

const REF = { orgId: 'noordzee', syncId: 'sync-1' }
const own = (userId: string, syncId?: string): AccountRecord => {
  const given = record({ userId, email: `${userId}@noordzee.example`, orgId: 'noordzee' })
  return syncId === undefined
    ? given
    : inactivate(given, { role: 'only', account: given.account }, syncId, { now: T0, by: `sync:${syncId}` })
}

withoutBackoff()

describe('the batches of a full sync', () => {
  it('Y3: go from one beginning to the next, and to the end of what is restored', async () => {
    const ends = { inactivate: 10, restore: 30, add: 40, untouched: 40, match: 50 }
    const comparison = (objectKey: string, pages: number[]) => bucketComparison({ objectKey, pages, ends })
    const ports = syncPorts({
      syncs: {
        comparisons: async () => [comparison('a', [0, 20]), comparison('b', []), comparison('c', [0])],
      },
    })
    const page = { kind: 'apply', ...REF }
    expect(await batchesToApply(ports, syncRecord())).toEqual([
      { ...page, page: 0, objectKey: 'a', startByte: 0, endByte: 20 },
      { ...page, page: 1, objectKey: 'a', startByte: 20, endByte: 30 },
      { ...page, page: 2, objectKey: 'c', startByte: 0, endByte: 30 },
    ])
  })
})

describe('a batch of a full sync', () => {
  interface Given {
    readonly lines: readonly string[]
    readonly users: readonly AccountRecord[]
    readonly isDone?: boolean
    /** Writes that others are faster than, and what they leave. */
    readonly lost?: number
    readonly afterwards?: AccountRecord
  }
  async function applied({ lines, users, isDone = false, lost = 0, afterwards }: Given) {
    const recorded: object[] = []
    const read: object[] = []
    let writes = 0
    const stored = new Map(users.map((user) => [user.account.userId, user]))
    const ports = syncPorts({
      syncs: {
        inactivated: async () => (isDone ? [] : undefined),
        recordBatch: async (_ref, n, batch) => {
          recorded.push({ n, ...batch })
          return WRITTEN
        },
      },
      accounts: {
        byUserIds: accountsAmong(users).byUserIds,
        byUserId: accountsAmong(afterwards === undefined ? [] : [afterwards]).byUserId,
        write: async (next) => {
          if (++writes <= lost) return LOST
          stored.set(next.account.userId, next)
          return WRITTEN
        },
      },
      read: async (object) => {
        read.push(object)
        return inChunks(Buffer.from(lines.map((line) => `${line}\n`).join('')))
      },
    })
    const request = { kind: 'apply', ...REF, page: 3, objectKey: 'o', startByte: 5, endByte: 99 } as const
    await applyBatch(ports, request)
    const statuses = [...stored.values()].map(({ account }) => `${account.userId} ${account.status}`)
    return { recorded, read, writes, statuses }
  }

  it('Y4, Y5: makes inactive and restores, each by one write, and records whom', async () => {
    const users = [own('a'), own('b'), own('c', 'sync-0')]
    expect(await applied({ lines: ['i\ta\t', 'i\tb\tc', 'r\tc\t'], users })).toEqual({
      recorded: [{ n: 3, inactivated: ['a', 'b'], restored: 1 }],
      read: [{ key: 'o', startByte: 5, endByte: 99 }],
      writes: 3,
      statuses: ['a inactive', 'b inactive', 'c active'],
    })
  })

  it('Y3: that was done is not done again', async () => {
    expect(await applied({ lines: ['i\ta\t'], users: [own('a')], isDone: true })).toMatchObject({
      recorded: [],
      read: [],
      writes: 0,
    })
  })

  it('Y3: counts whom this sync changed before it was cut off, and nobody who changed otherwise', async () => {
    const users = [own('a', 'sync-1'), own('b', 'sync-0')]
    expect(await applied({ lines: ['i\ta\t', 'i\tb\t', 'i\tgone\t'], users })).toMatchObject({
      recorded: [{ n: 3, inactivated: ['a'], restored: 0 }],
      writes: 0,
    })
  })

  it('Y5: reads a user again whom others changed, and leaves one whom they keep changing', async () => {
    const given = { lines: ['i\ta\t'], users: [own('a')] }
    expect(await applied({ ...given, lost: 1, afterwards: own('a') })).toMatchObject({
      recorded: [{ inactivated: ['a'] }],
      writes: 2,
    })
    expect(await applied({ ...given, lost: 1, afterwards: own('a', 'sync-0') })).toMatchObject({
      recorded: [{ inactivated: [] }],
      writes: 1,
    })
    expect(await applied({ ...given, lost: 1 })).toMatchObject({ recorded: [{ inactivated: [] }] })
  })

  it('Y3: with anything else in it is an error, not nothing', async () => {
    for (const line of ['m\ta\t', 'a\tada@noordzee.example'])
      await expect(applied({ lines: [line], users: [own('a')] })).rejects.toThrow(
        'a batch to be carried out holds other outcomes',
      )
  })
})

describe('the end of a full sync', () => {
  async function finished(
    pages: readonly (readonly string[] | undefined)[],
    patch: Partial<SyncRecord> = {},
  ) {
    const asked: number[] = []
    const completed: unknown[] = []
    const stepped = await finish(
      syncPorts({
        syncs: {
          inactivated: async (_syncId, n) => {
            asked.push(n)
            return pages[n] && [...pages[n]]
          },
          complete: async (_record, missing) => {
            completed.push(missing)
            return WRITTEN
          },
        },
      }),
      syncRecord({ phase: 'apply', pages: pages.length, madeInactive: 1, ...patch }),
    )
    return { stepped, asked, completed }
  }
  const many = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `u${from + n}`)

  it('Y4: says when the first of whom it made inactive is deleted, and names twenty at most', async () => {
    expect(
      await finished([many(2), undefined, many(1, 2)], { appliedAt: '2026-02-28T00:00:00.000Z' }),
    ).toEqual({
      stepped: { outcome: 'moved' },
      asked: [0, 1, 2],
      completed: [{ removedFrom: '2026-03-30T00:00:00Z', sample: ['u0', 'u1', 'u2'] }],
    })
    const { asked, completed } = await finished([many(15), many(5, 15), many(1, 20)])
    expect(asked).toEqual([0, 1])
    expect(completed).toEqual([{ removedFrom: '2026-03-31T09:30:16Z', sample: many(20) }])
    expect((await finished([many(25)])).completed).toMatchObject([{ sample: many(20) }])
  })

  it('Y4: has nothing to say where nobody was made inactive', async () => {
    expect((await finished([], { madeInactive: 0 })).completed).toEqual([undefined])
  })
})
