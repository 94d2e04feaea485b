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

/** Schedule names cached by a warm container; at this many the cache is emptied, which at worst repeats some calls. */
const REMEMBERED_SCHEDULES = 10_000
/** Concurrent calls for one batch; EventBridge Scheduler allows about a thousand creations a second. */
const CALLS_AT_ONCE = 10

export interface ScheduleTarget {
  readonly group: string
  readonly queueArn: string
  /** Receives what can't be delivered to the queue within a day. Without it, that would be dropped silently. */
  readonly deadLettersArn: string
  readonly roleArn: string
}

/** `due-20260315T0930Z-end` */
const nameOf = ({ minute, of }: DueMinute): string =>
  `due-${minute.slice(0, 16).replaceAll(/[-:]/g, '')}Z-${of}`

/**
 * Creates one-time schedules: one for each minute in which work falls due and each kind of work, firing at the minute's
 * end and named after it, so many claims share one. Creating one that exists is no error, and a warm container asks
 * once.
 *
 * The first request names its shard, so that the look that follows needs one query. A request for another shard widens
 * the schedule to all shards. It is never narrowed, so concurrent requests can't undo each other.
 */
export function dueSchedules(
  scheduler: SchedulerClient,
  { group, queueArn, deadLettersArn, roleArn }: ScheduleTarget,
  now: Clock,
) {
  /** The shard that each known schedule names, or `all`. */
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
      // Target a queue and not the function: what can't be processed stays there, and can be inspected and sent again.
      Target: {
        Arn: queueArn,
        RoleArn: roleArn,
        Input: JSON.stringify({ kind: 'due', ...due }),
        DeadLetterConfig: { Arn: deadLettersArn },
      },
    }) as const

  /** @returns `false` if it exists already */
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
    // EventBridge refuses a schedule in the past; the sweep takes what is overdue.
    if (Date.parse(endOfMinute(due)) <= now().getTime()) return
    if (standing === undefined && (await create(due))) return remember(name, due.shard)
    await widen({ ...due, shard: undefined })
    remember(name, undefined)
  }

  return async (minutes: readonly DueMinute[]): Promise<void> => {
    await mapConcurrent(together(minutes), CALLS_AT_ONCE, ensure)
  }
}

/** One request per schedule: for its one shard, or for all where several shards ask. */
function together(minutes: readonly DueMinute[]): DueMinute[] {
  const byName = new Map<string, DueMinute>()
  for (const due of minutes) {
    const name = nameOf(due)
    const other = byName.get(name)
    byName.set(name, other === undefined || other.shard === due.shard ? due : { ...due, shard: undefined })
  }
  return [...byName.values()]
}
