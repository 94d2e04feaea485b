/** What EventBridge's rules, EventBridge Scheduler and SES's events deliver. */
import * as z from 'zod'
import { TemplateError } from '../assembly/read-assembly.ts'
import { scheduleGroupArn } from '../aws/names.ts'
import { parseProperties } from '../template/resolve-template.ts'
import { type Delivery, deliver, type DeliveryReader } from './delivery.ts'

const deadLetterConfig = z.looseObject({ Arn: z.string().optional() }).optional()
const isDisabled = ({ State }: { readonly State?: string | undefined }) => State === 'DISABLED'

const ruleProperties = z.looseObject({
  State: z.string().optional(),
  Targets: z
    .array(
      z.looseObject({ Arn: z.string(), RoleArn: z.never().optional(), DeadLetterConfig: deadLetterConfig }),
    )
    .default([]),
})

export const rule: DeliveryReader = (resource, { template }) => {
  const properties = parseProperties(ruleProperties, resource)
  if (isDisabled(properties)) return []
  const sender = {
    service: 'events.amazonaws.com',
    sourceArn: template.attribute(resource.logicalId, 'Arn'),
  }
  return properties.Targets.flatMap(({ Arn, DeadLetterConfig }) => [
    deliver(`the target of ${resource.logicalId}`, sender, Arn, ['sqs', 'sns', 'lambda']),
    ...(DeadLetterConfig?.Arn === undefined
      ? []
      : [deliver(`the dead letters of ${resource.logicalId}`, sender, DeadLetterConfig.Arn, ['sqs'])]),
  ])
}

const scheduleProperties = z.looseObject({
  GroupName: z.string().default('default'),
  State: z.string().optional(),
  Target: z.looseObject({ Arn: z.string(), RoleArn: z.string(), DeadLetterConfig: deadLetterConfig }),
})

export const schedule: DeliveryReader = (resource) => {
  const properties = parseProperties(scheduleProperties, resource)
  const { Arn, RoleArn, DeadLetterConfig } = properties.Target
  return isDisabled(properties)
    ? []
    : scheduled(resource.logicalId, {
        group: properties.GroupName,
        roleArn: RoleArn,
        targetArn: Arn,
        deadLetterArn: DeadLetterConfig?.Arn,
      })
}

export interface ScheduledTarget {
  readonly group: string
  readonly roleArn: string
  readonly targetArn: string
  readonly deadLetterArn?: string | undefined
}

/** The deliveries of a schedule, from the template or created by a function. */
export function scheduled(name: string, target: ScheduledTarget): Delivery[] {
  const { group, roleArn, targetArn, deadLetterArn } = target
  const sender = {
    role: roleArn,
    assumedBy: 'scheduler.amazonaws.com',
    // EventBridge Scheduler gives the role the group's ARN, and never the schedule's.
    sourceArn: scheduleGroupArn(group),
  }
  return [
    deliver(`the schedule ${name}`, sender, targetArn, ['sqs']),
    ...(deadLetterArn === undefined
      ? []
      : [deliver(`the dead letters of the schedule ${name}`, sender, deadLetterArn, ['sqs'])]),
  ]
}

const destinationProperties = z.looseObject({
  EventDestination: z.strictObject({
    Name: z.string().optional(),
    Enabled: z.unknown(),
    MatchingEventTypes: z.unknown(),
    EventBridgeDestination: z.strictObject({ EventBusArn: z.string() }),
  }),
})

/** SES needs no permission to publish on the account's default bus, and can't publish on another. */
export const mailEvents: DeliveryReader = (resource) => {
  const { EventDestination } = parseProperties(destinationProperties, resource)
  const { EventBusArn } = EventDestination.EventBridgeDestination
  if (!EventBusArn.endsWith(':event-bus/default'))
    throw new TemplateError(`${resource.logicalId}: SES publishes on the default bus only`)
  return []
}
