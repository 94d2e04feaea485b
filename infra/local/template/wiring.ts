/**
 * Reads the template into typed definitions: functions, what feeds them, tables, queues and buckets. Properties that
 * change behaviour but have no effect here are refused by name, since a service that behaves differently than on AWS
 * is worse than one that doesn't start.
 */
import path from 'node:path'
import * as z from 'zod'
import { type Assembly, TemplateError } from '../assembly/read-assembly.ts'
import type { CorsRule } from '../http/cors.ts'
import type { Expiration } from '../aws/s3/expiry.ts'
import { parseProperties, type ResolvedTemplate } from './resolve-template.ts'
import {
  type EventRuleDefinition,
  type MailEventsDefinition,
  readEventRules,
  readMailEvents,
} from './wiring-events.ts'
import {
  flag,
  number,
  type QueueSourceDefinition,
  readSources,
  type StreamSourceDefinition,
} from './wiring-sources.ts'

export interface FunctionDefinition {
  readonly logicalId: string
  readonly name: string
  readonly arn: string
  readonly roleArn: string
  /** The folder of the bundle. */
  readonly directory: string
  /** `index.handler`: module and export. */
  readonly handler: string
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly memoryMb: number
  readonly reservedConcurrency?: number
  /** Whether Lambda lets the function trigger itself without limit. */
  readonly mayLoop: boolean
}

export interface QueueDefinition {
  readonly name: string
  readonly arn: string
  /** Attributes as in SQS's API. */
  readonly attributes: Readonly<Record<string, string>>
}

export interface TableDefinition {
  readonly name: string
  /** The template's properties, resolved, with `TableName`. */
  readonly properties: Readonly<Record<string, unknown>>
  readonly streamArn: string
  readonly ttlAttribute?: string
}

export interface NotificationDefinition {
  /** `s3:ObjectCreated:*` or one of its kinds. */
  readonly event: string
  readonly prefix: string
  readonly suffix: string
  readonly queueArn: string
}

export interface BucketDefinition {
  readonly name: string
  readonly arn: string
  readonly notifications: readonly NotificationDefinition[]
  readonly expirations: readonly Expiration[]
  readonly cors: readonly CorsRule[]
}

export interface Wiring {
  readonly functions: readonly FunctionDefinition[]
  /** Sorted so that dead-letter queues come before the queues that use them. */
  readonly queues: readonly QueueDefinition[]
  /** Names of queues that receive dead letters, and of queues that no function reads. */
  readonly deadLetterQueues: ReadonlySet<string>
  /** The queue whose dead letters each dead-letter queue receives, by name. */
  readonly deadLetterSources: ReadonlyMap<string, string>
  readonly tables: readonly TableDefinition[]
  readonly buckets: readonly BucketDefinition[]
  readonly queueSources: readonly QueueSourceDefinition[]
  readonly streamSources: readonly StreamSourceDefinition[]
  readonly scheduleGroups: readonly string[]
  /** `AWS::Scheduler::Schedule` properties, resolved, with `Name` and `GroupName`. */
  readonly schedules: readonly Readonly<Record<string, unknown>>[]
  readonly eventBuses: readonly string[]
  readonly eventRules: readonly EventRuleDefinition[]
  readonly mailEvents: readonly MailEventsDefinition[]
  readonly mailIdentities: readonly string[]
  readonly configurationSets: readonly string[]
}

const functionProperties = z.looseObject({
  Code: z.looseObject({ S3Key: z.string().optional() }),
  Handler: z.string().optional(),
  Runtime: z.string().optional(),
  Role: z.string(),
  Timeout: number.default(3),
  MemorySize: number.default(128),
  Environment: z.looseObject({ Variables: z.record(z.string(), z.string()).default({}) }).optional(),
  ReservedConcurrentExecutions: number.optional(),
  RecursiveLoop: z.enum(['Allow', 'Terminate']).default('Terminate'),
})

function functionDefinitions(template: ResolvedTemplate, assembly: Assembly): FunctionDefinition[] {
  return template.of('AWS::Lambda::Function').flatMap((resource) => {
    const { logicalId } = resource
    const properties = parseProperties(functionProperties, resource)
    // CDK's own helpers of custom resources are inline code in Python.
    if (properties.Code.S3Key === undefined) return []
    const directory = assembly.assets.get(properties.Code.S3Key)
    if (directory === undefined) throw new TemplateError(`${logicalId}: no asset ${properties.Code.S3Key}`)
    if (properties.Runtime?.startsWith('nodejs') !== true || properties.Handler === undefined) {
      throw new TemplateError(`${logicalId}: only Node.js functions run here, not ${properties.Runtime}`)
    }
    if (path.extname(directory) === '.zip') throw new TemplateError(`${logicalId}: its asset is an archive`)
    return {
      logicalId,
      name: template.ref(logicalId),
      arn: template.attribute(logicalId, 'Arn'),
      roleArn: properties.Role,
      directory,
      handler: properties.Handler,
      environment: properties.Environment?.Variables ?? {},
      timeoutMs: properties.Timeout * 1000,
      memoryMb: properties.MemorySize,
      mayLoop: properties.RecursiveLoop === 'Allow',
      ...(properties.ReservedConcurrentExecutions !== undefined && {
        reservedConcurrency: properties.ReservedConcurrentExecutions,
      }),
    }
  })
}

const queueAttributes = [
  'ContentBasedDeduplication',
  'DelaySeconds',
  'FifoQueue',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
] as const
const redrivePolicy = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: number })
const queueProperties = z.looseObject({ RedrivePolicy: redrivePolicy.optional() })

interface Queues {
  readonly queues: QueueDefinition[]
  readonly targets: Set<string>
}

function queueDefinitions(template: ResolvedTemplate): Queues {
  const targets = new Set<string>()
  const queues = template.of('AWS::SQS::Queue').map((resource) => {
    const { RedrivePolicy: redrive } = parseProperties(queueProperties, resource)
    if (redrive !== undefined) targets.add(redrive.deadLetterTargetArn)
    const attributes = queueAttributes.flatMap((name) => {
      const value = resource.properties[name]
      return value === undefined ? [] : [[name, String(value)]]
    })
    if (redrive !== undefined) attributes.push(['RedrivePolicy', JSON.stringify(redrive)])
    return {
      name: template.attribute(resource.logicalId, 'QueueName'),
      arn: template.attribute(resource.logicalId, 'Arn'),
      attributes: Object.fromEntries(attributes),
    }
  })
  const rank = (queue: QueueDefinition) => (targets.has(queue.arn) ? 0 : 1)
  return { queues: queues.sort((a, b) => rank(a) - rank(b)), targets }
}

function sourcesOfDeadLetters(queues: readonly QueueDefinition[]): ReadonlyMap<string, string> {
  const names = new Map(queues.map(({ arn, name }) => [arn, name]))
  return new Map(
    queues.flatMap(({ name, attributes }): [string, string][] => {
      const policy = redrivePolicy.partial().parse(JSON.parse(attributes.RedrivePolicy ?? '{}'))
      const deadLetters = names.get(policy.deadLetterTargetArn ?? '')
      return deadLetters === undefined ? [] : [[deadLetters, name]]
    }),
  )
}

const ttl = z.looseObject({
  TimeToLiveSpecification: z.looseObject({ AttributeName: z.string().optional(), Enabled: flag }).optional(),
})

function tableDefinitions(template: ResolvedTemplate): TableDefinition[] {
  return ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'].flatMap((type) =>
    template.of(type).map((resource) => {
      const name = template.ref(resource.logicalId)
      const { TimeToLiveSpecification: expiry } = parseProperties(ttl, resource)
      return {
        name,
        properties: { ...resource.properties, TableName: name },
        streamArn: template.attribute(resource.logicalId, 'StreamArn'),
        ...(expiry?.Enabled === true &&
          expiry.AttributeName !== undefined && { ttlAttribute: expiry.AttributeName }),
      }
    }),
  )
}

const rules = z.array(z.object({ Name: z.string().toLowerCase(), Value: z.string() })).default([])
const notificationConfiguration = z.strictObject({
  QueueConfigurations: z
    .array(
      z.strictObject({
        Event: z.string(),
        Queue: z.string(),
        Filter: z.object({ S3Key: z.object({ Rules: rules }) }).optional(),
      }),
    )
    .default([]),
})
/** Incomplete uploads aren't aborted here: nothing shows them, and they cost nothing. */
const lifecycleRule = z.strictObject({
  Id: z.string().optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Prefix: z.string().default(''),
  ExpirationInDays: number.optional(),
  AbortIncompleteMultipartUpload: z.unknown().optional(),
})
const corsRule = z
  .strictObject({
    AllowedOrigins: z.array(z.string()),
    AllowedMethods: z.array(z.string()),
    AllowedHeaders: z.array(z.string()).default([]),
    ExposedHeaders: z.array(z.string()).default([]),
    MaxAge: number.optional(),
  })
  .transform(
    (rule): CorsRule => ({
      origins: rule.AllowedOrigins,
      methods: rule.AllowedMethods,
      headers: rule.AllowedHeaders.map((name) => name.toLowerCase()),
      exposed: rule.ExposedHeaders,
      maxAgeSeconds: rule.MaxAge,
    }),
  )
const bucketProperties = z.looseObject({
  NotificationConfiguration: notificationConfiguration.optional(),
  LifecycleConfiguration: z.strictObject({ Rules: z.array(lifecycleRule) }).optional(),
  CorsConfiguration: z.strictObject({ CorsRules: z.array(corsRule) }).optional(),
})

const expirationsOf = (rules: readonly z.infer<typeof lifecycleRule>[]): Expiration[] =>
  rules.flatMap(({ Status, Prefix: prefix, ExpirationInDays: days }) =>
    Status === 'Enabled' && days !== undefined ? [{ prefix, days }] : [],
  )

function bucketDefinitions(template: ResolvedTemplate): BucketDefinition[] {
  const rule = (all: z.infer<typeof rules>, name: string) =>
    all.find((each) => each.Name === name)?.Value ?? ''
  return template.of('AWS::S3::Bucket').map((resource) => {
    const name = template.ref(resource.logicalId)
    const {
      NotificationConfiguration: notified,
      LifecycleConfiguration: lifecycle,
      CorsConfiguration: cors,
    } = parseProperties(bucketProperties, resource)
    const notifications = (notified?.QueueConfigurations ?? []).map(({ Event, Queue, Filter }) => {
      const filters = Filter?.S3Key.Rules ?? []
      return {
        event: Event,
        queueArn: Queue,
        prefix: rule(filters, 'prefix'),
        suffix: rule(filters, 'suffix'),
      }
    })
    const expirations = expirationsOf(lifecycle?.Rules ?? [])
    const arn = template.attribute(resource.logicalId, 'Arn')
    return { name, arn, notifications, expirations, cors: cors?.CorsRules ?? [] }
  })
}

/** SQS's limits for a queue's attributes. */
const queueLimits = {
  VisibilityTimeout: [0, 43_200],
  MessageRetentionPeriod: [60, 1_209_600],
  DelaySeconds: [0, 900],
} as const
const mostReceives = 1_000

function checkQueues(
  queues: readonly QueueDefinition[],
  sources: readonly QueueSourceDefinition[],
  functions: readonly FunctionDefinition[],
): void {
  for (const { name, attributes } of queues) {
    for (const [attribute, [least, most]] of Object.entries(queueLimits)) {
      const value = Number(attributes[attribute] ?? least)
      if (!(value >= least && value <= most))
        throw new TemplateError(`${name}: SQS takes no ${attribute} of ${value}`)
    }
    const { maxReceiveCount } = redrivePolicy.partial().parse(JSON.parse(attributes.RedrivePolicy ?? '{}'))
    if (maxReceiveCount !== undefined && !(maxReceiveCount >= 1 && maxReceiveCount <= mostReceives))
      throw new TemplateError(`${name}: SQS takes no maxReceiveCount of ${maxReceiveCount}`)
  }
  for (const { logicalId, sourceArn, functionArn } of sources) {
    const visibleMs =
      1_000 * Number(queues.find(({ arn }) => arn === sourceArn)?.attributes.VisibilityTimeout ?? 30)
    const timeoutMs = functions.find(({ arn }) => arn === functionArn)?.timeoutMs ?? 0
    // Lambda refuses such a source, because a message would be delivered again while it is handled.
    if (visibleMs < timeoutMs)
      throw new TemplateError(`${logicalId}: the queue's visibility time-out is less than the function's`)
  }
}

export function readWiring(template: ResolvedTemplate, assembly: Assembly): Wiring {
  const functions = functionDefinitions(template, assembly)
  const sources = readSources(template, functions)
  const { queues, targets } = queueDefinitions(template)
  checkQueues(queues, sources.queueSources, functions)
  // No function reads these queues, so what is on them waits for an operator.
  for (const { arn } of queues)
    if (!sources.queueSources.some(({ sourceArn }) => sourceArn === arn)) targets.add(arn)
  const names = (type: string) => template.of(type).map(({ logicalId }) => template.ref(logicalId))
  return {
    functions,
    queues,
    deadLetterQueues: new Set(queues.filter((queue) => targets.has(queue.arn)).map((queue) => queue.name)),
    deadLetterSources: sourcesOfDeadLetters(queues),
    tables: tableDefinitions(template),
    buckets: bucketDefinitions(template),
    ...sources,
    scheduleGroups: names('AWS::Scheduler::ScheduleGroup'),
    schedules: template.of('AWS::Scheduler::Schedule').map(({ logicalId, properties }) => ({
      ...properties,
      Name: template.ref(logicalId),
      GroupName: properties.GroupName ?? 'default',
    })),
    eventBuses: names('AWS::Events::EventBus'),
    eventRules: readEventRules(template),
    mailEvents: readMailEvents(template),
    mailIdentities: names('AWS::SES::EmailIdentity'),
    configurationSets: names('AWS::SES::ConfigurationSet'),
  }
}
