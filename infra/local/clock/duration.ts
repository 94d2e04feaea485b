/** ISO 8601 durations: `P14D`, `P13DT23H`, `PT1M`, `P2W`, `P1Y2M10DT2H30M`, `PT0.5S`. */
const pattern =
  /^P(?!$)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$/

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Undefined where the text is no duration. A year or a month is the calendar's, in UTC; a day is 24 hours. */
export function addDuration(to: Date, duration: string): Date | undefined {
  const parts = pattern.exec(duration)
  if (parts === null) return undefined
  const [years, months, weeks, days, hours, minutes, seconds] = Array.from({ length: 7 }, (_, i) =>
    Number((parts[i + 1] ?? '0').replace(',', '.')),
  )
  const moved = new Date(to)
  moved.setUTCFullYear(moved.getUTCFullYear() + (years ?? 0), moved.getUTCMonth() + (months ?? 0))
  // The 31st of a month that has 30 days is its last day, not the first of the next.
  if (moved.getUTCDate() !== to.getUTCDate()) moved.setUTCDate(0)
  const exactMs =
    ((weeks ?? 0) * 7 + (days ?? 0)) * dayMs +
    (hours ?? 0) * hourMs +
    (minutes ?? 0) * minuteMs +
    (seconds ?? 0) * secondMs
  const result = new Date(moved.getTime() + Math.round(exactMs))
  return Number.isNaN(result.getTime()) ? undefined : result
}
