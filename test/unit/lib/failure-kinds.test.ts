import { describe, expect, it } from 'vitest'
import { BusyError, InputError } from '../../../shared/lib/errors.ts'
import { failureKindOf } from '../../../shared/lib/failure-kinds.ts'
import { Busy, Unavailable } from '../../../shared/lib/unavailable.ts'

const named = (name: string, more: object = {}) =>
  Object.assign(new Error('as AWS says it'), { name, ...more })

describe('why a try came to nothing', () => {
  it.each([
    ['throttling by DynamoDB', named('ProvisionedThroughputExceededException')],
    ['throttling by SES', named('Throttling', { $metadata: { httpStatusCode: 400 } })],
    ['throttling by S3', named('SlowDown', { $metadata: { httpStatusCode: 503 } })],
    ['an answer of 429', named('Whatever', { $metadata: { httpStatusCode: 429 } })],
    ['an answer of 500', named('Whatever', { $metadata: { httpStatusCode: 500 } })],
    ['an answer of 507', named('Whatever', { $metadata: { httpStatusCode: 507 } })],
    ['an error that AWS says is retryable', named('Whatever', { $retryable: {} })],
    ['a time-out', named('TimeoutError')],
    ['a connection that was cut', named('Error', { code: 'ECONNRESET' })],
    ['a name that is not resolved', named('Error', { code: 'EAI_AGAIN' })],
    ['a conflict with a transaction', named('TransactionConflictException')],
    ['what is still in the way after the table’s own tries', new Busy('three times lost')],
    ['a mail that SES holds back', new BusyError('SES takes no mail now')],
    ['leftovers of a batch', new Unavailable('3 items left unwritten')],
    ['an error with such a cause', new Error('sending failed', { cause: named('TimeoutError') })],
  ])('%s is busy', (_, error) => {
    expect(failureKindOf(error)).toBe('busy')
  })

  it.each([
    ['a bug', new TypeError('undefined is no function')],
    [
      'a condition that does not hold',
      named('ConditionalCheckFailedException', { $metadata: { httpStatusCode: 400 } }),
    ],
    ['what is not allowed', named('AccessDeniedException', { $metadata: { httpStatusCode: 403 } })],
    ['bad input that is no malformed message', new InputError('invalid_email', 'no address')],
    ['what is no error', 'a string'],
  ])('%s is a failure', (_, error) => {
    expect(failureKindOf(error)).toBe('failed')
  })

  it('fault 15: a mail that SES will never take is as good as unreadable: it is set aside at once', () => {
    expect(failureKindOf(new InputError('mail_refused', 'SES refuses this mail'))).toBe('unreadable')
  })

  it('a malformed message is unreadable, whatever its cause', () => {
    const error = new InputError('malformed_message', 'no mail', [], { cause: named('TimeoutError') })
    expect(failureKindOf(error)).toBe('unreadable')
  })
})
