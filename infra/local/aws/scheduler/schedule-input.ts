import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { LOCAL_ACCOUNT_ID, LOCAL_REGION, scheduleArn } from '../names.ts'

export const DEFAULT_GROUP = 'default'
const MAX_INPUT_CHARS = 262_144

/** A name that Scheduler accepts for a schedule or a group. */
export const validName = z.string().regex(/^[0-9a-zA-Z-_.]{1,64}$/)

/** The body of CreateSchedule and UpdateSchedule, which is also the properties of an `AWS::Scheduler::Schedule`. */
export const scheduleInput = z.object({
  GroupName: validName.default(DEFAULT_GROUP),
  ScheduleExpression: z.string().min(1).max(256),
  ScheduleExpressionTimezone: z.literal('UTC').default('UTC'),
  FlexibleTimeWindow: z.object({
    Mode: z.enum(['OFF', 'FLEXIBLE']),
    MaximumWindowInMinutes: z.number().optional(),
  }),
  Target: z.looseObject({
    Arn: z.string().startsWith('arn:'),
    RoleArn: z.string().startsWith('arn:'),
    Input: z.string().max(MAX_INPUT_CHARS).optional(),
    DeadLetterConfig: z.object({ Arn: z.string().startsWith('arn:aws:sqs:') }).optional(),
  }),
  StartDate: z.never().optional(),
  EndDate: z.never().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
  Description: z.string().max(512).optional(),
  ClientToken: z.string().optional(),
})
export type ScheduleInput = z.output<typeof scheduleInput>

export const storedSchedule = z.object({
  name: validName,
  input: scheduleInput,
  /** When it is due next, in milliseconds since 1970; null if never again. */
  nextAtMs: z.number().nullable(),
})
export type StoredSchedule = z.output<typeof storedSchedule>

/** The message for the target: the input, with its `<aws.scheduler.…>` placeholders replaced. */
export function messageFor(schedule: StoredSchedule, at: Date): string {
  const { input } = schedule
  const arn = scheduleArn(input.GroupName, schedule.name)
  const time = at.toISOString().replace('.000Z', 'Z')
  const executionId = randomUUID()
  if (input.Target.Input === undefined) {
    return JSON.stringify({
      version: '0',
      id: executionId,
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: LOCAL_ACCOUNT_ID,
      time,
      region: LOCAL_REGION,
      resources: [arn],
      detail: '{}',
    })
  }
  return input.Target.Input.replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.scheduled-time>', time)
    .replaceAll('<aws.scheduler.execution-id>', executionId)
    .replaceAll('<aws.scheduler.attempt-number>', '1')
}
