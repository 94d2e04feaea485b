import { describe, expect, it } from 'vitest'
import { everyEntry, type Walk, walkPartitions } from '../../../../shared/storage/queries/walk.ts'
import { tableAnsweredBy } from '../../../simulation/dynamo/client.ts'

/** An index whose partitions hold so many entries each, and what is asked of it: `partition:limit` and where it goes on. */
function index(...sizes: readonly number[]) {
  const asked: string[] = []
  const table = tableAnsweredBy('table', async (command) => {
    const { ExpressionAttributeValues, Limit, ExclusiveStartKey } = (
      command as {
        readonly input: {
          readonly ExpressionAttributeValues: { readonly ':p': string }
          readonly Limit: number
          readonly ExclusiveStartKey?: { readonly pk: string }
        }
      }
    ).input
    const partition = ExpressionAttributeValues[':p']
    const all = Array.from({ length: sizes[Number(partition)] ?? 0 }, (_, n) => ({
      pk: `${partition}/${n}`,
      sk: 'S',
    }))
    const from = ExclusiveStartKey === undefined ? 0 : Number(ExclusiveStartKey.pk.split('/')[1]) + 1
    asked.push(`${partition}:${Limit}${from === 0 ? '' : `@${from}`}`)
    const Items = all.slice(from, from + Limit)
    return { Items, ...(from + Limit < all.length && { LastEvaluatedKey: Items.at(-1) }) }
  })
  const partitions = sizes.map((_, n) => ({ index: 'accountsByOrg' as const, partition: String(n) }))
  return { table, partitions, asked }
}
const ids = (entries: readonly { pk: string }[]) => entries.map(({ pk }) => pk)
const foundIds = ({ found }: Walk) => ids(found.map(({ entry }) => entry))

describe('a walk over partitions', () => {
  it('R3: asks eight at once, the first for all that is missing and the others for a little more than their share', async () => {
    const { table, partitions, asked } = index(0, 3, 0, 0, 0, 0, 0, 0, 2, 0)
    const walk = await walkPartitions(table, partitions, 80)
    expect(foundIds(walk)).toEqual(['1/0', '1/1', '1/2', '8/0', '8/1'])
    expect(walk.next).toBeUndefined()
    expect(walk.found.map(({ after }) => after.partition)).toEqual([1, 1, 1, 8, 8])
    expect(asked).toEqual(['0:80', ...[1, 2, 3, 4, 5, 6, 7].map((n) => `${n}:14`), '8:77', '9:14'])
  })

  it('R3: asks for no more than is missing, of any', async () => {
    const { table, partitions, asked } = index(1, 1, 1)
    const walk = await walkPartitions(table, partitions, 2)
    expect(foundIds(walk)).toEqual(['0/0', '1/0'])
    expect(walk.next).toEqual({ partition: 2 })
    expect(asked).toEqual(['0:2', '1:2', '2:2'])
  })

  it('R3: goes on within a partition, and asks nobody twice whose answer is still ahead', async () => {
    const { table, partitions, asked } = index(0, 20, 1)
    const { found } = await walkPartitions(table, partitions, 24)
    expect(found).toHaveLength(21)
    expect(asked).toEqual(['0:24', '1:7', '2:7', '1:17@7'])
  })

  it('R3: continues after any entry, with each of the others once', async () => {
    const sizes = [2, 0, 9, 3]
    const all = await (async () => {
      const { table, partitions } = index(...sizes)
      return walkPartitions(table, partitions, 100)
    })()
    for (const [n, { after }] of all.found.entries()) {
      const { table, partitions } = index(...sizes)
      const rest = await walkPartitions(table, partitions, 100, after)
      expect(foundIds(rest)).toEqual(foundIds(all).slice(n + 1))
    }
  })

  it('R3: leaves what it read ahead and does not give to the next page', async () => {
    const { table, partitions } = index(2, 4)
    const first = await walkPartitions(table, partitions, 5)
    expect(foundIds(first)).toEqual(['0/0', '0/1', '1/0', '1/1', '1/2'])
    expect(first.next).toEqual({ partition: 1, after: { pk: '1/2', sk: 'S' } })
    expect(foundIds(await walkPartitions(table, partitions, 5, first.next))).toEqual(['1/3'])
  })

  it('R3: says where a page ends within a partition, and that the last one ends the walk', async () => {
    const { table, partitions } = index(3, 2)
    const first = await walkPartitions(table, partitions, 2)
    expect(first.next).toEqual({ partition: 0, after: { pk: '0/1', sk: 'S' } })
    const second = await walkPartitions(table, partitions, 3, first.next)
    expect(foundIds(second)).toEqual(['0/2', '1/0', '1/1'])
    expect(second.next).toBeUndefined()
    expect(await walkPartitions(table, [], 3)).toEqual({ found: [], next: undefined })
  })
})

describe('every entry of some partitions', () => {
  it('C1: comes once, eight partitions at a time and a page of each, without empty pages', async () => {
    const { table, partitions, asked } = index(3, 0, 0, 0, 0, 0, 0, 1, 0, 2)
    const pages = await Array.fromAsync(everyEntry(table, partitions, 2))
    expect(pages.map(ids)).toEqual([['0/0', '0/1', '7/0'], ['0/2'], ['9/0', '9/1']])
    expect(asked).toEqual([...[0, 1, 2, 3, 4, 5, 6, 7].map((n) => `${n}:2`), '0:2@2', '8:2', '9:2'])
    const none = index(0, 0)
    expect(await Array.fromAsync(everyEntry(none.table, none.partitions, 2))).toEqual([])
  })
})
