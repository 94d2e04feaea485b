/** ISO 8601 durations: `P14D`, `P13DT23H`, `PT1M`, `P2W`, `P1Y2M10DT2H30M`, `PT0.5S`. */
const pattern =
  /^P(?!$)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/**
 * Adds an ISO 8601 duration. Years and months follow the calendar in UTC; a day is 24 hours. Undefined if the text is
 * no duration.
 */
export function addDuration(to: Date, duration: string): Date | undefined {
  const parts = pattern.exec(duration)
  if (parts === null) return undefined
  const [years, months, weeks, days, hours, minutes, seconds] = Array.from({ length: 7 }, (_, i) =>
    Number((parts[i + 1] ?? '0').replace(',', '.')),
  )
  const moved = new Date(to)
  moved.setUTCFullYear(moved.getUTCFullYear() + (years ?? 0), moved.getUTCMonth() + (months ?? 0))
  // A month later than the 31st is the last day of a shorter month, not the first of the next.
  if (moved.getUTCDate() !== to.getUTCDate()) moved.setUTCDate(0)
  const exactMs =
    ((weeks ?? 0) * 7 + (days ?? 0)) * dayMs +
    (hours ?? 0) * hourMs +
    (minutes ?? 0) * minuteMs +
    (seconds ?? 0) * secondMs
  const result = new Date(moved.getTime() + Math.round(exactMs))
  return Number.isNaN(result.getTime()) ? undefined : result
}
