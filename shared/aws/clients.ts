import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { S3Client } from '@aws-sdk/client-s3'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SESClient } from '@aws-sdk/client-ses'
import { SQSClient } from '@aws-sdk/client-sqs'

/**
 * Makes every AWS client, always with time limits: by default the SDK waits for an answer as long as the function
 * lives, so one silent connection would cost the whole batch. A bundle contains only the clients that its function
 * uses.
 */
export interface ClientLimits {
  /** To establish the connection, TLS included. */
  readonly connectMs: number
  /** From the start of a request to the headers of its response, for each attempt; a streamed body isn't counted. */
  readonly answerMs: number
  /** Without a byte in either direction, e.g. in a streamed body that stalls. */
  readonly idleMs: number
  /** Attempts in total. */
  readonly attempts: number
}

/**
 * For requests that a user waits for, at most API Gateway's 29 s. Three attempts of 3 s and the pauses between them
 * leave time for the request's other calls. DynamoDB and SQS answer in some 10 ms; an answer that takes seconds is
 * lost, and the next attempt is fast.
 */
export const INTERACTIVE: ClientLimits = { connectMs: 1_000, answerMs: 3_000, idleMs: 10_000, attempts: 3 }

/**
 * For queue workers, which nobody waits for: rather outlast some seconds of trouble than repeat a whole message. Five
 * attempts of 10 s fit into the 120 s of the shortest of these functions. A body is read as fast as it is processed, so
 * a long silence may be our own.
 */
export const WORKER: ClientLimits = { connectMs: 2_000, answerMs: 10_000, idleMs: 60_000, attempts: 5 }

/**
 * For the stream's reader and the mail worker, which have 60 s: a batch makes many calls, and a failed one is repeated
 * as a whole. Three attempts of 5 s leave time for the rest.
 */
export const EFFECTS: ClientLimits = { connectMs: 1_000, answerMs: 5_000, idleMs: 15_000, attempts: 3 }

/**
 * For SES, which has no idempotency: a second attempt after a lost answer would be a second mail. So there is one
 * attempt, with ample time; what SES throttled or didn't answer is retried by the queue, under the mail's lease.
 */
export const SENDING: ClientLimits = { connectMs: 2_000, answerMs: 20_000, idleMs: 20_000, attempts: 1 }

export const clientOptions = ({ connectMs, answerMs, idleMs, attempts }: ClientLimits) => ({
  maxAttempts: attempts,
  // Not `adaptive`, which slows the whole client down for one throttled key.
  retryMode: 'standard' as const,
  requestHandler: {
    connectionTimeout: connectMs,
    requestTimeout: answerMs,
    // Otherwise the SDK only logs a warning and keeps waiting.
    throwOnRequestTimeout: true,
    socketTimeout: idleMs,
  },
})

/** Removes the SDK's logging middleware: its output goes nowhere, yet it walks through every item of a call. */
function unlogged<Client extends { readonly middlewareStack: { remove(name: string): boolean } }>(
  client: Client,
): Client {
  client.middlewareStack.remove('loggerMiddleware')
  return client
}

export const dynamoDbClient = (limits: ClientLimits): DynamoDBClient =>
  unlogged(new DynamoDBClient(clientOptions(limits)))

export const s3Client = (limits: ClientLimits): S3Client => new S3Client(clientOptions(limits))

export const sqsClient = (limits: ClientLimits): SQSClient => unlogged(new SQSClient(clientOptions(limits)))

export const eventBridgeClient = (limits: ClientLimits): EventBridgeClient =>
  unlogged(new EventBridgeClient(clientOptions(limits)))

export const schedulerClient = (limits: ClientLimits): SchedulerClient =>
  new SchedulerClient(clientOptions(limits))

export function sesClient(): SESClient {
  const { requestHandler, ...options } = clientOptions(SENDING)
  // A connection that SES closed while the function was frozen would cost the only attempt.
  const agent = { keepAlive: false }
  return new SESClient({
    ...options,
    requestHandler: { ...requestHandler, httpAgent: agent, httpsAgent: agent },
  })
}
