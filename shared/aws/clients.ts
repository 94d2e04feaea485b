import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { S3Client } from '@aws-sdk/client-s3'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SESClient } from '@aws-sdk/client-ses'
import { SQSClient } from '@aws-sdk/client-sqs'

/**
 * Every client of AWS is made here, and none without limits: the SDK by itself waits for an answer for as long as the
 * function lives, and one silent connection then costs the whole batch. A bundle has the clients that its function
 * asks for and no others.
 */
export interface ClientLimits {
  /** Until the connection stands, TLS included. */
  readonly connectMs: number
  /** From the request's start to the answer's headers, for each attempt; a body that is streamed isn't counted. */
  readonly answerMs: number
  /** Without a byte in either direction: of a body that is streamed, and then stops. */
  readonly silenceMs: number
  /** In all, the first included. */
  readonly attempts: number
}

/**
 * Somebody waits, and API Gateway for 29 s at most: three attempts of 3 s and the pauses between leave room for the other
 * calls of the request. DynamoDB and SQS answer in some 10 ms; what takes seconds is lost, and the next try is fast.
 */
export const INTERACTIVE: ClientLimits = { connectMs: 1_000, answerMs: 3_000, silenceMs: 10_000, attempts: 3 }

/**
 * Nobody waits, and a message that fails comes again whole: rather sit out what lasts for some seconds. Five attempts of
 * 10 s are within the 120 s that the shortest of these functions has. A body is read as fast as it's worked on, so
 * silence may be our own doing for a while.
 */
export const WORKER: ClientLimits = { connectMs: 2_000, answerMs: 10_000, silenceMs: 60_000, attempts: 5 }

/**
 * The stream's reader and the mails, of 60 s: a batch makes many calls, and one that fails is told again as a whole.
 * Three attempts of 5 s leave time for the rest.
 */
export const EFFECTS: ClientLimits = { connectMs: 1_000, answerMs: 5_000, silenceMs: 15_000, attempts: 3 }

/**
 * SES has no idempotency: a second attempt after an answer that was lost is a second mail. So there is one, with time
 * enough to be answered; what SES throttled, or didn't answer, is the queue's to try again, under the mail's lease.
 */
export const SENDING: ClientLimits = { connectMs: 2_000, answerMs: 20_000, silenceMs: 20_000, attempts: 1 }

export const clientOptions = ({ connectMs, answerMs, silenceMs, attempts }: ClientLimits) => ({
  maxAttempts: attempts,
  // Not `adaptive`: that slows the whole client down for one throttled key.
  retryMode: 'standard' as const,
  requestHandler: {
    connectionTimeout: connectMs,
    requestTimeout: answerMs,
    // Else the SDK only writes a warning, and waits on.
    throwOnRequestTimeout: true,
    socketTimeout: silenceMs,
  },
})

/** What the SDK would log goes nowhere, and it goes through every item of a call for it. */
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
  // A connection that SES closed while the function slept would cost the one attempt there is.
  const agent = { keepAlive: false }
  return new SESClient({
    ...options,
    requestHandler: { ...requestHandler, httpAgent: agent, httpsAgent: agent },
  })
}
