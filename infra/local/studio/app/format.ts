/** Formats times in UTC like the service, so that the screen and the log show the same text. */
export const timeText = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)}`

const DAY_MS = 24 * 60 * 60 * 1000
const HOUR_MS = 60 * 60 * 1000

/** Time from `now` in the largest suitable unit. */
export function untilText(iso: string, now: string): string {
  const ms = Date.parse(iso) - Date.parse(now)
  if (ms <= 0) return 'due'
  if (ms >= DAY_MS) return `in ${Math.floor(ms / DAY_MS)} d ${Math.floor((ms % DAY_MS) / HOUR_MS)} h`
  if (ms >= HOUR_MS) return `in ${Math.floor(ms / HOUR_MS)} h ${Math.floor((ms % HOUR_MS) / 60_000)} min`
  return `in ${Math.ceil(ms / 60_000)} min`
}
