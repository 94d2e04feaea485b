import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inGroupsOf, mapConcurrent } from '../../../shared/lib/concurrency.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('mapConcurrent', () => {
  it('answers in the order of its input, whichever call ends first', async () => {
    const turns = [3, 0, 2, 1]
    const results = await mapConcurrent(turns, 4, async (count, index) => {
      for (let n = 0; n < count; n++) await turn()
      return `${index}:${count}`
    })
    expect(results).toEqual(['0:3', '1:0', '2:2', '3:1'])
  })

  it('has at most as many calls under way as it may, and makes one for each item', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { maxLength: 20 }),
        fc.integer({ min: 1, max: 25 }),
        async (items, limit) => {
          let underWay = 0
          let most = 0
          const seen = await mapConcurrent(items, limit, async (turns, index) => {
            most = Math.max(most, ++underWay)
            for (let n = 0; n < turns; n++) await turn()
            underWay--
            return index
          })
          expect(seen).toEqual([...items.keys()])
          expect(most).toBeLessThanOrEqual(limit)
          expect(most).toBeGreaterThanOrEqual(Math.min(items.length, 1))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('rejects with the first error', async () => {
    const failing = mapConcurrent([1, 2, 3], 3, async (n) => {
      for (let turns = 3 - n; turns > 0; turns--) await turn()
      throw new Error(`number ${n}`)
    })
    await expect(failing).rejects.toThrow('number 3')
  })
})

describe('mapConcurrent, once a call has failed', () => {
  it('begins nothing more, and waits for what is under way', async () => {
    const begun: number[] = []
    const ended: number[] = []
    const failing = mapConcurrent([0, 1, 2, 3, 4, 5], 2, async (n) => {
      begun.push(n)
      if (n === 1) throw new Error('number 1')
      for (let turns = 5; turns > 0; turns--) await turn()
      ended.push(n)
    })
    await expect(failing).rejects.toThrow('number 1')
    expect(begun).toEqual([0, 1])
    expect(ended).toEqual([0])
  })
})

describe('inGroupsOf', () => {
  it('cuts into groups of the size, the last one smaller, and loses none', () => {
    expect([...inGroupsOf([1, 2, 3, 4, 5], 2)]).toEqual([[1, 2], [3, 4], [5]])
    expect([...inGroupsOf([], 2)]).toEqual([])
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 10 }), (items, size) => {
        expect([...inGroupsOf(items, size)].flat()).toEqual(items)
      }),
    )
  })
})
