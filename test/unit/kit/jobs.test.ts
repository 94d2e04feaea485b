import { describe, expect, it } from 'vitest'
import { faultOf, InputError } from '../../../shared/kit/errors.ts'
import { type Job, queueHandler } from '../../../shared/kit/jobs.ts'
import { recordedLog, sqsEvent } from '../../support/fakes.ts'
import { lambdaContext } from '../../support/lambda.ts'

const context = lambdaContext(() => 30_000)
const message = (messageId: string, body: unknown) => ({ messageId, body: JSON.stringify(body) })

describe('queueHandler', () => {
  it('reports the messages that failed, and no others, for another delivery', async () => {
    const handler = queueHandler(recordedLog(), 2, async ({ body }) => {
      if (body === 'bad') throw new Error('no luck')
    })
    const response = await handler(
      sqsEvent([message('1', 'good'), message('2', 'bad'), message('3', 'good')]),
      context,
    )
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] })
  })

  it('reports none where all is well, and every one where all fails', async () => {
    const all = sqsEvent([message('1', 0), message('2', 0)])
    const fine = await queueHandler(recordedLog(), 5, async () => undefined)(all, context)
    expect(fine).toEqual({ batchItemFailures: [] })
    const failing = queueHandler(recordedLog(), 5, () => Promise.reject(new Error('no luck')))
    expect(await failing(all, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: '1' }, { itemIdentifier: '2' }],
    })
  })

  it('gives each message its id, its JSON and the time that is left', async () => {
    const jobs: Job[] = []
    const handler = queueHandler(recordedLog(), 1, async (job) => void jobs.push(job))
    await handler(sqsEvent([message('1', { root: 'acc1' })]), context)
    expect(jobs).toMatchObject([{ messageId: '1', body: { root: 'acc1' } }])
    expect(jobs[0]?.timeLeftMs()).toBe(30_000)
  })

  it('leaves a message that is no JSON to the dead letters, and the others be', async () => {
    const handler = queueHandler(recordedLog(), 1, async () => undefined)
    const event = sqsEvent([{ messageId: '1', body: '{"root":' }, message('2', 'good')])
    expect(await handler(event, context)).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] })
  })

  it('Y7: logs a failure by its ids and its cause, and nothing of the message', async () => {
    const log = recordedLog()
    const handler = queueHandler(log, 1, () => Promise.reject(new Error('no luck')))
    await handler(sqsEvent([message('1', { email: 'ada@noordzee.example' })]), context)
    expect(log.lines).toMatchObject([{ level: 'error', facts: { messageId: '1' } }])
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

  it('tells what is no error as it is', () => {
    expect(faultOf('a string')).toEqual({ fault: ['a string'] })
  })
})
