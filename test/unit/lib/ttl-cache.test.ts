import { describe, expect, it } from 'vitest'
import { ttlCached } from '../../../shared/lib/ttl-cache.ts'
import { T0 } from '../../support/builders.ts'
import { movableClock } from '../../support/fakes.ts'

const KEEP_MS = 10_000

describe('recently', () => {
  function counted(answer: (key: string, call: number) => Promise<string>) {
    const clock = movableClock(T0.toISOString())
    const calls: string[] = []
    const ask = ttlCached(
      (key) => {
        calls.push(key)
        return answer(key, calls.length)
      },
      KEEP_MS,
      clock.now,
    )
    return { ask, calls, clock }
  }

  it('asks once for a key in its time, for however many who ask at once, and again behind it', async () => {
    const { ask, calls, clock } = counted(async (key, call) => `${key}${call}`)
    expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual(['a1', 'a1', 'b2'])
    clock.advance(KEEP_MS - 1)
    expect(await ask('a')).toBe('a1')
    clock.advance(1)
    expect(await ask('a')).toBe('a3')
    expect(calls).toEqual(['a', 'b', 'a'])
  })

  it('does not remember what failed', async () => {
    const { ask } = counted(async (key, call) => {
      if (call === 1) throw new Error('throttled')
      return key
    })
    await expect(ask('a')).rejects.toThrow('throttled')
    expect(await ask('a')).toBe('a')
  })

  it('remembers no more keys than it has room for', async () => {
    const { ask, calls } = counted(async (key) => key)
    for (let n = 0; n <= 1_000; n++) await ask(`key${n}`)
    await ask('key1000')
    expect(calls).toHaveLength(1_001)
    await ask('key0')
    expect(calls).toHaveLength(1_002)
  })
})
