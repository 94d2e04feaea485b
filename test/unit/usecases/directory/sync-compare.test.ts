import { describe, expect, it } from 'vitest'
import { WRITTEN } from '../../../../shared/storage/writes/write.ts'
import type { BucketComparison, SyncRecord } from '../../../../shared/storage/items/sync-item.ts'
import {
  compareBuckets,
  comparisonsFor,
  finishComparison,
  outcomeEntry,
  removeInput,
} from '../../../../shared/usecases/directory/sync-compare.ts'
import { SYNC_SIZES, usersRun } from '../../../../shared/usecases/directory/sync-runs.ts'
import { bucketComparison, syncRecord } from '../../../support/job-records.ts'
import { syncPorts } from '../../../support/sync-ports.ts'

describe('the number of comparisons', () => {
  it('Y3: is as small as memory allows, at least one and at most one a bucket', () => {
    const sizes = { ...SYNC_SIZES, rowsPerComparison: 10 }
    const of = (rowsRead: number, usersRead: number) => comparisonsFor({ rowsRead, usersRead }, sizes)
    expect([of(0, 0), of(5, 5), of(6, 5), of(9_999, 0)]).toEqual([1, 1, 2, 64])
  })
})

describe('a comparison', () => {
  it('Y3: is done once', async () => {
    const ports = syncPorts({
      syncs: {
        comparison: async () => bucketComparison(),
        runs: async () => Promise.reject(new Error('again')),
      },
    })
    await expect(compareBuckets(ports, syncRecord({ comparisons: 1 }), 0)).resolves.toBeUndefined()
  })

  it('Y3: has a batch begin every so many users to be changed', async () => {
    const run = usersRun()
    // The last of them is missed again, and stays as it is.
    for (const n of [1, 2, 3, 4, 5, 6])
      run.add({
        normalized: `u${n}@noordzee.example`,
        email: `u${n}@noordzee.example`,
        userId: `u${n}`,
        touchable: true,
        missedBefore: n === 6,
        claimed: false,
      })
    const recorded: BucketComparison[] = []
    const written: string[] = []
    const ports = syncPorts({
      syncs: {
        comparison: async () => undefined,
        runs: async () => [run.inline()],
        recordComparison: async (_ref, _n, comparison) => {
          recorded.push(comparison)
          return WRITTEN
        },
      },
      write: async (key, contentType) => void written.push(`${contentType} ${key}`),
      sizes: { ...SYNC_SIZES, actionsPerBatch: 2 },
    })
    await compareBuckets(ports, syncRecord({ comparisons: 1 }), 0)
    const line = 'i\tu1\t\n'.length
    expect(recorded).toMatchObject([
      {
        counts: { inactivate: 5, restore: 0, add: 0, untouched: 1, match: 0 },
        pages: [0, 2 * line, 4 * line],
        ends: { inactivate: 5 * line, add: 5 * line, match: 6 * line },
      },
    ])
    expect(written).toEqual([
      expect.stringMatching(/^text\/tab-separated-values; charset=utf-8 .*outcome-0\.tsv$/),
    ])
  })

  it('Y3: has no other lines than those of its outcomes', () => {
    expect(() => outcomeEntry('x\tu1\t')).toThrow('no line of an outcome')
    expect(outcomeEntry('i\tu1\tcd')).toEqual({
      outcome: 'inactivate',
      userId: 'u1',
      claimed: true,
      caseDiffers: true,
    })
  })
})

async function ended(patch: Partial<SyncRecord>, objects: readonly string[] = []) {
  const done: string[] = []
  const comparison = (pages: number[]) => bucketComparison({ pages })
  const ports = syncPorts({
    syncs: {
      comparisons: async () => [comparison([0, 9]), comparison([]), comparison([0])],
      complete: async (_record, missing) => {
        done.push(`completed ${missing}`)
        return WRITTEN
      },
      hold: async (_record, { inactivations, users }, pages) => {
        done.push(`held: ${inactivations} of ${users}, ${pages} pages`)
        return WRITTEN
      },
      apply: async (_record, pages) => {
        done.push(`applied: ${pages} pages`)
        return WRITTEN
      },
      forgetList: async () => {
        done.push('forgot its list')
      },
    },
    async *listObjects(prefix) {
      for (const name of objects) yield `${prefix}${name}`
    },
    removeObject: async (key) => void done.push(`removed ${key.split('/').at(-1)}`),
  })
  return { ports, done, record: syncRecord({ phase: 'compare', ...patch }) }
}

describe('the end of the comparisons', () => {
  const finished = async (patch: Partial<SyncRecord>) => {
    const { ports, done, record } = await ended(patch)
    return { stepped: await finishComparison(ports, record), done }
  }

  it('Y3: completes a dry run, and applies a full sync', async () => {
    expect(await finished({ mode: 'dry_run' })).toEqual({
      stepped: { outcome: 'moved' },
      done: ['completed undefined'],
    })
    expect(await finished({ inactivated: 6, touchable: 60 })).toEqual({
      stepped: { outcome: 'moved' },
      done: ['applied: 3 pages'],
    })
  })

  it('Y8: holds a full sync that would make too many inactive', async () => {
    expect(await finished({ inactivated: 7, touchable: 60 })).toEqual({
      stepped: { outcome: 'moved' },
      done: ['held: 7 of 60, 3 pages'],
    })
  })

  it('Y7: removes the upload or the list, and all files but the outcome', async () => {
    const removed = async (patch: Partial<SyncRecord>) => {
      const { ports, done, record } = await ended(patch, [
        'directory-0-x.tsv',
        'outcome-0.tsv',
        'users-0-y.tsv',
      ])
      await removeInput(ports, record)
      return done
    }
    const files = ['removed directory-0-x.tsv', 'removed users-0-y.tsv']
    expect(await removed({ source: 'file', objectKey: 'directory/noordzee/sync-1.csv' })).toEqual([
      ...files,
      'removed sync-1.csv',
    ])
    expect(await removed({ source: 'list' })).toEqual(['forgot its list', ...files])
  })
})
