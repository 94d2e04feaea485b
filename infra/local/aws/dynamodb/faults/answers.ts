import type { JsonAnswer } from '../../gateway/json-call.ts'

const DYNAMODB = 'com.amazonaws.dynamodb.v20120810#'

function refusal(status: number, type: string, message: string, more: object = {}): JsonAnswer {
  return {
    status,
    headers: ['content-type', 'application/x-amz-json-1.0'],
    body: Buffer.from(JSON.stringify({ __type: type, message, ...more })),
  }
}

/** DynamoDB's answers, with its own types and messages. */
export const answers = {
  /** An empty answer of success. */
  none: (): JsonAnswer => ({
    status: 200,
    headers: ['content-type', 'application/x-amz-json-1.0'],
    body: Buffer.from('{}'),
  }),
  throttling: () =>
    refusal(
      400,
      'com.amazon.coral.availability#ThrottlingException',
      'Throughput exceeds the current capacity of your table or index.',
    ),
  throughput: () =>
    refusal(
      400,
      `${DYNAMODB}ProvisionedThroughputExceededException`,
      'The level of configured provisioned throughput for the table was exceeded.',
    ),
  internalError: () => refusal(500, `${DYNAMODB}InternalServerError`, 'Internal server error'),
  conflict: () =>
    refusal(400, `${DYNAMODB}TransactionConflictException`, 'Transaction is ongoing for the item'),
  inProgress: () =>
    refusal(
      400,
      `${DYNAMODB}TransactionInProgressException`,
      'The transaction with the given request token is already in progress.',
    ),
  cancelled: (codes: readonly CancellationCode[]) =>
    refusal(
      400,
      `${DYNAMODB}TransactionCanceledException`,
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
      { CancellationReasons: codes.map((Code) => ({ Code, ...MESSAGES[Code] })) },
    ),
} as const

export type CancellationCode =
  | 'None'
  | 'TransactionConflict'
  | 'ThrottlingError'
  | 'ProvisionedThroughputExceeded'

const MESSAGES: Readonly<Record<CancellationCode, { Message?: string }>> = {
  None: {},
  TransactionConflict: { Message: 'Transaction is ongoing for the item' },
  ThrottlingError: { Message: 'Throughput exceeds the current capacity of your table or index.' },
  ProvisionedThroughputExceeded: {
    Message: 'The level of configured provisioned throughput for the table was exceeded.',
  },
}

/** Thrown to break the caller's connection, so that it gets no answer. */
export class AnswerLost extends Error {
  override readonly name = 'AnswerLost'
}

const OF_THE_BODY = new Set(['content-length', 'x-amz-crc32'])

export function parsed(body: Buffer): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(body.toString())
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** Replaces the body of an answer. */
export function withBody({ status, headers }: JsonAnswer, body: object): JsonAnswer {
  const otherHeaders: string[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const [name = '', value = ''] = headers.slice(i, i + 2)
    if (!OF_THE_BODY.has(name.toLowerCase())) otherHeaders.push(name, value)
  }
  return { status, headers: otherHeaders, body: Buffer.from(JSON.stringify(body)) }
}
