import { createClock, type VirtualClock } from '../../../../infra/local/clock/clock.ts'
import { type LocalDynamoDb, startDynamoDb } from '../../../../infra/local/aws/dynamodb/dynamodb.ts'
import { createEventBus, type EventBus } from '../../../../infra/local/aws/eventbridge/event-bus.ts'
import { type AwsGateway, startAwsGateway } from '../../../../infra/local/aws/gateway/aws-gateway.ts'
import {
  createPolicyEvaluator,
  type ResourcePolicyOf,
} from '../../../../infra/local/aws/iam/policy-evaluation.ts'
import { LOCAL_REGION } from '../../../../infra/local/aws/names.ts'
import {
  type ObjectsAndQueues,
  startObjectsAndQueues,
} from '../../../../infra/local/aws/fauxqs/objects-and-queues.ts'
import { createScheduler } from '../../../../infra/local/aws/scheduler/scheduler.ts'
import type { Schedules, SendToTarget } from '../../../../infra/local/aws/scheduler/schedules.ts'
import { createSes, type Ses } from '../../../../infra/local/aws/ses/ses.ts'
import { openState } from '../../../../infra/local/aws/state.ts'

/** The access key of the function whose role has the policy under test. */
export const FUNCTION_KEY = 'LOCALFNTESTED'
const FUNCTION_SECRET = 'the-functions-secret'
export const ROLE_ARN = 'arn:aws:iam::000000000000:role/tested'

export interface Statement {
  Effect: 'Allow' | 'Deny'
  Action: string | string[]
  Resource: string | string[]
  Condition?: Record<string, Record<string, string | string[]>>
}

export interface AwsParts {
  clock: VirtualClock
  dynamoDb: LocalDynamoDb
  objectsAndQueues: ObjectsAndQueues
  ses: Ses
  schedules: Schedules
  bus: EventBus
  gateway: AwsGateway
  stop(): Promise<void>
}

/** Everything behind one gateway, with one function's role that allows what the statements say. */
export async function startAwsParts(o: {
  statements: Statement[]
  resourcePolicyOf?: ResourcePolicyOf
  send?: SendToTarget
}): Promise<AwsParts> {
  const state = openState(undefined)
  const clock = createClock(state)
  const [dynamoDb, objectsAndQueues] = await Promise.all([
    startDynamoDb({}),
    startObjectsAndQueues({ now: clock.now }),
  ])
  const ses = createSes({ state, clock })
  const schedules = createScheduler({ state, clock, send: o.send ?? (async () => {}) })
  const bus = createEventBus({ state, clock })
  const document = { Version: '2012-10-17', Statement: o.statements }
  const principals = { [FUNCTION_KEY]: { roleArn: ROLE_ARN, policies: [{ name: 'tested', document }] } }
  const gateway = await startAwsGateway({
    upstreams: { dynamodb: dynamoDb.endpoint, s3: objectsAndQueues.endpoint, sqs: objectsAndQueues.endpoint },
    ses,
    scheduler: schedules,
    events: bus,
    evaluate: createPolicyEvaluator({
      principals,
      ...(o.resourcePolicyOf ? { resourcePolicyOf: o.resourcePolicyOf } : {}),
    }),
    now: clock.now,
    secretOf: (key) => (key === FUNCTION_KEY ? FUNCTION_SECRET : undefined),
  })
  return {
    clock,
    dynamoDb,
    objectsAndQueues,
    ses,
    schedules,
    bus,
    gateway,
    async stop() {
      await gateway.stop()
      await Promise.all([dynamoDb.stop(), objectsAndQueues.stop()])
      state.close()
    },
  }
}

const clientOf = (endpoint: string, accessKeyId: string, secretAccessKey: string) => ({
  endpoint,
  region: LOCAL_REGION,
  credentials: { accessKeyId, secretAccessKey },
  maxAttempts: 1,
})

/** The configuration of the tested function's SDK clients. */
export const functionClient = (gateway: AwsGateway) =>
  clientOf(gateway.endpoint, FUNCTION_KEY, FUNCTION_SECRET)

/** What Lambda's runtime would tell the tested function. */
export const functionEnvironment = (gateway: AwsGateway) => ({
  AWS_REGION: LOCAL_REGION,
  AWS_ENDPOINT_URL: gateway.endpoint,
  AWS_ACCESS_KEY_ID: FUNCTION_KEY,
  AWS_SECRET_ACCESS_KEY: FUNCTION_SECRET,
})

/** That of somebody outside of the service, with credentials that nobody knows. */
export const outsideClient = (gateway: AwsGateway) => clientOf(gateway.endpoint, 'AKIAANYBODY', 'any-secret')
