import { type LocalDns, startDns } from '../aws/dns.ts'
import { type LocalDynamoDb, startDynamoDb } from '../aws/dynamodb/dynamodb.ts'
import { type FaultProxy, startFaultProxy } from '../aws/dynamodb/faults/fault-proxy.ts'
import type { FaultOptions } from '../aws/dynamodb/faults/options.ts'
import { createEventBus, type EventBus } from '../aws/eventbridge/event-bus.ts'
import { type ObjectsAndQueues, startObjectsAndQueues } from '../aws/fauxqs/objects-and-queues.ts'
import { startAwsGateway } from '../aws/gateway/aws-gateway.ts'
import type { Meter } from '../aws/gateway/meter.ts'
import type { PolicyEvaluator } from '../aws/iam/policy-evaluation.ts'
import { nameOfArn } from '../aws/names.ts'
import { createScheduler } from '../aws/scheduler/scheduler.ts'
import type { Schedules } from '../aws/scheduler/schedules.ts'
import { createSes, type Ses } from '../aws/ses/ses.ts'
import type { LocalState } from '../aws/state.ts'
import type { VirtualClock } from '../clock/clock.ts'
import { checkScheduled } from '../deliveries/check-deliveries.ts'
import type { CorsRule } from '../http/cors.ts'
import { onUsualPort } from '../http/listen.ts'
import type { Roles } from '../permissions/roles.ts'

/** What the template says about the callers of AWS, and about the buckets that browsers call. */
export interface Access {
  readonly roles: Roles
  readonly evaluate: PolicyEvaluator
  readonly secretOf: (accessKeyId: string) => string | undefined
  readonly corsOf: (bucket: string) => readonly CorsRule[]
}

export interface EmulatedAws {
  readonly dynamoDb: LocalDynamoDb
  readonly objectsAndQueues: ObjectsAndQueues
  readonly dns: LocalDns
  readonly eventBus: EventBus
  readonly ses: Ses
  readonly schedules: Schedules
  /** The proxy that injects faults, if any are asked for. */
  readonly faults: FaultProxy | undefined
  /** The address of the gateway, to which all calls of the functions go. */
  readonly endpoint: string
  /** Opens the gateway and the schedules' deliveries. Until then, every call is refused. */
  open(access: Access): void
}

export interface EmulatedAwsOptions {
  readonly state: LocalState
  readonly clock: VirtualClock
  /** The folder of a part's data; undefined if it is kept in memory. */
  readonly folder: (name: string) => string | undefined
  /** The address of another DynamoDB; the embedded one without it. */
  readonly dynamodbEndpoint: string | undefined
  /** Without them, DynamoDB has no faults but its own. */
  readonly faultOptions: FaultOptions | undefined
  /** The first ports to try; any free one for 0. */
  readonly ports: { readonly gateway: number; readonly dynamodb: number }
  readonly meter: Meter | undefined
  readonly onUnexpectedExit: (error: Error) => void
}

/** Like `Promise.all`, but rejects only when all have started or failed, so that those that started can be stopped. */
export async function allStarted<T extends readonly unknown[]>(
  starting: readonly [...T],
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  await Promise.allSettled(starting)
  return Promise.all(starting)
}

/** A scheduler that delivers to queues, if the schedule's role may send there. Each target is checked once. */
function createQueueScheduler(
  { state, clock }: EmulatedAwsOptions,
  { queues }: ObjectsAndQueues,
  accessNow: () => Access | undefined,
) {
  const checked = new Map<string, Promise<void>>()
  return createScheduler({
    state,
    clock,
    async send({ arn, roleArn, input, deadLetterArn }, { group, name }) {
      const access = accessNow()
      if (access === undefined) throw new Error('the service is starting')
      const target = { group, roleArn, targetArn: arn, deadLetterArn }
      const id = JSON.stringify(target)
      const allowed = checked.get(id) ?? checkScheduled(access.roles, access.evaluate, name, target)
      checked.set(id, allowed)
      await allowed
      queues.send(nameOfArn(arn), input)
    },
  })
}

/**
 * Starts the emulated AWS services, and the gateway before them. What starts is stopped by `stack`, also if something
 * else fails to.
 */
export async function startEmulatedAws(
  options: EmulatedAwsOptions,
  stack: AsyncDisposableStack,
): Promise<EmulatedAws> {
  const { state, clock, folder, dynamodbEndpoint, faultOptions, ports } = options
  const { now } = clock
  const isDynoxide = dynamodbEndpoint === undefined
  const stopsWithStack = <T extends { stop(): unknown }>(started: T): T => {
    stack.defer(async () => void (await started.stop()))
    return started
  }
  const [dynamoDb, objectsAndQueues, dns] = await allStarted([
    startDynamoDb({
      dir: folder('dynamodb'),
      endpoint: dynamodbEndpoint,
      port: ports.dynamodb,
      onUnexpectedExit: options.onUnexpectedExit,
    }).then(stopsWithStack),
    startObjectsAndQueues({ dir: folder('objects-and-queues'), now }).then(stopsWithStack),
    startDns({ state }).then(stopsWithStack),
  ])

  // The gateway needs what the template says, and the template needs the gateway's address. So this is set later.
  let access: Access | undefined
  const eventBus = createEventBus({ state, clock })
  const ses = createSes({ state, clock, events: eventBus })
  const schedules = createQueueScheduler(options, objectsAndQueues, () => access)
  const faults =
    faultOptions === undefined
      ? undefined
      : stopsWithStack(
          await startFaultProxy({ upstream: dynamoDb.endpoint, isDynoxide, options: faultOptions, now }),
        )
  const upstreams = {
    dynamodb: faults?.endpoint ?? dynamoDb.endpoint,
    s3: objectsAndQueues.endpoint,
    sqs: objectsAndQueues.endpoint,
  }
  const startGateway = (port: number) =>
    startAwsGateway({
      upstreams,
      isDynoxide,
      ses,
      scheduler: schedules,
      events: eventBus,
      evaluate: (call) => access?.evaluate(call) ?? { allowed: false, message: 'the service is starting' },
      now,
      secretOf: (accessKeyId) => access?.secretOf(accessKeyId),
      corsOf: (name) => access?.corsOf(name) ?? [],
      meter: options.meter,
      port,
    })
  const gateway = stopsWithStack(
    await onUsualPort(state, 'aws-gateway', ports.gateway, startGateway, (started) => started.endpoint),
  )
  return {
    dynamoDb,
    objectsAndQueues,
    dns,
    eventBus,
    ses,
    schedules,
    faults,
    endpoint: gateway.endpoint,
    open(given) {
      access = given
    },
  }
}
