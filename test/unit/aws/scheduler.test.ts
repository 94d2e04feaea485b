import {
  ConflictException,
  CreateScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import 'aws-sdk-client-mock-vitest/extend'
import { dueSchedules } from '../../../shared/aws/scheduler.ts'
import type { DueMinute } from '../../../shared/rules/due/due-minutes.ts'
import { T0 } from '../../support/builders.ts'

const client = new SchedulerClient({ region: 'us-east-1' })
const scheduler = mockClient(client)
const due = { of: 'end', minute: '2026-03-15T09:30:00Z', shard: '17' } as const
const elsewhere = { ...due, shard: '05' }
const queue = (name: string) => ({
  queueArn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
  deadLettersArn: `arn:aws:sqs:us-east-1:000000000000:${name}-dead`,
})
const target = {
  group: 'due',
  roleArn: 'arn:aws:iam::000000000000:role/scheduler',
  scans: queue('due'),
  workers: { mail: queue('mails'), migrate: queue('migrations') },
}
const alone = { claimId: 'c1', worker: 'migrate', message: { claims: [{ recordId: 'a' }] } } as const
const lone = { ...due, alone }
const another = { ...due, alone: { ...alone, claimId: 'c2', message: { claims: [{ recordId: 'b' }] } } }
const messageOf = (minute: DueMinute) => JSON.stringify({ kind: 'due', ...minute })
const there = () => new ConflictException({ $metadata: {}, Message: 'there', message: 'there' })
const gone = () => new ResourceNotFoundException({ $metadata: {}, Message: 'gone', message: 'gone' })
const widened = { Target: expect.objectContaining({ Input: messageOf({ of: due.of, minute: due.minute }) }) }
const container = () => dueSchedules(client, target, () => T0)

describe('dueSchedules', () => {
  beforeEach(() => scheduler.reset())

  it('M1: asks for one that fires once, at the minute’s end, at a queue, and is gone then; undelivered, it is a dead letter', async () => {
    scheduler.on(CreateScheduleCommand).resolves({})
    await container()([due])
    expect(scheduler).toHaveReceivedCommandWith(CreateScheduleCommand, {
      Name: 'due-20260315T0930Z-end',
      GroupName: 'due',
      ScheduleExpression: 'at(2026-03-15T09:31:00)',
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: target.scans.queueArn,
        RoleArn: target.roleArn,
        Input: messageOf(due),
        DeadLetterConfig: { Arn: target.scans.deadLettersArn },
      },
    })
  })

  it('M1: a warm container asks once, however many claims fall due in the minute', async () => {
    scheduler.on(CreateScheduleCommand).resolves({})
    const schedule = container()
    await schedule([due, due])
    await schedule([due])
    expect(scheduler).toHaveReceivedCommandTimes(CreateScheduleCommand, 1)
    expect(scheduler).not.toHaveReceivedCommand(UpdateScheduleCommand)
  })

  it('M1: the reminders of a minute have one of their own, and so do deletions', async () => {
    scheduler.on(CreateScheduleCommand).resolves({})
    await container()([due, { ...due, of: 'reminder-7' }, { ...due, of: 'job' }])
    expect(scheduler).toHaveReceivedCommandTimes(CreateScheduleCommand, 3)
  })

  it('M1: where one claim falls due, it brings what is to be done to who does it', async () => {
    scheduler.on(CreateScheduleCommand).resolves({})
    const mail = {
      kind: 'reminder',
      mailId: 'c1/reminder/7',
      orgId: 'acme',
      claimId: 'c1',
      day: 7,
      causedAt: T0.toISOString(),
    } as const
    const reminder = {
      ...due,
      of: 'reminder-7',
      alone: { claimId: 'c1', worker: 'mail', message: mail },
    } as const
    await container()([lone, reminder])
    for (const [Name, { queueArn: Arn, deadLettersArn }, message] of [
      ['due-20260315T0930Z-end', target.workers.migrate, alone.message],
      ['due-20260315T0930Z-reminder-7', target.workers.mail, mail],
    ] as const)
      expect(scheduler).toHaveReceivedCommandWith(CreateScheduleCommand, {
        Name,
        Target: {
          Arn,
          RoleArn: target.roleArn,
          Input: JSON.stringify(message),
          DeadLetterConfig: { Arn: deadLettersArn },
        },
      })
  })

  it('M1: the same claim, told again, asks for nothing more', async () => {
    scheduler.on(CreateScheduleCommand).resolves({})
    const schedule = container()
    await schedule([lone, lone])
    await schedule([lone])
    expect(scheduler).toHaveReceivedCommandTimes(CreateScheduleCommand, 1)
    expect(scheduler).toHaveReceivedCommandWith(CreateScheduleCommand, {
      Target: expect.objectContaining({ Arn: target.workers.migrate.queueArn }),
    })
  })

  it('M1: where two claims of a shard ask at once, it is a look into that', async () => {
    scheduler.on(CreateScheduleCommand).resolves({})
    const schedule = container()
    await schedule([lone, another])
    await schedule([lone])
    expect(scheduler).toHaveReceivedCommandTimes(CreateScheduleCommand, 1)
    expect(scheduler).toHaveReceivedCommandWith(CreateScheduleCommand, {
      Target: expect.objectContaining({ Arn: target.scans.queueArn, Input: messageOf(due) }),
    })
  })

  it('M1: where another claim asks later, whoever made it, it becomes a look for all', async () => {
    scheduler.on(CreateScheduleCommand).resolvesOnce({}).rejects(there())
    scheduler.on(UpdateScheduleCommand).resolves({})
    const schedule = container()
    for (const one of [lone, another, lone]) await schedule([one])
    await container()([another])
    expect(scheduler).toHaveReceivedCommandTimes(UpdateScheduleCommand, 2)
    for (const n of [1, 2])
      expect(scheduler).toHaveReceivedNthCommandWith(UpdateScheduleCommand, n, {
        Target: expect.objectContaining({
          Arn: target.scans.queueArn,
          Input: messageOf({ of: due.of, minute: due.minute }),
        }),
      })
  })

  it('M1: where several shards ask at once, it is for all of them', async () => {
    scheduler.on(CreateScheduleCommand).resolves({})
    const schedule = container()
    await schedule([due, elsewhere])
    await schedule([due])
    expect(scheduler).toHaveReceivedCommandTimes(CreateScheduleCommand, 1)
    expect(scheduler).toHaveReceivedCommandWith(CreateScheduleCommand, widened)
  })

  it('M1: where another shard asks later, it is widened to all, once', async () => {
    scheduler.on(CreateScheduleCommand).resolves({}).on(UpdateScheduleCommand).resolves({})
    const schedule = container()
    for (const one of [due, elsewhere, elsewhere, due]) await schedule([one])
    expect(scheduler).toHaveReceivedCommandTimes(CreateScheduleCommand, 1)
    expect(scheduler).toHaveReceivedCommandTimes(UpdateScheduleCommand, 1)
    expect(scheduler).toHaveReceivedCommandWith(UpdateScheduleCommand, widened)
  })

  it('M1: one that another container made is widened too, since nobody knows what it names', async () => {
    scheduler.on(CreateScheduleCommand).rejects(there()).on(UpdateScheduleCommand).resolves({})
    const schedule = container()
    await schedule([due])
    await schedule([due])
    expect(scheduler).toHaveReceivedCommandTimes(CreateScheduleCommand, 1)
    expect(scheduler).toHaveReceivedCommandTimes(UpdateScheduleCommand, 1)
  })

  it('M2: one that is gone when it is to be widened is made anew', async () => {
    scheduler.on(CreateScheduleCommand).rejectsOnce(there()).resolves({})
    scheduler.on(UpdateScheduleCommand).rejects(gone())
    await container()([due])
    expect(scheduler).toHaveReceivedNthCommandWith(CreateScheduleCommand, 2, widened)
  })

  it('M1: one that was refused is asked for again when the change is told again', async () => {
    scheduler.on(CreateScheduleCommand).rejectsOnce(new Error('throttled')).resolves({})
    const schedule = container()
    await expect(schedule([due])).rejects.toThrow('throttled')
    await schedule([due])
    expect(scheduler).toHaveReceivedCommandTimes(CreateScheduleCommand, 2)
  })

  it('M2: none is asked for in the past, where it would be refused: what is overdue is the sweep’s', async () => {
    scheduler.on(CreateScheduleCommand).resolves({})
    await dueSchedules(client, target, () => new Date('2026-03-15T09:31:00Z'))([due])
    expect(scheduler).not.toHaveReceivedCommand(CreateScheduleCommand)
  })
})
