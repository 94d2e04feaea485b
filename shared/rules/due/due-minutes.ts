import { DAY_MS, HOUR_MS, isoSecond, MINUTE_MS, SECOND_MS } from '../../lib/time.ts'
import { DECISION_WINDOW_MS, REMINDER_DAYS } from '../limits.ts'
import type { DueEntryKind } from '../enumerations.ts'

/**
 * The due index is read at the end of every minute in which something falls due. Claims are indexed only by their
 * end, so for a reminder's minute a later part of the index is read.
 */
export type DueKind = 'end' | 'job' | `reminder-${number}`

/** An entry of the due index. */
export interface Due {
  readonly kind: DueEntryKind
  /** ISO 8601, whole seconds. */
  readonly at: string
}

/** One scan of the index: the message of a one-time schedule. */
export interface DueMinute {
  readonly of: DueKind
  /** The minute's first second, ISO 8601 in UTC. */
  readonly minute: string
  /** The only shard to read, if known. */
  readonly shard?: string | undefined
}

/** A range of the due index, both ends inclusive, in whole seconds. */
export interface DueRange {
  readonly kind: Due['kind']
  readonly from?: string | undefined
  readonly to: string
  /** N1: the day of the reminder that claims ending in the range get. */
  readonly day?: number | undefined
}

/** N1: how long before a claim's end the reminder of a day is sent. */
export const reminderLeadMs = (day: number): number => DECISION_WINDOW_MS - day * DAY_MS

const reminderKind = (day: number): DueKind => `reminder-${day}`
export const dueKinds: readonly DueKind[] = ['end', 'job', ...REMINDER_DAYS.map(reminderKind)]

/** The reminder's day; `undefined` for other kinds. */
export const reminderDayOf = (of: DueKind): number | undefined =>
  REMINDER_DAYS.find((day) => reminderKind(day) === of)

const startOfMinute = (at: number): number => Math.floor(at / MINUTE_MS) * MINUTE_MS

/** The minutes in which the index must be scanned for an entry. */
export function minutesOf({ kind, at }: Due, shard: string): DueMinute[] {
  const minute = (of: DueKind, aheadMs: number): DueMinute => ({
    of,
    minute: isoSecond(new Date(startOfMinute(Date.parse(at) - aheadMs))),
    shard,
  })
  if (kind === 'job') return [minute('job', 0)]
  return [minute('end', 0), ...REMINDER_DAYS.map((day) => minute(reminderKind(day), reminderLeadMs(day)))]
}

/** When to scan a minute: after everything in it has fallen due. */
export const endOfMinute = ({ minute }: Pick<DueMinute, 'minute'>): string =>
  isoSecond(new Date(startOfMinute(Date.parse(minute)) + MINUTE_MS))

/** Whole hours of a day's reminders: `from`, and before `upTo`, ISO 8601. */
export interface RemindedHours {
  readonly day: number
  readonly from: string
  readonly upTo: string
}

/** After this time, an hour's scans have either been done or been lost. */
const HOUR_TAKEN_AFTER_MS = 30 * MINUTE_MS
/** How far back the sweep goes if it isn't known which hours were swept. */
const LOOKBACK_MS = DAY_MS

/**
 * M2: the hours of reminders that no sweep has handled yet. Each hour is swept once, whether its minutes were
 * scanned or not: storing that would cost a write a minute.
 * @param swept for each reminder's day, the time up to which hours were swept, ISO 8601
 */
export function unsweptHours(swept: ReadonlyMap<number, string>, now: Date): RemindedHours[] {
  const upToMs = Math.floor((now.getTime() - HOUR_TAKEN_AFTER_MS) / HOUR_MS) * HOUR_MS
  const upTo = isoSecond(new Date(upToMs))
  const before = isoSecond(new Date(upToMs - LOOKBACK_MS))
  return REMINDER_DAYS.map((day) => ({ day, from: swept.get(day) ?? before, upTo })).filter(
    ({ from }) => from < upTo,
  )
}

export const rangeOfHours = ({ day, from, upTo }: RemindedHours): DueRange => ({
  kind: 'claim',
  day,
  from: isoSecond(new Date(Date.parse(from) + reminderLeadMs(day))),
  to: isoSecond(new Date(Date.parse(upTo) - SECOND_MS + reminderLeadMs(day))),
})

/** M2: the range to read at `now`. If the minute isn't over yet, only what is due. */
export function rangeOf({ of, minute }: DueMinute, now: Date): DueRange & { readonly from: string } {
  const day = reminderDayOf(of)
  const aheadMs = day === undefined ? 0 : reminderLeadMs(day)
  const start = startOfMinute(Date.parse(minute))
  const last = Math.min(start + MINUTE_MS - SECOND_MS, now.getTime())
  return {
    kind: of === 'job' ? 'job' : 'claim',
    from: isoSecond(new Date(start + aheadMs)),
    to: isoSecond(new Date(last + aheadMs)),
    day,
  }
}
