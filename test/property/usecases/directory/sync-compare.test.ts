import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outcomeFor } from '../../../../shared/rules/directory/directory-sync.ts'
import { compareBuckets, outcomeEntry } from '../../../../shared/usecases/directory/sync-compare.ts'
import {
  directoryRun,
  SYNC_SIZES,
  type UserEntry,
  usersRun,
} from '../../../../shared/usecases/directory/sync-runs.ts'
import type { BucketComparison, SyncRun } from '../../../../shared/storage/items/sync-item.ts'
import { fakeBucket } from '../../../support/fakes.ts'

const address = fc.integer({ min: 0, max: 40 }).map((n) => `p${n}@acme.example`)
const spelled = fc
  .tuple(address, fc.boolean())
  .map(([normalized, upper]) => ({ normalized, email: upper ? normalized.toUpperCase() : normalized }))
const user: fc.Arbitrary<UserEntry> = fc
  .tuple(spelled, fc.boolean(), fc.boolean(), fc.boolean())
  .map(([{ normalized, email }, touchable, missedBefore, claimed]) => {
    const userId = `u-${normalized.split('@')[0]}`
    return { normalized, email, touchable, missedBefore, claimed, userId }
  })

const inRunsOf = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size))

/** As it is compared: in runs, by ranges of buckets. */
async function compared(
  directory: readonly { normalized: string; email: string }[],
  users: readonly UserEntry[],
  { rows, joins, inline }: { rows: number; joins: number; inline: boolean },
) {
  const bucket = fakeBucket()
  const ref = { orgId: 'acme', syncId: 's1' }
  const runs: SyncRun[] = []
  for (const group of inRunsOf(directory, rows)) {
    const run = directoryRun()
    for (const each of group) run.add(each)
    runs.push(inline ? run.inline() : await run.write(bucket.write, ref, runs.length))
  }
  for (const group of inRunsOf(users, rows)) {
    const run = usersRun()
    for (const each of group) run.add(each)
    runs.push(await run.write(bucket.write, ref, runs.length))
  }
  const done: { join: BucketComparison; touchable: number }[] = []
  for (let n = 0; n < joins; n++)
    await compareBuckets(
      {
        read: bucket.read,
        write: bucket.write,
        sizes: SYNC_SIZES,
        now: () => new Date(0),
        syncs: {
          runs: async () => runs,
          comparison: async () => undefined,
          recordComparison: async (_ref, _n, join, touchable) => {
            done.push({ join, touchable })
            return { outcome: 'written' }
          },
        },
      },
      { ...ref, comparisons: joins },
      n,
    )
  const lines = done.flatMap(({ join }) => bucket.text(join.objectKey).split('\n').slice(0, -1))
  return { done, entries: lines.map(outcomeEntry) }
}

/** As one would do it with both sides in memory. */
function expected(directory: readonly { normalized: string; email: string }[], users: readonly UserEntry[]) {
  const first = new Map<string, string>()
  for (const { normalized, email } of directory) if (!first.has(normalized)) first.set(normalized, email)
  const ofUsers = users.map(({ normalized, email, userId, claimed, ...standing }) => {
    const found = first.get(normalized)
    first.delete(normalized)
    return {
      outcome: outcomeFor(standing, found !== undefined),
      userId,
      claimed,
      caseDiffers: found !== undefined && found !== email,
    }
  })
  return [...ofUsers, ...[...first.values()].map((email) => ({ outcome: 'add' as const, email }))]
}

const sorted = (entries: readonly object[]): string[] => entries.map((each) => JSON.stringify(each)).sort()

describe('comparing by hashed buckets', () => {
  it('Y3: gives what comparing all at once gives, however both sides are cut into runs and buckets', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(spelled, { maxLength: 40 }),
        fc.uniqueArray(user, { maxLength: 40, selector: ({ normalized }) => normalized }),
        fc.record({
          rows: fc.integer({ min: 1, max: 12 }),
          joins: fc.integer({ min: 1, max: 64 }),
          inline: fc.boolean(),
        }),
        async (directory, users, cut) => {
          const { entries, done } = await compared(directory, users, cut)
          expect(sorted(entries)).toEqual(sorted(expected(directory, users)))
          const touchable = done.reduce((sum, each) => sum + each.touchable, 0)
          expect(touchable).toBe(users.filter((each) => each.touchable).length)
          const counted = done
            .flatMap(({ join }) => Object.values(join.counts))
            .reduce((sum, n) => sum + n, 0)
          expect(counted).toBe(entries.length)
        },
      ),
      { numRuns: 100 },
    )
  })

  it('Y3: a user who was met in two indexes counts once', async () => {
    const twice: UserEntry = {
      normalized: 'ada@acme.example',
      email: 'Ada@acme.example',
      userId: 'u1',
      touchable: true,
      missedBefore: false,
      claimed: false,
    }
    const { entries, done } = await compared([], [twice, twice], { rows: 1, joins: 1, inline: false })
    expect(entries).toEqual([{ outcome: 'inactivate', userId: 'u1', claimed: false, caseDiffers: false }])
    expect(done).toMatchObject([{ touchable: 1 }])
  })
})
