import { describe, expect, it } from 'vitest'
import { faultOf, InputError } from '../../../shared/lib/errors.ts'
import * as z from 'zod'
import { type QueueJob, queueHandler, wellFormed } from '../../../shared/lib/queue-handler.ts'
import { HOUR_MS, SECOND_MS } from '../../../shared/lib/time.ts'
import { Unavailable } from '../../../shared/lib/unavailable.ts'
import { fakeFailed, recordedLog, sqsEvent } from '../../support/fakes.ts'
import { lambdaContext } from '../../support/lambda.ts'

const context = lambdaContext(() => 30_000)
const message = (messageId: string, body: unknown, receives = 1) => ({
  messageId,
  body: JSON.stringify(body),
  receives,
})
const throttled = () =>
  Object.assign(new Error('Rate exceeded'), {
    name: 'ThrottlingException',
    $metadata: { httpStatusCode: 400 },
  })
const start = new Date('2026-11-26T12:00:00Z')
const later = (ms: number) => new Date(start.getTime() + ms)

describe('queueHandler', () => {
  it('reports the messages that failed, and no others, for another delivery', async () => {
    const { port } = fakeFailed()
    const handler = queueHandler(
      recordedLog(),
      port,
      { schema: z.unknown(), atOnce: 2 },
      async ({ body }) => {
        if (body === 'bad') throw new Error('no luck')
      },
    )
    const response = await handler(
      sqsEvent([message('1', 'good'), message('2', 'bad'), message('3', 'good')]),
      context,
    )
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] })
  })

  it('reports none where all is well, and every one where all fails', async () => {
    const all = sqsEvent([message('1', 0), message('2', 0)])
    const { port } = fakeFailed()
    const fine = await queueHandler(
      recordedLog(),
      port,
      { schema: z.unknown(), atOnce: 5 },
      async () => undefined,
    )(all, context)
    expect(fine).toEqual({ batchItemFailures: [] })
    const failing = queueHandler(recordedLog(), port, { schema: z.unknown(), atOnce: 5 }, () =>
      Promise.reject(new Error('no luck')),
    )
    expect(await failing(all, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: '1' }, { itemIdentifier: '2' }],
    })
  })

  it('gives each message its id, its JSON and the time that is left', async () => {
    const jobs: QueueJob[] = []
    const { port } = fakeFailed()
    const handler = queueHandler(
      recordedLog(),
      port,
      { schema: z.unknown(), atOnce: 1 },
      async (job) => void jobs.push(job),
    )
    await handler(sqsEvent([message('1', { recordId: 'acc1' })]), context)
    expect(jobs).toMatchObject([{ messageId: '1', body: { recordId: 'acc1' } }])
    expect(jobs[0]?.timeLeftMs()).toBe(30_000)
  })

  it('sets a message that nobody can read aside at its first try, is done with it, and counts it', async () => {
    const { port, setAside, givenBack, counts } = fakeFailed()
    const handler = queueHandler(
      recordedLog(),
      port,
      { schema: z.unknown(), atOnce: 1 },
      async ({ body }) => {
        wellFormed(() => {
          if (body === 'strange') throw new Error('not what it should be')
        }, 'no job')
      },
    )
    const event = sqsEvent([
      { messageId: '1', body: '{"recordId":' },
      message('2', 'strange'),
      message('3', 'good'),
    ])
    expect(await handler(event, context)).toEqual({ batchItemFailures: [] })
    expect(setAside).toMatchObject([
      { messageId: '1', failure: { kind: 'unreadable', error: { message: 'the message is no JSON' } } },
      { messageId: '2', failure: { kind: 'unreadable', error: { message: 'no job' } } },
    ])
    expect(givenBack.size).toBe(0)
    expect(counts).toEqual({ 'MessagesFailed unreadable': 2 })
  })

  it('gives back what was throttled for a growing while, its twelfth try too, and sets it aside after hours', async () => {
    const { port, setAside, givenBack, counts } = fakeFailed(() => later(HOUR_MS))
    const handler = queueHandler(recordedLog(), port, { schema: z.unknown(), atOnce: 2 }, () =>
      Promise.reject(throttled()),
    )
    const event = sqsEvent([message('1', 0, 1), message('2', 0, 4), message('3', 0, 12)], start)
    const response = await handler(event, context)
    expect(response).toMatchObject({ batchItemFailures: { length: 3 } })
    expect([...givenBack.values()]).toEqual([2, 16, 1_800])
    expect(setAside).toEqual([])
    expect(counts).toEqual({ 'MessagesFailed busy': 3 })
    const hoursLater = fakeFailed(() => later(6 * HOUR_MS))
    await queueHandler(recordedLog(), hoursLater.port, { schema: z.unknown(), atOnce: 2 }, () =>
      Promise.reject(throttled()),
    )(event, context)
    expect(hoursLater.setAside).toHaveLength(3)
  })

  it('waits as long as the queue’s own patience is', async () => {
    const { port, givenBack } = fakeFailed(() => later(9 * 24 * HOUR_MS))
    const patient = { schema: z.unknown(), atOnce: 1, retryWindowMs: 10 * 24 * HOUR_MS }
    const handler = queueHandler(recordedLog(), port, patient, () =>
      Promise.reject(new Unavailable('left over')),
    )
    await handler(sqsEvent([message('1', 0, 500)], start), context)
    expect(givenBack.get('1')).toBe(1_800)
  })

  it('gives any other failure five tries in five minutes, and then sets it aside', async () => {
    const { port, setAside, givenBack } = fakeFailed(() => start)
    const handler = queueHandler(recordedLog(), port, { schema: z.unknown(), atOnce: 1 }, () =>
      Promise.reject(new TypeError('a bug')),
    )
    const waits: number[] = []
    for (let receives = 1; receives < 5; receives++) {
      const response = await handler(sqsEvent([message('1', 0, receives)], start), context)
      expect(response).toMatchObject({ batchItemFailures: { length: 1 } })
      waits.push(givenBack.get('1') ?? 0)
    }
    expect(waits.reduce((a, b) => a + b) * SECOND_MS).toBeLessThan(5 * 60 * SECOND_MS)
    expect(await handler(sqsEvent([message('1', 0, 5)], start), context)).toEqual({ batchItemFailures: [] })
    expect(setAside).toMatchObject([{ messageId: '1', failure: { kind: 'failed' } }])
  })

  it('leaves a message on the queue that can’t be set aside, or given back, and says so', async () => {
    const log = recordedLog()
    const { port } = fakeFailed()
    const down = () => Promise.reject(new Error('SQS is down'))
    const handler = queueHandler(
      log,
      { ...port, setAside: down, giveBack: down },
      { schema: z.unknown(), atOnce: 1 },
      () => Promise.reject(new Error('no luck')),
    )
    const event = sqsEvent([message('1', 0), { messageId: '2', body: '{' }])
    expect(await handler(event, context)).toMatchObject({ batchItemFailures: { length: 2 } })
    expect(log.lines).toMatchObject([{ code: 'message.stuck' }, { code: 'message.stuck' }])
  })

  it('Y7: logs a failure by its ids and its cause, and nothing of the message', async () => {
    const log = recordedLog()
    const { port } = fakeFailed()
    const handler = queueHandler(log, port, { schema: z.unknown(), atOnce: 1 }, () =>
      Promise.reject(new Error('no luck')),
    )
    await handler(sqsEvent([message('1', { email: 'ada@noordzee.example' })]), context)
    expect(log.lines).toMatchObject([
      { level: 'error', facts: { messageId: '1', kind: 'failed', receives: 1 } },
    ])
    expect(JSON.stringify(log.lines)).toContain('no luck')
    expect(JSON.stringify(log.lines)).not.toContain('ada@')
  })
})

describe('faultOf', () => {
  it('tells an error and all its causes, the first one last', () => {
    const cause = new TypeError('the cause')
    const error = new InputError('malformed_message', 'the message', [], { cause })
    expect(faultOf(error).fault).toEqual([
      expect.stringContaining('the message'),
      expect.stringContaining('the cause'),
    ])
  })

  it('Y7: tells where JSON was none, and nothing of what stood there instead', () => {
    const wrong = (): unknown => JSON.parse('ada@noordzee.example')
    expect(wrong).toThrow(/ada@/)
    let fault: readonly string[] = []
    try {
      wrong()
    } catch (error) {
      fault = faultOf(error).fault
    }
    expect(fault).toEqual([expect.stringMatching(/^SyntaxError\n\s+at JSON\.parse/)])
  })

  it('tells what is no error as it is', () => {
    expect(faultOf('a string')).toEqual({ fault: ['a string'] })
  })
})
