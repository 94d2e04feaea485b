import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../../../shared/lib/time.ts'
import { digestMorningAfter } from '../../../../shared/rules/mail/returned-mails.ts'

const after = (at: string, timeZone: string) => digestMorningAfter(new Date(at), timeZone)

describe('the morning after a mail came back', () => {
  it.each([
    ['just before eight, the same day', '2026-11-27T07:59:59Z', 'UTC', '2026-11-27', '2026-11-27T08:00:00Z'],
    ['at eight, the next', '2026-11-27T08:00:00Z', 'UTC', '2026-11-28', '2026-11-28T08:00:00Z'],
    ['west of Greenwich', '2026-11-27T09:00:00Z', 'America/New_York', '2026-11-27', '2026-11-27T13:00:00Z'],
    ['where it is tomorrow', '2026-11-27T23:30:00Z', 'Asia/Tokyo', '2026-11-29', '2026-11-28T23:00:00Z'],
    ['off by half an hour', '2026-11-27T01:00:00Z', 'Asia/Kolkata', '2026-11-27', '2026-11-27T02:30:00Z'],
    ['clocks go forward', '2026-03-28T10:00:00Z', 'Europe/Amsterdam', '2026-03-29', '2026-03-29T06:00:00Z'],
    ['clocks go back', '2026-10-24T10:00:00Z', 'Europe/Amsterdam', '2026-10-25', '2026-10-25T07:00:00Z'],
    // Samoa had no 30 December 2011.
    ['a day is left out', '2011-12-30T05:00:00Z', 'Pacific/Apia', '2011-12-31', '2011-12-30T18:00:00Z'],
  ])('N4: %s', (_, at, timeZone, day, dueAt) => {
    expect(after(at, timeZone)).toEqual({ day, dueAt })
  })

  it('N4: is ahead, within a day and a change of clocks, and eight by the org’s clocks', () => {
    const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'))
    const instant = fc.date({ min: new Date('2015-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(instant, zone, (at, timeZone) => {
        const { day, dueAt } = digestMorningAfter(at, timeZone)
        const ahead = Date.parse(dueAt) - at.getTime()
        expect(ahead).toBeGreaterThan(0)
        expect(ahead).toBeLessThanOrEqual(DAY_MS + 2 * HOUR_MS)
        const shown = new Date(dueAt).toLocaleString('sv-SE', { timeZone })
        expect(shown).toBe(`${day} 08:00:00`)
      }),
    )
  })
})
