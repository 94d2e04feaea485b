import { ConflictException, CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import 'aws-sdk-client-mock-vitest/extend'
import { dueSchedules } from '../../../shared/aws/scheduler.ts'
import { T0 } from '../../support/builders.ts'

const client = new SchedulerClient({ region: 'us-east-1' })
const scheduler = mockClient(client)
const at = '2026-03-15T09:30:15Z'
const target = {
  group: 'due',
  queueArn: 'arn:aws:sqs:us-east-1:000000000000:due',
  deadLettersArn: 'arn:aws:sqs:us-east-1:000000000000:due-dead',
  roleArn: 'arn:aws:iam::000000000000:role/scheduler',
}

describe('dueSchedules', () => {
  beforeEach(() => scheduler.reset())

  it('M1: asks for one that fires once, at that very second, at a queue, and is gone then; undelivered, it is a dead letter', async () => {
    scheduler.on(CreateScheduleCommand).resolves({})
    await dueSchedules(client, target, () => T0)(at)
    expect(scheduler).toHaveReceivedCommandWith(CreateScheduleCommand, {
      Name: 'due-20260315T093015Z',
      GroupName: 'due',
      ScheduleExpression: 'at(2026-03-15T09:30:15)',
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: target.queueArn,
        RoleArn: target.roleArn,
        Input: JSON.stringify({ kind: 'due', at }),
        DeadLetterConfig: { Arn: target.deadLettersArn },
      },
    })
  })

  it('M1: one that is there already is no error, and is not asked for again', async () => {
    scheduler
      .on(CreateScheduleCommand)
      .rejects(new ConflictException({ $metadata: {}, Message: 'there', message: 'there' }))
    const schedule = dueSchedules(client, target, () => T0)
    await schedule(at)
    await schedule(at)
    expect(scheduler).toHaveReceivedCommandTimes(CreateScheduleCommand, 1)
  })

  it('M1: one that was refused is asked for again when the change is told again', async () => {
    scheduler.on(CreateScheduleCommand).rejectsOnce(new Error('throttled')).resolves({})
    const schedule = dueSchedules(client, target, () => T0)
    await expect(schedule(at)).rejects.toThrow('throttled')
    await schedule(at)
    expect(scheduler).toHaveReceivedCommandTimes(CreateScheduleCommand, 2)
  })

  it('M2: none is asked for in the past, where it would be refused: what is overdue is the sweep’s', async () => {
    scheduler.on(CreateScheduleCommand).resolves({})
    await dueSchedules(client, target, () => new Date(at))(at)
    expect(scheduler).not.toHaveReceivedCommand(CreateScheduleCommand)
  })
})
