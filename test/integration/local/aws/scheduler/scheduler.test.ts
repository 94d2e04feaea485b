import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClock } from '../../../../../infra/local/clock/clock.ts'
import { createScheduler } from '../../../../../infra/local/aws/scheduler/scheduler.ts'
import { openState } from '../../../../../infra/local/aws/state.ts'
import { type AwsParts, outsideClient, startAwsParts } from '../aws-parts.ts'

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:due'
const ROLE = 'arn:aws:iam::000000000000:role/scheduler'
const MINUTE_MS = 60_000

const at = (time: Date) => `at(${time.toISOString().slice(0, 19)})`
const schedule = (o: Partial<CreateScheduleCommandInput> & { Name: string }): CreateScheduleCommandInput => ({
  ScheduleExpression: 'at(2099-01-01T00:00:00)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: QUEUE, RoleArn: ROLE, Input: '{"due":"<aws.scheduler.scheduled-time>"}' },
  ...o,
})

describe('EventBridge Scheduler over its own protocol', () => {
  let parts: AwsParts
  let client: SchedulerClient
  const sent: { arn: string; roleArn: string; input: string }[] = []
  let whileSending = async () => {}
  let refuse = false
  const create = (o: Partial<CreateScheduleCommandInput> & { Name: string }) =>
    client.send(new CreateScheduleCommand(schedule(o)))
  const soon = (ms: number) => new Date(Math.ceil((parts.clock.now().getTime() + ms) / 1000) * 1000)

  beforeAll(async () => {
    parts = await startAwsParts({
      statements: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
      async send(target) {
        if (refuse) throw new Error('not now')
        await whileSending()
        sent.push(target)
      },
    })
    client = new SchedulerClient(outsideClient(parts.gateway))
    parts.schedules.createGroup('group')
  })
  afterAll(() => parts.stop())
  beforeEach(() => {
    sent.length = 0
    refuse = false
    whileSending = async () => {}
    for (const { input, name } of parts.schedules.all()) parts.schedules.delete(input.GroupName, name)
  })

  it('fires a one-time schedule once, at its second, with its input, and deletes it if told to', async () => {
    const time = soon(5 * MINUTE_MS)
    await create({
      Name: 'once',
      GroupName: 'group',
      ScheduleExpression: at(time),
      ActionAfterCompletion: 'DELETE',
    })
    expect(parts.schedules.list()).toEqual([
      { name: 'once', group: 'group', at: time.toISOString(), target: QUEUE, expression: at(time) },
    ])
    expect(parts.schedules.dueBefore(new Date(time.getTime() - 1))).toEqual([])
    const [due, ...others] = parts.schedules.dueBefore(time)
    expect([due, others]).toEqual([
      { group: 'group', name: 'once', at: time, recurring: false, target: QUEUE },
      [],
    ])
    if (due !== undefined) await parts.schedules.fire(due)
    const scheduled = time.toISOString().replace('.000Z', 'Z')
    expect(sent).toEqual([{ arn: QUEUE, roleArn: ROLE, input: `{"due":"${scheduled}"}` }])
    expect(parts.schedules.all()).toEqual([])
  })

  it('keeps a one-time schedule without that, and never fires it again', async () => {
    const time = soon(MINUTE_MS)
    await create({ Name: 'kept', ScheduleExpression: at(time) })
    for (const due of parts.schedules.dueBefore(time)) await parts.schedules.fire(due)
    expect(parts.schedules.dueBefore(new Date('2100-01-01'))).toEqual([])
    expect(parts.schedules.all()).toMatchObject([{ name: 'kept', input: { State: 'ENABLED' } }])
  })

  it('has schedules fall due in the order of their times', async () => {
    const times = [3, 1, 2].map((minutes) => soon(minutes * MINUTE_MS))
    for (const [i, time] of times.entries()) await create({ Name: `n${i}`, ScheduleExpression: at(time) })
    expect(parts.schedules.dueBefore(soon(9 * MINUTE_MS)).map(({ name }) => name)).toEqual(['n1', 'n2', 'n0'])
  })

  it('has a rate begin at once and go on from the time it was due, not from when it was handled', async () => {
    await create({ Name: 'sweep', ScheduleExpression: 'rate(15 minutes)' })
    const [first] = parts.schedules.dueBefore(parts.clock.now())
    expect(first).toMatchObject({ name: 'sweep', recurring: true, everyMs: 15 * MINUTE_MS })
    if (first === undefined) return
    await parts.schedules.fire(first)
    const second = new Date(first.at.getTime() + 15 * MINUTE_MS)
    expect(parts.schedules.dueBefore(second)).toMatchObject([{ name: 'sweep', at: second }])
    const skipped = new Date(first.at.getTime() + 150 * MINUTE_MS)
    await parts.schedules.fire({ ...first, at: skipped })
    const next = new Date(skipped.getTime() + 15 * MINUTE_MS)
    expect(parts.schedules.dueBefore(next)).toMatchObject([{ name: 'sweep', at: next }])
  })

  it('stays due while its target refuses', async () => {
    const time = soon(MINUTE_MS)
    await create({ Name: 'refused', ScheduleExpression: at(time), ActionAfterCompletion: 'DELETE' })
    const [due] = parts.schedules.dueBefore(time)
    refuse = true
    await expect(due && parts.schedules.fire(due)).rejects.toThrow('not now')
    expect(parts.schedules.dueBefore(time)).toHaveLength(1)
  })

  it('does not fire what was deleted meanwhile, or is disabled', async () => {
    const time = soon(MINUTE_MS)
    await create({ Name: 'deleted', ScheduleExpression: at(time) })
    await create({ Name: 'disabled', ScheduleExpression: at(time), State: 'DISABLED' })
    const due = parts.schedules.dueBefore(time)
    parts.schedules.delete('default', 'deleted')
    for (const occurrence of due) await parts.schedules.fire(occurrence)
    expect(sent).toEqual([])
  })

  it('leaves alone a schedule that took the place of one while that was delivered', async () => {
    const time = soon(MINUTE_MS)
    const later = soon(2 * MINUTE_MS)
    await create({ Name: 'replaced', ScheduleExpression: at(time), ActionAfterCompletion: 'DELETE' })
    whileSending = async () => {
      parts.schedules.delete('default', 'replaced')
      await create({ Name: 'replaced', ScheduleExpression: at(later), ActionAfterCompletion: 'DELETE' })
    }
    for (const occurrence of parts.schedules.dueBefore(time)) await parts.schedules.fire(occurrence)
    expect(parts.schedules.dueBefore(later)).toMatchObject([{ name: 'replaced', at: later }])
  })

  it('answers a name that is taken with a conflict, save to a repetition of the same request', async () => {
    const request = { Name: 'taken', ClientToken: 'token' }
    await create(request)
    await create(request)
    await expect(create({ Name: 'taken' })).rejects.toMatchObject({ name: 'ConflictException' })
    const other = create({ ...request, ScheduleExpression: 'rate(1 hour)' })
    await expect(other).rejects.toMatchObject({
      name: 'ConflictException',
      $metadata: { httpStatusCode: 409 },
    })
  })

  it('refuses an unknown group, expressions that say nothing, and times long past', async () => {
    const unknown = create({ Name: 'n', GroupName: 'unknown' })
    await expect(unknown).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    const past = at(new Date(parts.clock.now().getTime() - 10 * MINUTE_MS))
    for (const ScheduleExpression of [
      'at(tomorrow)',
      'at(2099-02-30T00:00:00)',
      'rate(0 minutes)',
      'cron(0 0 * * ? *)',
      past,
    ]) {
      const refused = create({ Name: 'n', ScheduleExpression })
      await expect(refused).rejects.toMatchObject({ name: 'ValidationException' })
    }
    const zoned = create({ Name: 'n', ScheduleExpressionTimezone: 'Europe/Amsterdam' })
    await expect(zoned).rejects.toMatchObject({ name: 'ValidationException' })
    const bounded = create({ Name: 'n', ScheduleExpression: 'rate(1 hour)', EndDate: soon(MINUTE_MS) })
    await expect(bounded).rejects.toMatchObject({ name: 'ValidationException' })
    await expect(create({ Name: 'no spaces' })).rejects.toMatchObject({ name: 'ValidationException' })
  })

  it('replaces a schedule as a whole on update, and no other', async () => {
    for (const Name of ['a1', 'a2', 'b1']) await create({ Name, GroupName: 'group' })
    await create({ Name: 'a3' })
    const { Target, FlexibleTimeWindow } = schedule({ Name: 'a1' })
    const changed = {
      Name: 'a1',
      GroupName: 'group',
      ScheduleExpression: 'rate(1 day)',
      Target,
      FlexibleTimeWindow,
    }
    await client.send(new UpdateScheduleCommand(changed))
    const expressions = parts.schedules
      .all()
      .map(({ name, input }) => [input.GroupName, name, input.ScheduleExpression])
    expect(expressions).toEqual([
      ['group', 'a1', 'rate(1 day)'],
      ['group', 'a2', 'at(2099-01-01T00:00:00)'],
      ['group', 'b1', 'at(2099-01-01T00:00:00)'],
      ['default', 'a3', 'at(2099-01-01T00:00:00)'],
    ])
    const unknown = client.send(new UpdateScheduleCommand({ ...changed, Name: 'unknown' }))
    await expect(unknown).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })
})

describe('schedules of the template', () => {
  it('keep their next time over a restart, and take over what the template changed', () => {
    const state = openState(undefined)
    const clock = createClock(state, () => Date.UTC(2030, 0, 1))
    const open = () => createScheduler({ state, clock, send: async () => {} })
    const properties = {
      Name: 'sweep',
      GroupName: 'group',
      ScheduleExpression: 'rate(15 minutes)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: QUEUE, RoleArn: ROLE, Input: '{}' },
    }
    const before = open()
    before.createGroup('group')
    before.putFromTemplate(properties)
    const [due] = before.dueBefore(clock.now())
    expect(due).toBeDefined()
    return (due === undefined ? Promise.resolve() : before.fire(due)).then(() => {
      const after = open()
      after.createGroup('group')
      after.putFromTemplate(properties)
      expect(after.list()).toMatchObject([{ name: 'sweep', at: '2030-01-01T00:15:00.000Z' }])
      after.putFromTemplate({ ...properties, ScheduleExpression: 'rate(1 hour)' })
      expect(after.list()).toMatchObject([{ everyMs: 60 * MINUTE_MS }])
      state.close()
    })
  })
})
