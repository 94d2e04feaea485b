import { describe, expect, it } from 'vitest'
import { HOUR_MS } from '../../../shared/lib/time.ts'
import {
  MAIL_RETRY_WINDOW_MS,
  maxAttemptsIn,
  RETRY_WINDOW_MS,
  decideRetry,
} from '../../../shared/lib/delivery-attempts.ts'

const start = new Date('2026-11-26T12:00:00Z')

/** Tries and waits until a message is set aside: how many there were, and how long it took. */
function outage(retryWindowMs: number, chance: number) {
  let nowMs = start.getTime()
  for (let receives = 1; ; receives++) {
    const failure = { kind: 'busy', receives, firstReceivedAt: start } as const
    const verdict = decideRetry(failure, new Date(nowMs), chance, retryWindowMs)
    if (verdict.outcome === 'set_aside') return { tries: receives, ms: nowMs - start.getTime() }
    nowMs += verdict.afterSeconds * 1_000
  }
}

describe('a message that meets an outage', () => {
  it.each([0, 0.5, 1])('sits it out for more than an hour, whatever chance says (%d)', (chance) => {
    const { ms, tries } = outage(RETRY_WINDOW_MS, chance)
    expect(ms).toBeGreaterThanOrEqual(6 * HOUR_MS)
    expect(tries).toBeLessThanOrEqual(maxAttemptsIn(RETRY_WINDOW_MS))
  })

  it.each([0, 1])(
    'that holds up mails is sat out for days, within the receives that SQS allows (%d)',
    (chance) => {
      const { ms, tries } = outage(MAIL_RETRY_WINDOW_MS, chance)
      expect(ms).toBeGreaterThanOrEqual(10 * 24 * HOUR_MS)
      expect(tries).toBeLessThan(1_000)
    },
  )

  it('comes back after twice as long each time, up to half an hour, and half of that at chance’s pleasure', () => {
    const waits = (chance: number) =>
      [1, 2, 3, 10, 11, 30].map((receives) =>
        decideRetry({ kind: 'busy', receives, firstReceivedAt: start }, start, chance),
      )
    expect(waits(0)).toEqual(
      [2, 4, 8, 1_024, 1_800, 1_800].map((afterSeconds) => ({ outcome: 'again', afterSeconds })),
    )
    expect(waits(1)).toEqual(
      [1, 2, 4, 512, 900, 900].map((afterSeconds) => ({ outcome: 'again', afterSeconds })),
    )
  })
})
