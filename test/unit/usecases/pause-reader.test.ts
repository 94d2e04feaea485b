import { describe, expect, it } from 'vitest'
import { pauseReader } from '../../../shared/usecases/pause-reader.ts'
import { T0 } from '../../support/builders.ts'
import { fakeMetrics } from '../../support/metrics.ts'

describe('what is paused', () => {
  it('is the work that was switched off, and no other; and is counted for the alarm', async () => {
    const metrics = fakeMetrics()
    const isPaused = pauseReader(
      { read: async () => ({ mail: 'since', deletions: undefined }) },
      metrics,
      () => T0,
    )
    expect(await isPaused('mail')).toBe(true)
    expect(await isPaused('migrations')).toBe(false)
    expect(await isPaused('deletions')).toBe(false)
    expect(metrics.measured).toEqual([{ name: 'Paused', value: 1, of: 'mail' }])
  })

  it('is read again after half a minute, for each kind of work by itself', async () => {
    let [reads, ms] = [0, 0]
    const read = async () => {
      reads++
      return {}
    }
    const isPaused = pauseReader({ read }, fakeMetrics(), () => new Date(T0.getTime() + ms))
    for (ms of [0, 29_999]) await isPaused('mail')
    expect(reads).toBe(1)
    await isPaused('deletions')
    expect(reads).toBe(2)
    ms = 30_000
    await isPaused('mail')
    expect(reads).toBe(3)
  })
})
