import type { Language } from './languages.ts'

const MINUTE_MS = 60 * 1000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/**
 * Units of `until`: name, length, and the least duration for which each is used. Days begin at two, since `24 hr` is
 * more precise than `1 day`.
 */
const units = [
  ['day', DAY_MS, 2 * DAY_MS],
  ['hour', HOUR_MS, HOUR_MS],
  ['minute', MINUTE_MS, 0],
] as const

/** An answer's `Date` has whole seconds, so times computed from it are up to one second late. */
const PRECISION_MS = 1000

/** A count as the API gives it: exact, or a lower bound. */
export type Count = number | { readonly value: number; readonly atLeast: true }

export interface Format {
  /** With its time, in the organization's time zone. */
  dateTime(at: string | Date): string
  date(at: string | Date): string
  /** `2 Dec`, for the axis of a chart. */
  dayAndMonth(at: string | Date): string
  number(value: number): string
  count(value: Count): string
  list(values: readonly string[]): string
  /** `5 hr`: rounded up, so that nobody comes too early; at least a minute. */
  until(at: string | Date, now: Date): string
  /** Name of the time zone: `GMT+1`, `CET`. */
  readonly timeZone: string
}

export function formatFor(language: Language, timeZone: string): Format {
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone })
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone })
  const dayAndMonth = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone })
  const number = new Intl.NumberFormat(language)
  const list = new Intl.ListFormat(language, { type: 'unit', style: 'short' })
  return {
    dateTime: (at) => dateTime.format(new Date(at)),
    date: (at) => date.format(new Date(at)),
    dayAndMonth: (at) => dayAndMonth.format(new Date(at)),
    number: (value) => number.format(value),
    count: (value) => (typeof value === 'number' ? number.format(value) : `${number.format(value.value)}+`),
    list: (values) => list.format(values),
    until(at, now) {
      const leftMs = Math.max(0, new Date(at).getTime() - now.getTime() - PRECISION_MS)
      const [unit, unitMs] = units.find(([, , from]) => leftMs > from) ?? units[2]
      const value = Math.max(1, Math.ceil(leftMs / unitMs))
      return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(value)
    },
    timeZone,
  }
}
