/** What alarms, buckets, topics and queues deliver: notifications, and dead letters. */
import * as z from 'zod'
import { TemplateError } from '../assembly/read-assembly.ts'
import { parseProperties } from '../template/resolve-template.ts'
import { deliver, type DeliveryReader, UncheckedDeliveryError } from './delivery.ts'

const arns = z.array(z.string()).default([])

const alarmProperties = z.looseObject({
  AlarmActions: arns,
  OKActions: arns,
  InsufficientDataActions: arns,
})

export const alarm: DeliveryReader = (resource, { template }) => {
  const { AlarmActions, OKActions, InsufficientDataActions } = parseProperties(alarmProperties, resource)
  const what = `the alarm ${resource.logicalId}`
  const sender = {
    service: 'cloudwatch.amazonaws.com',
    sourceArn: template.attribute(resource.logicalId, 'Arn'),
  }
  return [...new Set([...AlarmActions, ...OKActions, ...InsufficientDataActions])].map((arn) =>
    deliver(what, sender, arn, ['sns']),
  )
}

const bucketProperties = z.looseObject({
  NotificationConfiguration: z
    .strictObject({ QueueConfigurations: z.array(z.looseObject({ Queue: z.string() })).default([]) })
    .optional(),
  LoggingConfiguration: z.never().optional(),
  ReplicationConfiguration: z.never().optional(),
  InventoryConfigurations: z.never().optional(),
  AnalyticsConfigurations: z.never().optional(),
})

export const bucket: DeliveryReader = (resource, { template }) => {
  const { NotificationConfiguration: own } = parseProperties(bucketProperties, resource)
  const { logicalId } = resource
  const queues = new Set((own?.QueueConfigurations ?? []).map(({ Queue }) => Queue))
  const sender = { service: 's3.amazonaws.com', sourceArn: template.attribute(logicalId, 'Arn') }
  return [...queues].map((arn) =>
    deliver(`the notifications of ${template.ref(logicalId)}`, sender, arn, ['sqs', 'sns', 'lambda']),
  )
}

const subscriptionProperties = z.looseObject({
  TopicArn: z.string(),
  Protocol: z.string(),
  Endpoint: z.string(),
  RedrivePolicy: z.never().optional(),
  SubscriptionRoleArn: z.never().optional(),
})
/** Receivers with these protocols are people and servers, who confirm the subscription themselves. */
const confirmedProtocols = ['email', 'email-json', 'sms', 'https']

export const subscription: DeliveryReader = (resource) => {
  const { TopicArn, Protocol, Endpoint } = parseProperties(subscriptionProperties, resource)
  if (confirmedProtocols.includes(Protocol)) return []
  const sender = { service: 'sns.amazonaws.com', sourceArn: TopicArn }
  return [deliver(`the subscription ${resource.logicalId}`, sender, Endpoint, ['sqs', 'lambda'])]
}

const queueProperties = z.looseObject({
  RedrivePolicy: z.looseObject({ deadLetterTargetArn: z.string() }).optional(),
})
const redriveAllow = z.looseObject({
  redrivePermission: z.enum(['allowAll', 'denyAll', 'byQueue']),
  sourceQueueArns: arns,
})

/** For dead letters SQS checks no policy, only the receiving queue's own list of queues that may send them. */
export const queue: DeliveryReader = (resource, { template }) => {
  const target = parseProperties(queueProperties, resource).RedrivePolicy?.deadLetterTargetArn
  if (target === undefined) return []
  const { logicalId } = resource
  const arn = template.attribute(logicalId, 'Arn')
  const receiver = template
    .of('AWS::SQS::Queue')
    .find((each) => template.attribute(each.logicalId, 'Arn') === target)
  if (receiver === undefined)
    throw new UncheckedDeliveryError(`the dead letters of ${logicalId}`, `to ${target}`)
  const { RedriveAllowPolicy: given } = receiver.properties
  if (given === undefined) return []
  const allowed = redriveAllow.parse(given)
  const isAllowed =
    allowed.redrivePermission === 'allowAll' ||
    (allowed.redrivePermission === 'byQueue' && allowed.sourceQueueArns.includes(arn))
  if (!isAllowed)
    throw new TemplateError(`the dead letters of ${logicalId}: ${receiver.logicalId} takes none of it`)
  return []
}
