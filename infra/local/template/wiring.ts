/**
 * Reads the template into typed definitions: functions, what feeds them, tables, queues and buckets. Properties that
 * change behaviour but have no effect here are refused by name, since a service that behaves differently than on AWS
 * is worse than one that doesn't start.
 */
import * as z from 'zod'
import type { Assembly } from '../assembly/read-assembly.ts'
import { parseProperties, type ResolvedTemplate } from './resolve-template.ts'
import { type BucketDefinition, readBuckets } from './wiring-buckets.ts'
import {
  type EventRuleDefinition,
  type MailEventsDefinition,
  readEventRules,
  readMailEvents,
} from './wiring-events.ts'
import { type FunctionDefinition, readFunctions } from './wiring-functions.ts'
import { checkQueues, type QueueDefinition, readQueues, sourcesOfDeadLetters } from './wiring-queues.ts'
import {
  flag,
  type QueueSourceDefinition,
  readSources,
  type StreamSourceDefinition,
} from './wiring-sources.ts'

export interface TableDefinition {
  readonly name: string
  /** The template's properties, resolved, with `TableName`. */
  readonly properties: Readonly<Record<string, unknown>>
  readonly streamArn: string
  readonly ttlAttribute?: string
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

export function readWiring(template: ResolvedTemplate, assembly: Assembly): Wiring {
  const functions = readFunctions(template, assembly)
  const sources = readSources(template, functions)
  const { queues, targets } = readQueues(template)
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
    buckets: readBuckets(template),
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
