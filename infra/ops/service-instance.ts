import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import * as z from 'zod'
import { LOCAL_CREDENTIALS } from '../local/aws/names.ts'
import { type Endpoints, readEndpoints } from '../local/instance/endpoints.ts'

/** One running instance of the service, local or in AWS: what an operator's command reads and changes. */
export interface ServiceInstance {
  /** `the local service`, or the stack's name. */
  readonly name: string
  readonly table: string
  readonly dynamoDb: DynamoDBClient
  readonly sqs: SQSClient
  /** URLs by logical id: `MailsQueue`, `MailsDeadLetters`. */
  readonly queues: ReadonlyMap<string, string>
  /** The instance's own time: the clock of the local service can be moved. */
  readonly now: () => Promise<Date>
  /** Number of schedules: the one-time ones that wait, and the sweep's. */
  readonly countSchedules: () => Promise<number>
  /** Age of the oldest message in seconds, by the queue's logical id. Empty for the local service, which has no metrics. */
  readonly oldestMessages: () => Promise<ReadonlyMap<string, number>>
}

export const instanceHelp = `  --stack NAME   the stack in the account of the current AWS credentials; without it the local
                 service, where one runs, and else the stack ${'ClaimService'}`

const defaultStack = 'ClaimService'
const askLimitMs = 2_000
const clockAnswer = z.looseObject({ now: z.string() })
const schedulesAnswer = z.looseObject({ schedules: z.array(z.unknown()) })

/**
 * Finds the instance that a command is about: the named stack; without a name the local service if one runs, and
 * otherwise the stack `ClaimService`. Stacks are read with the AWS credentials of the environment.
 * @throws Error if there is neither
 */
export async function findInstance(stack: string | undefined): Promise<ServiceInstance> {
  const endpoints = stack === undefined ? await readEndpoints() : undefined
  // A service that was killed leaves the file behind, so ask before trusting it.
  if (endpoints !== undefined && (await answers(endpoints))) return localInstance(endpoints)
  const { awsInstance } = await import('./aws-instance.ts')
  return awsInstance(stack ?? defaultStack)
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

export async function localInstance({
  control,
  dynamodb,
  s3,
  table,
  region,
}: Endpoints): Promise<ServiceInstance> {
  const options = { region, credentials: LOCAL_CREDENTIALS }
  // The AWS gateway serves every service but DynamoDB at one address, which `endpoints.json` lists as s3.
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
