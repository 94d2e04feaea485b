import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { Busy, Unavailable, unavailableBy } from '../../../shared/lib/unavailable.ts'

const serviceError = (name: string, httpStatusCode: number): Error =>
  new DynamoDBServiceException({ name, $fault: 'client', $metadata: { httpStatusCode }, message: name })

describe('what is over by itself', () => {
  it.each([
    ['others who were faster', new Busy('others'), 'busy'],
    ['a transaction under way', serviceError('TransactionConflictException', 400), 'busy'],
    ['leftovers', new Unavailable('leftovers'), 'service_unavailable'],
    ['throttling', serviceError('ProvisionedThroughputExceededException', 400), 'service_unavailable'],
    ['throttling with a status of its own', serviceError('Whatever', 429), 'service_unavailable'],
    ['an internal error', serviceError('InternalServerError', 500), 'service_unavailable'],
    ['a 503 of S3', serviceError('Unknown', 503), 'service_unavailable'],
    ['a time-out', Object.assign(new Error('late'), { name: 'TimeoutError' }), 'service_unavailable'],
    ['a cut connection', Object.assign(new Error('cut'), { code: 'ECONNRESET' }), 'service_unavailable'],
    [
      'any of them as a cause',
      new Error('import', { cause: serviceError('ThrottlingException', 400) }),
      'service_unavailable',
    ],
  ] as const)('is %s', (_, error, code) => {
    expect(unavailableBy(error)).toBe(code)
  })

  it.each([
    ['a mistake of ours', new TypeError('undefined is not a function')],
    ['what AWS calls our mistake', serviceError('ValidationException', 400)],
    ['a right that we lack', serviceError('AccessDeniedException', 403)],
    ['a file that is not there', Object.assign(new Error('no file'), { code: 'ENOENT' })],
    ['no error at all', 'busy'],
  ])('is not %s', (_, error) => {
    expect(unavailableBy(error)).toBeUndefined()
  })
})
