import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { LOCAL_CREDENTIALS } from '../local/aws/names.ts'
import { type Endpoints, readEndpoints } from '../local/instance/endpoints.ts'

/** Where the service runs that an operator's command is about. */
export interface Place {
  /** `the local service`, or the stack's name. */
  readonly name: string
  readonly table: string
  readonly dynamoDb: DynamoDBClient
  readonly sqs: SQSClient
  /** URLs by logical id: `MailsQueue`, `MailsDeadLetters`. */
  readonly queues: ReadonlyMap<string, string>
  /** The service's own time: the local one's clock can be moved. */
  readonly now: () => Promise<Date>
  /** One-time schedules that wait, and the sweep's. */
  readonly countSchedules: () => Promise<number>
  /** Seconds by logical id of the queue; nothing of it where nobody measures. */
  readonly oldestMessages: () => Promise<ReadonlyMap<string, number>>
}

export const placeHelp = `  --stack NAME   the stack in the account of the current AWS credentials; without it the local
                 service, where one runs, and else the stack ${'ClaimService'}`

const defaultStack = 'ClaimService'
const askLimitMs = 2_000
const clockAnswer = z.looseObject({ now: z.string() })
const schedulesAnswer = z.looseObject({ schedules: z.array(z.unknown()) })

/**
 * The local service where one runs, unless a stack is named; else the stack, by AWS's own credentials.
 * @throws Error when there is neither
 */
export async function findPlace(stack: string | undefined): Promise<Place> {
  const endpoints = stack === undefined ? await readEndpoints() : undefined
  // The file may be one that a killed service left behind.
  if (endpoints !== undefined && (await answers(endpoints))) return localPlace(endpoints)
  const { awsPlace } = await import('./aws-place.ts')
  return awsPlace(stack ?? defaultStack)
}

async function ask<T>(url: string, schema: z.ZodType<T>): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(askLimitMs) })
  return schema.parse(await response.json())
}

async function answers({ control }: Endpoints): Promise<boolean> {
  try {
    await ask(`${control}/clock`, clockAnswer)
    return true
  } catch {
    return false
  }
}

export async function localPlace({ control, dynamodb, s3, table, region }: Endpoints): Promise<Place> {
  const options = { region, credentials: LOCAL_CREDENTIALS }
  // One address takes the calls of all services but DynamoDB's.
  const sqs = new SQSClient({ ...options, endpoint: s3 })
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}))
  return {
    name: 'the local service',
    table,
    dynamoDb: new DynamoDBClient({ ...options, endpoint: dynamodb }),
    sqs,
    queues: new Map(QueueUrls.map((url) => [url.slice(url.lastIndexOf('/') + 1).replace(/^.*-/, ''), url])),
    now: async () => new Date((await ask(`${control}/clock`, clockAnswer)).now),
    countSchedules: async () => (await ask(`${control}/schedules`, schedulesAnswer)).schedules.length,
    oldestMessages: async () => new Map(),
  }
}
