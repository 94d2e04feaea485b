import { DAY_MS, HOUR_MS, isoSecond } from '../../lib/time.ts'
import { DIGEST_HOUR } from '../limits.ts'

/** N4: a mail about a claim that bounced or was complained about. */
export interface ReturnedMail {
  readonly orgId: string
  readonly claimId: string
  /** ISO 8601. */
  readonly at: string
}

/** N4: a morning whose digest reports the mails returned since the morning before to the org's admins. */
export interface DigestMorning {
  /** The morning's date in the org's time zone, such as 2026-11-28. It identifies the digest. */
  readonly day: string
  /** Whole seconds, ISO 8601 in UTC. */
  readonly dueAt: string
}

/** Formatters by time zone. Creating one is slow, and one is needed for each returned mail. */
const clocks = new Map<string, Intl.DateTimeFormat>()
const MAX_KEPT_CLOCKS = 50

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone)
  // Stryker disable next-line all: a clock that is made anew shows the same time
  if (known !== undefined) return known
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  // Stryker disable next-line all: as above
  if (clocks.size >= MAX_KEPT_CLOCKS) clocks.clear()
  // Stryker disable next-line all: as above
  clocks.set(timeZone, clock)
  return clock
}

/** The local time in the zone, in milliseconds as if it were UTC. */
function localMs(atMs: number, timeZone: string): number {
  const parts = Object.fromEntries(
    clockOf(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/**
 * The instant at which clocks in the zone show a local time. Corrected twice, since the offset at the first guess may
 * differ near a change of the clocks.
 */
function instantMs(local: number, timeZone: string): number {
  const guess = local - (localMs(local, timeZone) - local)
  return guess - (localMs(guess, timeZone) - local)
}

/** N4: the first digest morning after an instant. */
export function digestMorningAfter(at: Date, timeZone: string): DigestMorning {
  const today = Math.floor(localMs(at.getTime(), timeZone) / DAY_MS) * DAY_MS
  for (let local = today; ; local += DAY_MS) {
    const morning = instantMs(local + DIGEST_HOUR * HOUR_MS, timeZone)
    if (morning > at.getTime())
      return { day: new Date(local).toISOString().slice(0, 10), dueAt: isoSecond(new Date(morning)) }
  }
}
