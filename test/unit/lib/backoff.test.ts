import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs } from '../../../shared/lib/backoff.ts'

describe('the pause before another try', () => {
  it('is anything up to a bound that doubles each time, and never more than a second', () => {
    expect([1, 2, 3, 20].map((attempt) => backoffMs(attempt, () => 0.5))).toEqual([20, 40, 80, 500])
    expect(backoffMs(3, () => 0)).toBe(0)
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, chance) => {
          const ms = backoffMs(attempt, () => chance)
          expect(ms).toBeGreaterThanOrEqual(0)
          expect(ms).toBeLessThan(1_000)
        },
      ),
    )
  })

  it('differs for two that collided, so that they do not collide again in step', () => {
    expect(backoffMs(2, () => 0.1)).not.toBe(backoffMs(2, () => 0.9))
  })
})
