import type { Language } from './languages.ts'

/** Days, hours and minutes: what `until` is told in. */
const units = [
  ['day', 24 * 60 * 60 * 1000],
  ['hour', 60 * 60 * 1000],
  ['minute', 60 * 1000],
] as const

/** Of the API: exact, or at least so many. */
export type Count = number | { readonly value: number; readonly atLeast: true }

export interface Format {
  /** With its time, in the organization's time zone. */
  dateTime(at: string | Date): string
  date(at: string | Date): string
  /** `2 Dec`: of an axis. */
  dayAndMonth(at: string | Date): string
  number(value: number): string
  count(value: Count): string
  list(values: readonly string[]): string
  /** `5 hr`: rounded up, as nobody is to come too early; never less than a minute. */
  until(at: string | Date, now: Date): string
  /** What the times are in: `GMT+1`, `CET`. */
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
      const leftMs = Math.max(0, new Date(at).getTime() - now.getTime())
      const [unit, unitMs] = units.find(([, each]) => leftMs > each) ?? ['minute', 60 * 1000]
      const value = Math.max(1, Math.ceil(leftMs / unitMs))
      return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(value)
    },
    timeZone,
  }
}
