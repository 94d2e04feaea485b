import { describe, expect, it } from 'vitest'
import {
  BUSY,
  LOST,
  MAX_ROUNDS,
  type RetryOptions,
  retryOptimistically,
  retryOrElse,
  retryOrThrow,
} from '../../../shared/lib/optimistic-retry.ts'
import { Busy } from '../../../shared/lib/unavailable.ts'

/** Loses so many rounds, and remembers what was asked of it. */
function rival(lost: number) {
  const rounds: number[] = []
  const pauses: number[] = []
  const attempt = async (round: number) => {
    rounds.push(round)
    return rounds.length > lost ? ({ outcome: 'done', round } as const) : LOST
  }
  const options: RetryOptions = { pause: async (before) => void pauses.push(before) }
  return { attempt, options, rounds, pauses }
}

describe('retrying what others were faster at', () => {
  it('C8: what isn’t lost is written in one round, without a pause', async () => {
    const { attempt, options, rounds, pauses } = rival(0)
    expect(await retryOptimistically(attempt, options)).toEqual({ outcome: 'done', round: 0 })
    expect({ rounds, pauses }).toEqual({ rounds: [0], pauses: [] })
  })

  it('C8: what is lost is tried again after a pause, longer each time, up to the last round', async () => {
    const { attempt, options, rounds, pauses } = rival(MAX_ROUNDS - 1)
    expect(await retryOptimistically(attempt, options)).toEqual({ outcome: 'done', round: MAX_ROUNDS - 1 })
    expect({ rounds, pauses }).toEqual({ rounds: [0, 1, 2, 3, 4], pauses: [1, 2, 3, 4] })
  })

  it('C8: what is lost in every round is busy, and isn’t tried once more', async () => {
    const { attempt, options, rounds } = rival(Number.POSITIVE_INFINITY)
    expect(await retryOptimistically(attempt, options)).toBe(BUSY)
    expect(rounds).toHaveLength(MAX_ROUNDS)
  })

  it('C8: whoever has something of their own to say then says it, after as many rounds as they allow', async () => {
    const { attempt, options, rounds } = rival(Number.POSITIVE_INFINITY)
    const answer = await retryOrElse(attempt, (all) => `lost ${all}`, { ...options, rounds: 2 })
    expect(answer).toBe('lost 2')
    expect(rounds).toHaveLength(2)
  })

  it('M3: work that is delivered again throws that it is busy, and names what was', async () => {
    const { attempt, options } = rival(Number.POSITIVE_INFINITY)
    const trying = retryOrThrow('the record of claim c', attempt, options)
    await expect(trying).rejects.toThrow(Busy)
    await expect(trying).rejects.toThrow(`the record of claim c was changed by others ${MAX_ROUNDS} times`)
  })

  it('an answer of any other kind ends it, nothing among them', async () => {
    for (const answer of [undefined, false, 'lost', { outcome: 'refused', code: 'gone' }])
      expect(await retryOptimistically(async () => answer)).toBe(answer)
  })

  it('what an attempt throws is thrown at once', async () => {
    const failure = new Error('the table is gone')
    let rounds = 0
    const failing = retryOptimistically(async () => {
      rounds++
      throw failure
    })
    await expect(failing).rejects.toBe(failure)
    expect(rounds).toBe(1)
  })
})
