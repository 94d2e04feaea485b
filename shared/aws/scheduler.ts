import {
  ConflictException,
  CreateScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import { type DueMinute, endOfMinute } from '../rules/due/due-minutes.ts'
import { mapConcurrent } from '../lib/concurrency.ts'
import type { Clock } from '../lib/time.ts'

/** Names remembered by a warm container; after so many it starts afresh and at worst asks again for what exists. */
const REMEMBERED_SCHEDULES = 10_000
/** Of one batch of changes; EventBridge Scheduler takes some thousand creations a second. */
const CALLS_AT_ONCE = 10

export interface ScheduleTarget {
  readonly group: string
  readonly queueArn: string
  /** Gets what can't be delivered to the queue for a day; without it that is dropped in silence. */
  readonly deadLettersArn: string
  readonly roleArn: string
}

/** `due-20260315T0930Z-end` */
const nameOf = ({ minute, of }: DueMinute): string =>
  `due-${minute.slice(0, 16).replaceAll(/[-:]/g, '')}Z-${of}`

/**
 * One-time schedules, one for each minute in which something falls due and each kind of what does, set to the minute's end and
 * named after it: many claims share one, a second request for it is no error, and a warm container asks once. The first one
 * to ask names the shard that it knows of, so that the look that follows needs a single query; for any other the schedule is
 * widened to all shards, and never narrowed: of two that widen it at once, neither takes anything from the other.
 */
export function dueSchedules(
  scheduler: SchedulerClient,
  { group, queueArn, deadLettersArn, roleArn }: ScheduleTarget,
  now: Clock,
) {
  /** The one shard that a schedule is known to name; `all`. */
  let known = new Map<string, string>()
  const remember = (name: string, shard: string | undefined): void => {
    if (known.size >= REMEMBERED_SCHEDULES) known = new Map()
    known.set(name, shard ?? 'all')
  }

  const definitionOf = (due: DueMinute) =>
    ({
      Name: nameOf(due),
      GroupName: group,
      ScheduleExpression: `at(${endOfMinute(due).slice(0, 19)})`,
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      // A queue, never a function: what can't be handled stays there to be looked at and sent again.
      Target: {
        Arn: queueArn,
        RoleArn: roleArn,
        Input: JSON.stringify({ kind: 'due', ...due }),
        DeadLetterConfig: { Arn: deadLettersArn },
      },
    }) as const

  /** `false`: there is one already. */
  async function create(due: DueMinute): Promise<boolean> {
    try {
      await scheduler.send(new CreateScheduleCommand(definitionOf(due)))
      return true
    } catch (error) {
      if (error instanceof ConflictException) return false
      throw error
    }
  }

  async function widen(due: DueMinute): Promise<void> {
    try {
      await scheduler.send(new UpdateScheduleCommand(definitionOf(due)))
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error
      await create(due)
    }
  }

  async function ensure(due: DueMinute): Promise<void> {
    const name = nameOf(due)
    const standing = known.get(name)
    if (standing === 'all' || (standing !== undefined && standing === due.shard)) return
    // Told of late: a schedule for the past is refused, and the sweep takes what is overdue.
    if (Date.parse(endOfMinute(due)) <= now().getTime()) return
    if (standing === undefined && (await create(due))) return remember(name, due.shard)
    await widen({ ...due, shard: undefined })
    remember(name, undefined)
  }

  return async (minutes: readonly DueMinute[]): Promise<void> => {
    await mapConcurrent(together(minutes), CALLS_AT_ONCE, ensure)
  }
}

/** One of each schedule; where several shards ask for it, of all. */
function together(minutes: readonly DueMinute[]): DueMinute[] {
  const byName = new Map<string, DueMinute>()
  for (const due of minutes) {
    const name = nameOf(due)
    const other = byName.get(name)
    byName.set(name, other === undefined || other.shard === due.shard ? due : { ...due, shard: undefined })
  }
  return [...byName.values()]
}
