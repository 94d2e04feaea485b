import {
  ConflictException,
  CreateScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import type { DueMessage } from '../contracts/messages/due.ts'
import type { LoneWork, ScheduledMinute } from '../contracts/scheduled-work.ts'
import { type DueMinute, endOfMinute } from '../rules/due/due-minutes.ts'
import { mapConcurrent } from '../lib/concurrency.ts'
import type { Clock } from '../lib/time.ts'

/** Schedule names cached by a warm container; at this many the cache is emptied, which at worst repeats some calls. */
const REMEMBERED_SCHEDULES = 10_000
/** Concurrent calls for one batch; EventBridge Scheduler allows about a thousand creations a second. */
const CALLS_AT_ONCE = 10

export interface ScheduleTarget {
  readonly group: string
  readonly roleArn: string
  /** Where due work is looked for. */
  readonly scans: QueueArns
  /** Where it is done. */
  readonly workers: Readonly<Record<LoneWork['worker'], QueueArns>>
}

export interface QueueArns {
  readonly queueArn: string
  /** Receives what can't be delivered to the queue within a day. Without it, that would be dropped silently. */
  readonly deadLettersArn: string
}

/** `due-20260315T0930Z-end` */
const nameOf = ({ minute, of }: DueMinute): string =>
  `due-${minute.slice(0, 16).replaceAll(/[-:]/g, '')}Z-${of}`

/**
 * Creates one-time schedules: one for each minute in which work falls due and each kind of work, firing at the minute's
 * end and named after it, so many claims share one. Creating one that exists is no error, and a warm container asks
 * once.
 *
 * The first request names what is to be done, so that nobody has to look: its message goes to the worker. A request for
 * another claim widens the schedule to a look into all shards. Several at once that agree on a shard name that, so that the
 * look needs one query. A schedule is never narrowed, so concurrent requests can't undo each other.
 */
export function dueSchedules(
  scheduler: SchedulerClient,
  { group, roleArn, scans, workers }: ScheduleTarget,
  now: Clock,
) {
  /** What each known schedule names. */
  let known = new Map<string, Named>()
  const remember = (name: string, named: Named): void => {
    if (known.size >= REMEMBERED_SCHEDULES) known = new Map()
    known.set(name, named)
  }

  const targetOf = ({ alone, ...scan }: ScheduledMinute) => {
    const { queueArn, deadLettersArn } = alone === undefined ? scans : workers[alone.worker]
    return {
      Arn: queueArn,
      RoleArn: roleArn,
      Input: JSON.stringify(alone?.message ?? ({ kind: 'due', ...scan } satisfies DueMessage)),
      DeadLetterConfig: { Arn: deadLettersArn },
    }
  }

  const definitionOf = (due: ScheduledMinute) =>
    ({
      Name: nameOf(due),
      GroupName: group,
      ScheduleExpression: `at(${endOfMinute(due).slice(0, 19)})`,
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      // Target a queue and not the function: what can't be processed stays there, and can be inspected and sent again.
      Target: targetOf(due),
    }) as const

  /** @returns `false` if it exists already */
  async function create(due: ScheduledMinute): Promise<boolean> {
    try {
      await scheduler.send(new CreateScheduleCommand(definitionOf(due)))
      return true
    } catch (error) {
      if (error instanceof ConflictException) return false
      throw error
    }
  }

  async function widen(due: ScheduledMinute): Promise<void> {
    try {
      await scheduler.send(new UpdateScheduleCommand(definitionOf(due)))
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error
      await create(due)
    }
  }

  async function ensure(due: ScheduledMinute): Promise<void> {
    const name = nameOf(due)
    const scheduled = known.get(name)
    if (scheduled !== undefined && covers(scheduled, due)) return
    // EventBridge refuses a schedule in the past; the sweep takes what is overdue.
    if (Date.parse(endOfMinute(due)) <= now().getTime()) return
    if (scheduled === undefined && (await create(due))) return remember(name, namedBy(due))
    await widen(everywhere(due))
    remember(name, 'all')
  }

  return async (minutes: readonly ScheduledMinute[]): Promise<void> => {
    await mapConcurrent(together(minutes), CALLS_AT_ONCE, ensure)
  }
}

/** A claim, all that falls due in a shard, or all that falls due. */
type Named = { readonly claimId: string } | { readonly shard: string } | 'all'

const namedBy = ({ alone, shard }: ScheduledMinute): Named => {
  if (alone !== undefined) return { claimId: alone.claimId }
  return shard === undefined ? 'all' : { shard }
}

function covers(scheduled: Named, { alone, shard }: ScheduledMinute): boolean {
  if (scheduled === 'all') return true
  return 'shard' in scheduled ? scheduled.shard === shard : scheduled.claimId === alone?.claimId
}

const everywhere = ({ of, minute }: DueMinute): DueMinute => ({ of, minute })

/** One request per schedule: for its one claim; for its one shard, or for all, where several ask. */
function together(minutes: readonly ScheduledMinute[]): ScheduledMinute[] {
  const byName = new Map<string, ScheduledMinute>()
  for (const due of minutes) {
    const name = nameOf(due)
    const other = byName.get(name)
    byName.set(name, other === undefined ? due : both(other, due))
  }
  return [...byName.values()]
}

function both(one: ScheduledMinute, other: ScheduledMinute): ScheduledMinute {
  if (one.alone !== undefined && one.alone.claimId === other.alone?.claimId) return other
  const { of, minute, shard } = one
  return shard === other.shard ? { of, minute, shard } : everywhere(one)
}
