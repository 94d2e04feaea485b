/** Reads the template's queues, and checks what SQS and Lambda would refuse of them. */
import * as z from 'zod'
import { TemplateError } from '../assembly/read-assembly.ts'
import { parseProperties, type ResolvedTemplate } from './resolve-template.ts'
import type { FunctionDefinition } from './wiring-functions.ts'
import { number, type QueueSourceDefinition } from './wiring-sources.ts'

export interface QueueDefinition {
  readonly name: string
  readonly arn: string
  /** Attributes as in SQS's API. */
  readonly attributes: Readonly<Record<string, string>>
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

export interface Queues {
  /** Sorted so that dead-letter queues come before the queues that use them. */
  readonly queues: QueueDefinition[]
  /** ARNs of the queues that receive dead letters. */
  readonly targets: Set<string>
}

export function readQueues(template: ResolvedTemplate): Queues {
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

/** The queue whose dead letters each dead-letter queue receives, by name. */
export function sourcesOfDeadLetters(queues: readonly QueueDefinition[]): ReadonlyMap<string, string> {
  const names = new Map(queues.map(({ arn, name }) => [arn, name]))
  return new Map(
    queues.flatMap(({ name, attributes }): [string, string][] => {
      const policy = redrivePolicy.partial().parse(JSON.parse(attributes.RedrivePolicy ?? '{}'))
      const deadLetters = names.get(policy.deadLetterTargetArn ?? '')
      return deadLetters === undefined ? [] : [[deadLetters, name]]
    }),
  )
}

/** SQS's limits for a queue's attributes. */
const queueLimits = {
  VisibilityTimeout: [0, 43_200],
  MessageRetentionPeriod: [60, 1_209_600],
  DelaySeconds: [0, 900],
} as const
const mostReceives = 1_000

/** @throws TemplateError for a queue or source that AWS would refuse */
export function checkQueues(
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
