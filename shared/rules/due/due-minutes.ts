import { DAY_MS, HOUR_MS, isoSecond, MINUTE_MS, SECOND_MS } from '../../lib/time.ts'
import { DECISION_WINDOW_MS, REMINDER_DAYS } from '../limits.ts'

/**
 * When the index of due work is looked into: at the end of every minute in which something falls due, for what falls due in
 * it. Claims are in the index by their end alone, so a reminder's look is the same one into a later part of it; and since a
 * reminder is no matter of minutes, those of a whole hour are looked for together, at its end.
 */
export type DueKind = 'end' | 'removal' | `reminder-${number}`

/** What stands in the due index for a record, and who takes it up: the claim's worker, or the one that removes. */
export interface Due {
  readonly kind: 'claim' | 'removal'
  /** Whole seconds. */
  readonly at: string
}

/** What one look takes. */
export interface DueMinute {
  readonly of: DueKind
  /** The minute's first second, of reminders the hour's, ISO 8601 in UTC. */
  readonly minute: string
  /** The only shard in which there is anything, where that is known. */
  readonly shard?: string | undefined
}

/** Part of the due index, both ends included, in whole seconds. */
export interface DueRange {
  readonly kind: Due['kind']
  readonly from?: string | undefined
  readonly to: string
  /** N1: those whose claims' ends are in it are reminded, and this is the day. */
  readonly day?: number | undefined
}

/** N1: how long before a claim's end it is reminded of on a day. */
export const aheadOfEndMs = (day: number): number => DECISION_WINDOW_MS - day * DAY_MS

const reminderKind = (day: number): DueKind => `reminder-${day}`
export const dueKinds: readonly DueKind[] = ['end', 'removal', ...REMINDER_DAYS.map(reminderKind)]

const dayOf = (of: DueKind): number | undefined => REMINDER_DAYS.find((day) => reminderKind(day) === of)

const startOf = (of: DueKind, at: number): number => Math.floor(at / lengthMsOf(of)) * lengthMsOf(of)

const lengthMsOf = (of: DueKind): number => (dayOf(of) === undefined ? MINUTE_MS : HOUR_MS)

/** The looks that an entry of the due index asks for. */
export function minutesOf({ kind, at }: Due, shard: string): DueMinute[] {
  const minute = (of: DueKind, aheadMs: number): DueMinute => ({
    of,
    minute: isoSecond(new Date(startOf(of, Date.parse(at) - aheadMs))),
    shard,
  })
  if (kind === 'removal') return [minute('removal', 0)]
  return [minute('end', 0), ...REMINDER_DAYS.map((day) => minute(reminderKind(day), aheadOfEndMs(day)))]
}

/** When to look: never before the last thing of the minute is due. */
export const endOfMinute = ({ of, minute }: Pick<DueMinute, 'of' | 'minute'>): string =>
  isoSecond(new Date(startOf(of, Date.parse(minute)) + lengthMsOf(of)))

/** When the claims are reminded that were to be on a day at an instant. */
export const remindedAt = (day: number, at: Date): string =>
  endOfMinute({ of: reminderKind(day), minute: isoSecond(at) })

/** The hour of reminders that a look has taken whole; `undefined`: of something else, or before the hour was over. */
export function takenHour(due: DueMinute, now: Date): RemindedHours | undefined {
  const day = dayOf(due.of)
  const upTo = endOfMinute(due)
  if (day === undefined || now.getTime() < Date.parse(upTo)) return undefined
  return { day, from: isoSecond(new Date(Date.parse(upTo) - HOUR_MS)), upTo }
}

/** Whole hours of a day's reminders: `from`, and before `upTo`, ISO 8601. */
export interface RemindedHours {
  readonly day: number
  readonly from: string
  readonly upTo: string
}

/** By then an hour's own look has come, or is lost. */
const HOUR_TAKEN_AFTER_MS = 30 * MINUTE_MS
/** How far back is looked where nobody knows how far they were taken. */
const LOOKED_BACK_MS = DAY_MS

/** M2: the hours of reminders that nobody has taken. @param taken by day, up to when they were */
export function untakenHours(taken: ReadonlyMap<number, string>, now: Date): RemindedHours[] {
  const upToMs = Math.floor((now.getTime() - HOUR_TAKEN_AFTER_MS) / HOUR_MS) * HOUR_MS
  const upTo = isoSecond(new Date(upToMs))
  const before = isoSecond(new Date(upToMs - LOOKED_BACK_MS))
  return REMINDER_DAYS.map((day) => ({ day, from: taken.get(day) ?? before, upTo })).filter(
    ({ from }) => from < upTo,
  )
}

export const rangeOfHours = ({ day, from, upTo }: RemindedHours): DueRange => ({
  kind: 'claim',
  day,
  from: isoSecond(new Date(Date.parse(from) + aheadOfEndMs(day))),
  to: isoSecond(new Date(Date.parse(upTo) - SECOND_MS + aheadOfEndMs(day))),
})

/** M2: what is to be taken at `now`, which may come before the minute is over: nothing that isn't due yet. */
export function rangeOf({ of, minute }: DueMinute, now: Date): DueRange {
  const day = dayOf(of)
  const aheadMs = day === undefined ? 0 : aheadOfEndMs(day)
  const start = startOf(of, Date.parse(minute))
  const last = Math.min(start + lengthMsOf(of) - SECOND_MS, now.getTime())
  return {
    kind: of === 'removal' ? 'removal' : 'claim',
    from: isoSecond(new Date(start + aheadMs)),
    to: isoSecond(new Date(last + aheadMs)),
    ...(day === undefined ? {} : { day }),
  }
}
