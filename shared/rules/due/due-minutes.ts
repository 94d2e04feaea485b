import { DAY_MS, isoSecond, MINUTE_MS, SECOND_MS } from '../../lib/time.ts'
import { DECISION_WINDOW_MS, REMINDER_DAYS } from '../limits.ts'

/**
 * When the index of due work is looked into: at the end of every minute in which something falls due, for what falls due in
 * it. Claims are in the index by their end alone, so a reminder's minute is the same look into a later part of it.
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
  /** The minute's first second, ISO 8601 in UTC. */
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

const startOfMinute = (at: number): number => Math.floor(at / MINUTE_MS) * MINUTE_MS

/** The looks that an entry of the due index asks for. */
export function minutesOf({ kind, at }: Due, shard: string): DueMinute[] {
  const minute = (of: DueKind, aheadMs: number): DueMinute => ({
    of,
    minute: isoSecond(new Date(startOfMinute(Date.parse(at) - aheadMs))),
    shard,
  })
  if (kind === 'removal') return [minute('removal', 0)]
  return [minute('end', 0), ...REMINDER_DAYS.map((day) => minute(reminderKind(day), aheadOfEndMs(day)))]
}

/** When to look: never before the last thing of the minute is due. */
export const endOfMinute = ({ minute }: DueMinute): string =>
  isoSecond(new Date(Date.parse(minute) + MINUTE_MS))

/** M2: what is to be taken at `now`, which may come before the minute is over: nothing that isn't due yet. */
export function rangeOf({ of, minute }: DueMinute, now: Date): DueRange {
  const day = dayOf(of)
  const aheadMs = day === undefined ? 0 : aheadOfEndMs(day)
  const start = startOfMinute(Date.parse(minute))
  const last = Math.min(start + MINUTE_MS - SECOND_MS, now.getTime())
  return {
    kind: of === 'removal' ? 'removal' : 'claim',
    from: isoSecond(new Date(start + aheadMs)),
    to: isoSecond(new Date(last + aheadMs)),
    ...(day === undefined ? {} : { day }),
  }
}
