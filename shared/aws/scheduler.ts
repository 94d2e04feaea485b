import { ConflictException, CreateScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler'
import type { Clock } from '../kit/time.ts'

/** Names remembered by a warm container; after so many it starts afresh and at worst asks again for what exists. */
const REMEMBERED_SCHEDULES = 10_000

export interface ScheduleTarget {
  readonly group: string
  readonly queueArn: string
  /** Gets what can't be delivered to the queue for a day; without it that is dropped in silence. */
  readonly deadLettersArn: string
  readonly roleArn: string
}

/**
 * One-time schedules, one for each second at which work falls due, named after it: many claims share one, a second
 * request for it is no error, and a warm container asks once.
 */
export function dueSchedules(
  scheduler: SchedulerClient,
  { group, queueArn, deadLettersArn, roleArn }: ScheduleTarget,
  now: Clock,
) {
  let known = new Set<string>()
  /** @param at ISO 8601 in UTC, whole seconds */
  return async (at: string): Promise<void> => {
    // Told of late: a schedule for the past is refused, and the sweep takes what is overdue.
    if (known.has(at) || Date.parse(at) <= now().getTime()) return
    try {
      await scheduler.send(
        new CreateScheduleCommand({
          Name: `due-${at.replaceAll(/[-:]/g, '')}`,
          GroupName: group,
          ScheduleExpression: `at(${at.slice(0, 19)})`,
          ScheduleExpressionTimezone: 'UTC',
          FlexibleTimeWindow: { Mode: 'OFF' },
          ActionAfterCompletion: 'DELETE',
          // A queue, never a function: what can't be handled stays there to be looked at and sent again.
          Target: {
            Arn: queueArn,
            RoleArn: roleArn,
            Input: JSON.stringify({ kind: 'due', at }),
            DeadLetterConfig: { Arn: deadLettersArn },
          },
        }),
      )
    } catch (error) {
      if (!(error instanceof ConflictException)) throw error
    }
    if (known.size >= REMEMBERED_SCHEDULES) known = new Set()
    known.add(at)
  }
}
