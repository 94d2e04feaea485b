import { afterEach, beforeEach, vi } from 'vitest'

/**
 * In every test of the calling file, the pauses before another try take no time: each is a random share of its limit.
 * `Math.random` is asked once for each, which tests count.
 */
export function withoutBackoff(): void {
  beforeEach(() => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })
}
