import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fillPage, MAX_RECORDS_READ, RECORDS_BESIDE } from '../../../../shared/usecases/lists/fill-page.ts'

/** A list of so many records, of which those are kept that the test says; the position is the number of the last one. */
function listOf(records: number, keeps: (n: number) => boolean, filtered = true) {
  const reads: number[] = []
  const read = async (size: number, from = -1) => {
    reads.push(size)
    const numbers = Array.from({ length: Math.min(size, records - from - 1) }, (_, n) => from + 1 + n)
    const last = numbers.at(-1) ?? from
    return {
      scanned: numbers.map((n) => ({ item: keeps(n) ? n : undefined, after: n })),
      next: last + 1 < records ? last : undefined,
    }
  }
  return {
    reads,
    page: (limit: number, from?: number) => fillPage<number, number>({ limit, filtered, from }, read),
  }
}

describe('fill', () => {
  it('R3: every page is full while there is more, and all pages together are the list', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 700 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 9 }),
        async (records, limit, nth) => {
          const keeps = (n: number): boolean => n % nth === 0
          const list = listOf(records, keeps)
          const found: number[] = []
          let position: number | undefined
          do {
            const page = await list.page(limit, position)
            found.push(...page.items)
            position = page.next
            if (position !== undefined) expect(page.items).toHaveLength(limit)
          } while (position !== undefined)
          expect(found).toEqual(Array.from({ length: records }, (_, n) => n).filter(keeps))
        },
      ),
    )
  })

  it('R3: looks at a thousand records at most, and says where to go on', async () => {
    const list = listOf(5 * (MAX_RECORDS_READ - RECORDS_BESIDE), (n) => n === 4_321)
    const first = await list.page(50)
    expect(first).toEqual({ items: [], next: MAX_RECORDS_READ - RECORDS_BESIDE - 1 })
    expect(list.reads.reduce((sum, size) => sum + size, 0)).toBe(MAX_RECORDS_READ - RECORDS_BESIDE)
    let position = first.next
    const found: number[] = []
    for (let requests = 1; requests < 5; requests++) {
      const page = await list.page(50, position)
      found.push(...page.items)
      position = page.next
    }
    expect([found, position]).toEqual([[4_321], undefined])
  })

  it('R3: without a filter it reads no record more than it tells', async () => {
    const list = listOf(500, () => true, false)
    expect((await list.page(50)).items).toHaveLength(50)
    expect(list.reads).toEqual([50])
  })

  it('R3: without a filter it reads only what is missing where records were gone, and says that nothing is left', async () => {
    const list = listOf(13, (n) => n % 2 === 0, false)
    expect(await list.page(6)).toEqual({ items: [0, 2, 4, 6, 8, 10], next: 10 })
    expect(list.reads).toEqual([6, 3, 1, 1])
    expect(await list.page(7)).toEqual({ items: [0, 2, 4, 6, 8, 10, 12], next: undefined })
  })

  it('R3: what is left behind a full page counts only if it matches', async () => {
    expect(await listOf(4, (n) => n < 2).page(2)).toMatchObject({ next: 1 })
    const read = async () => ({
      scanned: [1, 2, 3, 4].map((n) => ({ item: n > 2 ? undefined : n, after: n })),
      next: undefined,
    })
    expect(await fillPage<number, number>({ limit: 2, filtered: true, from: undefined }, read)).toEqual({
      items: [1, 2],
      next: undefined,
    })
    expect(await fillPage<number, number>({ limit: 1, filtered: true, from: undefined }, read)).toEqual({
      items: [1],
      next: 1,
    })
  })

  /** Reads without end, none of which matches: how many of the list, and how many records it might have been. */
  async function sizesOf(
    costs: { recordsPerItem?: number; recordsPerStep?: number },
    reads: readonly number[],
  ) {
    const sizes: [size: number, mayRead: number][] = []
    await fillPage<number, number>(
      { limit: 600, filtered: true, from: undefined, ...costs },
      async (size, _from, mayRead) => {
        sizes.push([size, mayRead])
        return { scanned: [], next: 1, read: reads[sizes.length - 1] ?? MAX_RECORDS_READ }
      },
    )
    return sizes
  }

  it('R3: reads no more than it may, with all that a record and a step take beside it', async () => {
    expect(await sizesOf({}, [])).toEqual([[600, 880]])
    expect(await sizesOf({ recordsPerItem: 3, recordsPerStep: 80 }, [500])).toEqual([
      [266, 880],
      [100, 380],
    ])
  })

  it('R3: takes another step as long as it may read thirty-two of the list', async () => {
    expect(await sizesOf({}, [880 - 32])).toEqual([
      [600, 880],
      [32, 32],
    ])
    expect(await sizesOf({}, [880 - 31])).toEqual([[600, 880]])
  })

  it('R3: a step that reads nothing is one all the same', async () => {
    expect(
      await sizesOf(
        {},
        Array.from({ length: 2_000 }, () => 0),
      ),
    ).toHaveLength(880 - 31)
  })
})
