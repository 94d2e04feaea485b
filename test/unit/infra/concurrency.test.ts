import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concurrencyOf } from '../../../infra/concurrency.ts'

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)

describe('the account’s concurrent executions', () => {
  it('of a thousand go to each source as it wants, and sign-ins have some that nobody else gets', () => {
    expect(concurrencyOf(1000)).toEqual({
      caps: {
        import: 5,
        'import-rows': 20,
        report: 5,
        mail: 2,
        due: 5,
        migrate: 10,
        export: 5,
        feedback: 5,
        sync: 10,
        deletion: 10,
      },
      streamParallelization: 4,
      reservations: { 'platform-api': 100, decisions: 50, openapi: 10, console: 20 },
      background: 93,
      left: 907,
      isRoomy: true,
    })
  })

  it('are shared by fewer, in proportion, where there are a hundred, of which AWS lets none be reserved', () => {
    const { caps, streamParallelization, reservations, background, isRoomy } = concurrencyOf(100)
    expect(caps).toMatchObject({ 'import-rows': 8, migrate: 5, mail: 2 })
    expect({ streamParallelization, reservations, isRoomy }).toEqual({
      streamParallelization: 2,
      reservations: {},
      isRoomy: true,
    })
    expect(background).toBeLessThanOrEqual(50)
  })

  it('are too few to cap where there are ten, as a new account has them: a source can’t have less than two', () => {
    const { caps, background, left, isRoomy } = concurrencyOf(10)
    expect(new Set(Object.values(caps))).toEqual(new Set([2]))
    expect({ background, left, isRoomy }).toEqual({ background: 24, left: -14, isRoomy: false })
  })

  it('are never taken by queues and stream by more than half, from 48 on', async () => {
    await fc.assert(
      fc.property(fc.integer({ min: 10, max: 100_000 }), (account) => {
        const { caps, streamParallelization, reservations, background, left, isRoomy } =
          concurrencyOf(account)
        const reserved = sum(Object.values(reservations))
        expect(background).toBe(sum(Object.values(caps)) + 4 * streamParallelization)
        expect(left).toBe(account - background)
        expect(isRoomy).toBe(account >= 48)
        if (isRoomy) expect(background).toBeLessThanOrEqual((account - reserved) / 2)
        // What SQS and Lambda take at all.
        for (const cap of Object.values(caps)) {
          expect(cap).toBeGreaterThanOrEqual(2)
          expect(cap).toBeLessThanOrEqual(1000)
        }
        expect(streamParallelization).toBeGreaterThanOrEqual(1)
        expect(streamParallelization).toBeLessThanOrEqual(10)
        if (reserved > 0) expect(account - reserved).toBeGreaterThanOrEqual(100)
      }),
    )
  })
})
