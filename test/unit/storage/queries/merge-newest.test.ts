import { describe, expect, it } from 'vitest'
import { allShards } from '../../../../shared/lib/shard.ts'
import { mergeNewest, newestFirst } from '../../../../shared/storage/queries/merge-newest.ts'
import { tableAnsweredBy } from '../../../simulation/dynamo/client.ts'

const text = (key: number): string => String(key).padStart(6, '0')
/** Shards that hold these keys, and what is asked of each: `shard:limit` and behind which key. */
function shards(...of: readonly (readonly number[])[]) {
  const asked: string[] = []
  const merged = (limit: number, mayRead?: number) =>
    mergeNewest<string>({
      sortKeyOf: (entry) => entry,
      limit,
      ...(mayRead === undefined ? {} : { mayRead }),
      pageOf: async (shard, pageLimit, startKey) => {
        const n = allShards.indexOf(shard)
        const all = (of[n] ?? []).map(text).sort().reverse()
        const from = startKey === undefined ? 0 : all.indexOf(String(startKey.key)) + 1
        if ((of[n] ?? []).length > 0) asked.push(`${n}:${pageLimit}${from === 0 ? '' : `@${from}`}`)
        const entries = all.slice(from, from + pageLimit)
        const more = from + pageLimit < all.length
        return { entries, lastKey: more ? { key: entries.at(-1) } : undefined }
      },
    })
  return { merged, asked }
}
const down = (from: number, to: number): number[] => Array.from({ length: from - to + 1 }, (_, n) => from - n)

describe('the newest entries of all shards', () => {
  it('R3: are asked of each by twice its share and a little more, and no more than the page and one', async () => {
    const { merged, asked } = shards([5, 3], [4])
    expect(await merged(100)).toEqual({ entries: [5, 4, 3].map(text), more: false, read: 3 })
    expect(asked).toEqual(['0:11', '1:11'])
    asked.length = 0
    expect(await merged(2)).toEqual({ entries: [5, 4].map(text), more: true, read: 3 })
    expect(asked).toEqual(['0:3', '1:3'])
  })

  it('R3: take another query only of a shard that may have more of them', async () => {
    const { merged, asked } = shards(down(200, 101), [100, 99])
    expect(await merged(50)).toMatchObject({ entries: down(200, 151).map(text), more: true })
    // 2 × 50 / 32 and 4 first; then the 51 that are missing, less the 8 known, and 4.
    expect(asked).toEqual(['0:8', '1:8', '0:47@8'])
  })

  it('R3: take none of a shard whose rest is older than the page’s end', async () => {
    const { merged, asked } = shards([9, 8, 5, 4], [7, 6])
    // 5, the first that is beyond the page, is the last that was read of the first shard.
    expect(await merged(4, 96)).toMatchObject({ entries: [9, 8, 7, 6].map(text), more: true })
    expect(asked).toEqual(['0:3', '1:3'])
  })

  it('R3: are fewer where so many may not be read, and none is left out among them', async () => {
    const { merged, asked } = shards(down(200, 101), down(100, 91))
    const page = await merged(60, 2 * allShards.length)
    // Two each, and the rest of what may be read, of the one shard of which more is known to be wanted.
    expect(asked.slice(0, 2)).toEqual(['0:2', '1:2'])
    expect(page.more).toBe(true)
    expect(page.entries).toEqual(down(200, 200 - page.entries.length + 1).map(text))
    expect(page.read).toBeLessThanOrEqual(2 * allShards.length)
    expect(page.entries.length).toBeGreaterThan(20)
  })

  it('R3: at least one of each shard is read, however little may be', async () => {
    const { merged, asked } = shards([9, 8], [7])
    expect(await merged(5, 1)).toEqual({ entries: [text(9)], more: true, read: 2 })
    expect(asked).toEqual(['0:1', '1:1'])
  })

  it('R3: read three pages at most where nothing else is said', async () => {
    const { merged } = shards(...allShards.map((_, n) => down(1000, 0).map((key) => key * 32 + n)))
    const { read, entries } = await merged(100)
    expect(entries).toEqual(down(1000 * 32 + 31, 1000 * 32 - 68).map(text))
    expect(read).toBeLessThanOrEqual(3 * 100 + 2 * 4 * 32)
  })
})

describe('the newest entries of an index', () => {
  it('R3: come of the index’s shards by its sort key, and only those before', async () => {
    const asked: unknown[] = []
    const table = tableAnsweredBy('table', async (command) => {
      const { input } = command as {
        readonly input: { readonly ExpressionAttributeValues: { ':p': string } }
      }
      asked.push(input)
      const Items =
        input.ExpressionAttributeValues[':p'] === 'X#01' ? [{ pk: 'P', sk: 'S', claimSort: '7' }] : []
      return { Items }
    })
    const query = { index: 'claimsByOrg', sortKey: 'claimSort', limit: 5, before: '9' } as const
    const found = await newestFirst(table, { ...query, partitionOf: (shard) => `X#${shard}` })
    expect(found).toEqual({ entries: [{ pk: 'P', sk: 'S', claimSort: '7' }], more: false, read: 1 })
    expect(asked).toHaveLength(allShards.length)
    expect(asked[0]).toMatchObject({
      IndexName: 'claimsByOrg',
      KeyConditionExpression: '#p = :p AND #s < :before',
      ExpressionAttributeValues: { ':p': `X#${allShards[0]}`, ':before': '9' },
      ScanIndexForward: false,
      Limit: 5,
    })
  })
})
