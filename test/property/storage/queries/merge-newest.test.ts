import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allShards } from '../../../../shared/lib/shard.ts'
import { mergeNewest } from '../../../../shared/storage/queries/merge-newest.ts'

/** Numbers stand for sort keys, and which shard each is in is anybody's: as many as there are, or all in one. */
const distribution = fc
  .tuple(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 1, max: allShards.length }), fc.integer())
  .map(([count, shards, seed]) =>
    Array.from({ length: count }, (_, n) => ({
      key: n,
      shard: Math.abs(n * 7 + ((seed * n) % 13)) % shards,
    })),
  )

const text = (key: number): string => String(key).padStart(6, '0')

function shardsOf(entries: readonly { key: number; shard: number }[]) {
  const byShard = new Map<string, string[]>()
  for (const { key, shard } of entries.toReversed()) {
    const name = allShards[shard] ?? ''
    byShard.set(name, [...(byShard.get(name) ?? []), text(key)])
  }
  let read = 0
  return {
    reads: () => read,
    pageOf:
      (before: string | undefined) =>
      async (shard: string, limit: number, startKey: Record<string, unknown> | undefined) => {
        const all = (byShard.get(shard) ?? []).filter(
          (key) =>
            (before === undefined || key < before) && (startKey === undefined || key < String(startKey.key)),
        )
        const page = all.slice(0, limit)
        read += page.length
        return { entries: page, lastKey: page.length < all.length ? { key: page.at(-1) } : undefined }
      },
  }
}

describe('mergeNewest', () => {
  it('R3: reads no more than it may, however entries are spread, and its pages hold each of them once', async () => {
    await fc.assert(
      fc.asyncProperty(
        distribution,
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: allShards.length, max: 1_000 }),
        async (entries, limit, mayRead) => {
          const shards = shardsOf(entries)
          const seen: string[] = []
          let before: string | undefined
          do {
            const readBefore = shards.reads()
            const pageOf = shards.pageOf(before)
            const page = await mergeNewest({ pageOf, sortKeyOf: (key) => key, limit, mayRead })
            expect(page.read).toBe(shards.reads() - readBefore)
            expect(page.read).toBeLessThanOrEqual(mayRead)
            if (page.more) expect(page.entries.length).toBeGreaterThan(0)
            seen.push(...page.entries)
            before = page.more ? page.entries.at(-1) : undefined
          } while (before !== undefined)
          expect(seen).toEqual(entries.map(({ key }) => text(key)).toReversed())
        },
      ),
      { numRuns: 60 },
    )
  })
})
