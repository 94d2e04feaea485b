import {
  type DynamoDBClient,
  InternalServerError,
  ProvisionedThroughputExceededException,
  ThrottlingException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import * as z from 'zod'

/**
 * Faults of a write that occur on AWS and in no emulator. `leftovers`: a batch comes back unprocessed. `cut`: the
 * write took effect, and the connection broke before the answer.
 */
export const writeFaults = ['conflict', 'throttled', 'exceeded', 'internal', 'leftovers', 'cut'] as const
export type WriteFault = (typeof writeFaults)[number]

const $metadata = { httpStatusCode: 400 }

const cancelled = (Code: string): Error =>
  new TransactionCanceledException({
    $metadata,
    message: 'cancelled',
    CancellationReasons: [{ Code }, { Code: 'None' }],
  })

class ConnectionCut extends Error {
  override readonly name = 'TimeoutError'
}

function errorOf(fault: WriteFault, isTransaction: boolean): Error {
  switch (fault) {
    case 'conflict':
      return isTransaction
        ? cancelled('TransactionConflict')
        : new TransactionConflictException({ $metadata, message: 'conflict' })
    case 'throttled':
      return isTransaction
        ? cancelled('ThrottlingError')
        : new ThrottlingException({ $metadata, message: 'throttled' })
    case 'exceeded':
      return isTransaction
        ? cancelled('ProvisionedThroughputExceeded')
        : new ProvisionedThroughputExceededException({ $metadata, message: 'exceeded' })
    case 'internal':
      return new InternalServerError({ $metadata: { httpStatusCode: 500 }, message: 'internal' })
    case 'leftovers':
    case 'cut':
      return new ConnectionCut('cut')
  }
}

/** A batch before it is sent, and after its answer was read by the document client. */
const item = z.record(z.string(), z.any()).transform((marshalled) => unmarshall(marshalled))
const batch = z.object({
  RequestItems: z.record(
    z.string(),
    z.array(
      z.union([
        z.object({ PutRequest: z.object({ Item: item }) }),
        z.object({ DeleteRequest: z.object({ Key: item }) }),
      ]),
    ),
  ),
})

const statements = z.object({ Statements: z.array(z.unknown()) })

/** The answer to a batch of statements, none of which was carried out. */
function refusedEach(input: unknown, Code: string) {
  const Responses = statements.parse(input).Statements.map(() => ({ Error: { Code } }))
  return { response: {}, output: { $metadata: {}, Responses } }
}

/**
 * Retries at once, up to this many attempts in total. Unlike the SDK's own strategy, it never runs out of retry
 * tokens, however many calls fail.
 */
export const retriesAtOnce = (tries: number) => ({
  async acquireInitialRetryToken() {
    return retryToken(0)
  },
  async refreshRetryTokenForRetry(token: RetryToken, { errorType }: { readonly errorType: string }) {
    const retried = token.getRetryCount() + 1
    if (retried >= tries || errorType === 'CLIENT_ERROR') throw new Error('no further try')
    return retryToken(retried)
  },
  recordSuccess() {},
})

export const impatientRetries = retriesAtOnce(2)

const retryToken = (retried: number) => ({ getRetryCount: () => retried, getRetryDelay: () => 0 })

interface RetryToken {
  getRetryCount(): number
}

const isWrite = (command: string): boolean =>
  /^(?:(?:Put|Update|Delete|BatchWrite|TransactWrite)Item|BatchExecuteStatement)/.test(command)

/**
 * Injects faults into a client's writes, after the SDK's own retries, as if they happened in the network or in
 * DynamoDB.
 */
export function faultyWrites(client: DynamoDBClient) {
  let armed: { readonly fault: WriteFault; readonly command: string; left: number } | undefined
  let struck = 0
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const { fault, left = 0 } = armed ?? {}
        const command = commandName.replace(/Command$/, '')
        if (armed === undefined || fault === undefined || left === 0 || !isWrite(command)) return next(args)
        if (!command.startsWith(armed.command)) return next(args)
        const isBatch = command.startsWith('Batch')
        if (fault === 'leftovers' && !isBatch) return next(args)
        armed.left--
        struck++
        if (command === 'BatchExecuteStatement' && (fault === 'conflict' || fault === 'leftovers'))
          return refusedEach(args.input, fault === 'conflict' ? 'TransactionConflict' : 'ThrottlingError')
        if (fault === 'cut') await next(args)
        if (fault !== 'leftovers') throw errorOf(fault, command.startsWith('Transact'))
        const { RequestItems } = batch.parse(args.input)
        return { response: {}, output: { $metadata: {}, UnprocessedItems: RequestItems } }
      },
    { step: 'finalizeRequest', priority: 'low', name: 'faultyWrites' },
  )
  return {
    /**
     * Makes the next writes, or the next ones by one command, meet this fault so many times; `Infinity`: all of them.
     */
    arm(fault: WriteFault, times: number, command = ''): void {
      armed = { fault, command, left: times }
      struck = 0
    },
    disarm(): void {
      armed = undefined
    },
    /** How many writes met a fault. */
    get struck(): number {
      return struck
    },
  }
}
