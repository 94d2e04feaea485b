const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

/** When a schedule is due. Times are milliseconds since 1970. */
export type Recurrence = { kind: 'at'; atMs: number } | { kind: 'rate'; everyMs: number }

/** Parses `at(…)`, in UTC, and `rate(…)`. Undefined for anything else, such as `cron(…)`. */
export function parseScheduleExpression(expression: string): Recurrence | undefined {
  const at = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(expression)?.[1]
  if (at !== undefined) {
    const atMs = Date.parse(`${at}Z`)
    // `Date.parse` takes the 30th of February for a day in March.
    if (Number.isNaN(atMs) || new Date(atMs).toISOString().slice(0, 19) !== at) return undefined
    return { kind: 'at', atMs }
  }
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression)
  if (rate === null) return undefined
  const unit = rate[2] === 'minute' || rate[2] === 'hour' ? rate[2] : 'day'
  const everyMs = Number(rate[1]) * UNIT_MS[unit]
  return everyMs > 0 ? { kind: 'rate', everyMs } : undefined
}
