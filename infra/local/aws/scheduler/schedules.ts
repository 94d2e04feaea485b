import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod'
import type { VirtualClock } from '../../clock/clock.ts'
import { parseScheduleExpression, type Recurrence } from './schedule-expressions.ts'
import {
  DEFAULT_GROUP,
  messageFor,
  scheduleInput,
  type ScheduleInput,
  validName,
  type StoredSchedule,
  storedSchedule,
} from './schedule-input.ts'
import { ServiceError } from '../emulated-service.ts'
import type { LocalState } from '../state.ts'

/** A one-time schedule that is late by less than this is accepted and fires at once; an older one is refused. */
const LATEST_CREATION_MS = 60_000

export interface Occurrence {
  group: string
  name: string
  at: Date
  /** The interval of a `rate()`. */
  everyMs?: number
  /** Whether it is a `rate()`. */
  recurring: boolean
  /** The target's ARN. */
  target: string
}

/** Delivers to a schedule's target, under the schedule's role. Rejects if that isn't allowed or possible. */
export type SendToTarget = (
  target: { arn: string; roleArn: string; input: string; deadLetterArn?: string | undefined },
  schedule: { group: string; name: string; at: Date },
) => Promise<void>

export interface Schedules {
  createGroup(name: string): void
  create(name: string, input: ScheduleInput): void
  update(name: string, input: ScheduleInput): void
  /** @throws ServiceError ResourceNotFoundException if there is none */
  delete(group: string, name: string): void
  all(): StoredSchedule[]
  /** The next occurrence of each schedule that is due at `until` or before, the earliest first. */
  dueBefore(until: Date): Occurrence[]
  /**
   * Delivers to the occurrence's target. The occurrence stays due until that succeeds. Does nothing if the schedule
   * is gone.
   */
  fire(occurrence: Occurrence): Promise<void>
  /** Delivers like `fire`, but the occurrence stays due. */
  fireAhead(occurrence: Occurrence): Promise<void>
  list(): { name: string; group: string; at: string; target: string; expression: string; everyMs?: number }[]
  /**
   * Creates the schedule of an `AWS::Scheduler::Schedule` with resolved properties. An existing one keeps its next
   * time.
   */
  putFromTemplate(properties: unknown): void
}

const keyOf = (group: string, scheduleName: string) => `schedule/${group}/${scheduleName}`
const groupKey = (group: string) => `schedule-group/${group}`

function recurrenceOf(input: ScheduleInput): Recurrence {
  const recurrence = parseScheduleExpression(input.ScheduleExpression)
  if (recurrence === undefined) {
    throw new ServiceError('ValidationException', `Invalid Schedule Expression ${input.ScheduleExpression}.`)
  }
  return recurrence
}

/** When a new schedule is first due. A rate is first due when it is created, at `fromMs`. */
function firstTime(input: ScheduleInput, fromMs: number): number {
  const recurrence = recurrenceOf(input)
  return recurrence.kind === 'at' ? recurrence.atMs : fromMs
}

function timeAfter(schedule: StoredSchedule, atMs: number): number | null {
  const recurrence = recurrenceOf(schedule.input)
  if (recurrence.kind === 'at') return null
  return atMs + recurrence.everyMs
}

/** The schedules stored in `state`, due on the service's clock. They are delivered at least once. */
export function createSchedules(o: {
  state: LocalState
  clock: VirtualClock
  send: SendToTarget
}): Schedules {
  const { state, clock } = o
  const schedules = new Map<string, StoredSchedule>(
    state.list('schedule/').map(([key, value]) => [key, storedSchedule.parse(value)]),
  )
  const save = (schedule: StoredSchedule) => {
    const key = keyOf(schedule.input.GroupName, schedule.name)
    state.set(key, schedule)
    schedules.set(key, schedule)
  }
  const remove = (key: string) => {
    state.delete(key)
    schedules.delete(key)
  }
  const groupExists = (group: string) => group === DEFAULT_GROUP || state.get(groupKey(group)) !== undefined
  const requireGroup = (group: string) => {
    if (!groupExists(group)) {
      throw new ServiceError('ResourceNotFoundException', `Schedule group ${group} does not exist.`, 404)
    }
  }
  const get = (group: string, scheduleName: string): StoredSchedule => {
    const schedule = schedules.get(keyOf(group, scheduleName))
    if (schedule === undefined) {
      throw new ServiceError('ResourceNotFoundException', `Schedule ${scheduleName} does not exist.`, 404)
    }
    return schedule
  }
  const nextTime = (input: ScheduleInput): number => {
    const nowMs = clock.now().getTime()
    const next = firstTime(input, nowMs)
    if (recurrenceOf(input).kind === 'at' && next < nowMs - LATEST_CREATION_MS) {
      throw new ServiceError(
        'ValidationException',
        `Invalid Schedule Expression ${input.ScheduleExpression}: it is past.`,
      )
    }
    return next
  }
  const put = (scheduleName: string, input: ScheduleInput) =>
    save({ name: scheduleName, input, nextAtMs: nextTime(input) })
  const occurrence = (schedule: StoredSchedule, atMs: number): Occurrence => {
    const recurrence = recurrenceOf(schedule.input)
    return {
      group: schedule.input.GroupName,
      name: schedule.name,
      at: new Date(atMs),
      ...(recurrence.kind === 'rate' ? { everyMs: recurrence.everyMs } : {}),
      recurring: recurrence.kind !== 'at',
      target: schedule.input.Target.Arn,
    }
  }
  const pending = (untilMs: number): Occurrence[] =>
    [...schedules.values()]
      .flatMap((schedule) => {
        const { nextAtMs, input } = schedule
        return nextAtMs === null || nextAtMs > untilMs || input.State === 'DISABLED'
          ? []
          : [occurrence(schedule, nextAtMs)]
      })
      .sort((a, b) => a.at.getTime() - b.at.getTime())

  const deliver = async (schedule: StoredSchedule, at: Date): Promise<void> => {
    const { GroupName: group, Target } = schedule.input
    const { Arn: arn, RoleArn: roleArn, DeadLetterConfig } = Target
    const deadLetterArn = DeadLetterConfig?.Arn
    await o.send(
      { arn, roleArn, input: messageFor(schedule, at), deadLetterArn },
      { group, name: schedule.name, at },
    )
  }

  return {
    createGroup: (group) => state.set(groupKey(group), {}),
    create(scheduleName, input) {
      requireGroup(input.GroupName)
      const existing = schedules.get(keyOf(input.GroupName, scheduleName))
      if (existing !== undefined) {
        // The client's own retry has sent the same request again.
        if (input.ClientToken !== undefined && isDeepStrictEqual(existing.input, input)) return
        throw new ServiceError('ConflictException', `Schedule ${scheduleName} already exists.`, 409)
      }
      put(scheduleName, input)
    },
    update(scheduleName, input) {
      get(input.GroupName, scheduleName)
      put(scheduleName, input)
    },
    delete(group, scheduleName) {
      get(group, scheduleName)
      remove(keyOf(group, scheduleName))
    },
    all: () => [...schedules.values()],
    dueBefore: (until) => pending(until.getTime()),
    async fireAhead({ group, name: scheduleName, at }) {
      const schedule = schedules.get(keyOf(group, scheduleName))
      if (schedule !== undefined) await deliver(schedule, at)
    },
    async fire({ group, name: scheduleName, at }) {
      const key = keyOf(group, scheduleName)
      const schedule = schedules.get(key)
      if (schedule === undefined) return
      await deliver(schedule, at)
      // Deleted or replaced by another schedule during delivery.
      if (schedules.get(key) !== schedule) return
      const nextAtMs = timeAfter(schedule, at.getTime())
      if (nextAtMs === null && schedule.input.ActionAfterCompletion === 'DELETE') remove(key)
      else save({ ...schedule, nextAtMs })
    },
    list: () =>
      pending(Number.POSITIVE_INFINITY).map(({ at, recurring: _, ...rest }) => ({
        ...rest,
        at: at.toISOString(),
        expression: get(rest.group, rest.name).input.ScheduleExpression,
      })),
    putFromTemplate(properties) {
      const { Name, ...rest } = z.looseObject({ Name: validName }).parse(properties)
      const input = scheduleInput.parse(rest)
      requireGroup(input.GroupName)
      const existing = schedules.get(keyOf(input.GroupName, Name))
      if (existing !== undefined && isDeepStrictEqual(existing.input, JSON.parse(JSON.stringify(input))))
        return
      put(Name, input)
    },
  }
}
