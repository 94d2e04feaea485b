import { describe, expect, it } from 'vitest'
import { addDuration } from '../../../../infra/local/clock/duration.ts'

const from = (start: string, duration: string) => addDuration(new Date(start), duration)?.toISOString()

describe('ISO 8601 durations', () => {
  it.each([
    ['P14D', '2026-01-15T00:00:00.000Z'],
    ['P13DT23H', '2026-01-14T23:00:00.000Z'],
    ['PT1M', '2026-01-01T00:01:00.000Z'],
    ['P2W', '2026-01-15T00:00:00.000Z'],
    ['PT0.5S', '2026-01-01T00:00:00.500Z'],
    ['P1Y2M10DT2H30M', '2027-03-11T02:30:00.000Z'],
    ['PT0S', '2026-01-01T00:00:00.000Z'],
  ])('%s moves the first of January to %s', (duration, expected) => {
    expect(from('2026-01-01T00:00:00Z', duration)).toBe(expected)
  })

  it('a month after the last of January is the last of February', () => {
    expect(from('2026-01-31T12:00:00Z', 'P1M')).toBe('2026-02-28T12:00:00.000Z')
  })

  it.each(['', 'P', 'PT', 'P1', '14D', 'P-1D', 'P1DT', 'P1H', 'P1D ', 'p1d'])('%j is none', (duration) => {
    expect(from('2026-01-01T00:00:00Z', duration)).toBeUndefined()
  })
})
