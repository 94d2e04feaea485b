const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const
/** A cron expression whose next time lies further ahead has none. */
const CRON_HORIZON_DAYS = 8 * 366
const DAY_MS = UNIT_MS.day
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

/** When a schedule is due, as its expression says. Times are milliseconds since 1970. */
export type Recurrence =
  | { kind: 'at'; atMs: number }
  | { kind: 'rate'; everyMs: number }
  | { kind: 'cron'; nextAfter(ms: number): number | undefined }

/** How far a zone's wall clock is ahead of UTC at this moment. */
function zoneOffsetMs(zone: string, atMs: number): number {
  if (zone === 'UTC') return 0
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(atMs)
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value)
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return wall - Math.floor(atMs / 1000) * 1000
}

/** The moment at which the zone's wall clock shows what UTC's shows at `wallMs`. */
function fromWallClock(wallMs: number, zone: string): number {
  return wallMs - zoneOffsetMs(zone, wallMs - zoneOffsetMs(zone, wallMs))
}

function numberOf(text: string, names: readonly string[], base: number): number {
  const named = names.indexOf(text.toUpperCase())
  return named >= 0 ? named + base : /^\d+$/.test(text) ? Number(text) : Number.NaN
}

/** The numbers that a cron field allows, or undefined if it isn't one (the forms with L, W and # aren't known here). */
function cronField(
  text: string,
  min: number,
  max: number,
  names: readonly string[] = [],
): Set<number> | undefined {
  const allowed = new Set<number>()
  for (const item of text.split(',')) {
    const [range = '', step, ...rest] = item.split('/')
    const stepBy = step === undefined ? 1 : Number(step)
    const any = range === '*' || range === '?'
    const [from = '', to] = range.split('-')
    const first = any ? min : numberOf(from, names, min)
    const last = any || (to === undefined && step !== undefined) ? max : numberOf(to ?? from, names, min)
    const valid = first >= min && last <= max && first <= last && Number.isInteger(stepBy) && stepBy >= 1
    if (!valid || rest.length > 0) return undefined
    for (let n = first; n <= last; n += stepBy) allowed.add(n)
  }
  return allowed
}

function parseCron(fields: readonly string[], zone: string): Recurrence | undefined {
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = '', ...rest] = fields
  const minutes = cronField(minute, 0, 59)
  const hours = cronField(hour, 0, 23)
  const daysOfMonth = cronField(dayOfMonth, 1, 31)
  const months = cronField(month, 1, 12, MONTHS)
  const daysOfWeek = cronField(dayOfWeek, 1, 7, WEEKDAYS)
  const years = cronField(year, 1970, 2199)
  if (!minutes || !hours || !daysOfMonth || !months || !daysOfWeek || !years || rest.length > 0)
    return undefined
  // One of the two days must be left open.
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) return undefined
  const nextAfter = (ms: number): number | undefined => {
    const wallMs = ms + zoneOffsetMs(zone, ms)
    const firstDay = Math.floor(wallMs / DAY_MS) * DAY_MS
    for (let day = firstDay; day <= firstDay + CRON_HORIZON_DAYS * DAY_MS; day += DAY_MS) {
      const date = new Date(day)
      const dayFits =
        years.has(date.getUTCFullYear()) &&
        months.has(date.getUTCMonth() + 1) &&
        daysOfMonth.has(date.getUTCDate()) &&
        daysOfWeek.has(date.getUTCDay() + 1)
      if (!dayFits) continue
      for (const h of [...hours].sort((a, b) => a - b)) {
        for (const m of [...minutes].sort((a, b) => a - b)) {
          const due = fromWallClock(day + h * UNIT_MS.hour + m * UNIT_MS.minute, zone)
          if (due > ms) return due
        }
      }
    }
    return undefined
  }
  return { kind: 'cron', nextAfter }
}

function isZone(zone: string): boolean {
  if (zone === 'UTC') return true
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** What `at(…)`, `rate(…)` or `cron(…)` says in that time zone; undefined if it says nothing valid. */
export function parseScheduleExpression(expression: string, zone: string): Recurrence | undefined {
  if (!isZone(zone)) return undefined
  const at = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(expression)?.[1]
  if (at !== undefined) {
    const wallMs = Date.parse(`${at}Z`)
    if (Number.isNaN(wallMs) || new Date(wallMs).toISOString().slice(0, 19) !== at) return undefined
    return { kind: 'at', atMs: fromWallClock(wallMs, zone) }
  }
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression)
  if (rate !== null) {
    const unit = rate[2] === 'minute' || rate[2] === 'hour' ? rate[2] : 'day'
    const everyMs = Number(rate[1]) * UNIT_MS[unit]
    return everyMs > 0 ? { kind: 'rate', everyMs } : undefined
  }
  const cron = /^cron\((.+)\)$/.exec(expression)?.[1]
  return cron === undefined ? undefined : parseCron(cron.trim().split(/\s+/), zone)
}
