import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { correlationIn, correlationOfOrigin } from '../../../shared/lib/correlation.ts'
import { createLog } from '../../../shared/lib/log.ts'
import { logCodes } from '../../../shared/lib/log-codes.ts'
import { lambdaContext } from '../../support/lambda.ts'

describe('the log', () => {
  const lines: string[] = []
  beforeEach(() => {
    lines.length = 0
    vi.stubEnv('POWERTOOLS_DEV', 'false')
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((text) => {
        lines.push(String(text))
        return true
      })
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.unstubAllEnvs()
  })
  const told = (): unknown[] => lines.map((line): unknown => JSON.parse(line))

  it('says each thing by a code that stays, with its words and its facts', () => {
    createLog('mail').info('mail.handled', { outcome: 'sent' })
    expect(told()).toEqual([
      expect.objectContaining({
        level: 'INFO',
        code: 'mail.handled',
        message: logCodes['mail.handled'],
        service: 'mail',
        outcome: 'sent',
      }),
    ])
  })

  it('names the request and its cold start, and what the message belongs to, on each line', () => {
    const log = createLog('mail')
    const own = log.with({ messageId: 'm1', correlationId: 'upload' })
    log.enter(lambdaContext(() => 1_000))
    own.info('mail.handled')
    log.enter({ ...lambdaContext(() => 1_000), awsRequestId: 'request-2' })
    log.info('mail.handled')
    expect(told()).toMatchObject([
      { cold_start: true, function_request_id: 'request', messageId: 'm1', correlationId: 'upload' },
      { cold_start: false, function_request_id: 'request-2' },
    ])
    expect(lines[1]).not.toContain('m1')
    expect(lines.join('')).not.toMatch(/arn:|memory/)
  })
})

describe('the correlation id', () => {
  it('is what a message says it is, and nothing where it says none', () => {
    expect(correlationIn({ correlationId: 'upload', recordId: 'acc1' })).toEqual({ correlationId: 'upload' })
    for (const body of [{ correlationId: 7 }, {}, null, 'text', undefined])
      expect(correlationIn(body)).toEqual({})
  })

  it("of a claim is its import's, or its request's", () => {
    expect(correlationOfOrigin('i:01KAPEG9Q0:17')).toBe('01KAPEG9Q0')
    expect(correlationOfOrigin('r:Jt5bq:0')).toBe('Jt5bq')
    expect(correlationOfOrigin('something else')).toBe('something else')
  })
})
