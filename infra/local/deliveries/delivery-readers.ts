/**
 * Reads the deliveries of each type of resource. A type that is neither here nor among those without deliveries keeps
 * the service from starting: otherwise its mistakes would be found in production.
 */
import * as z from 'zod'
import { TemplateError } from '../assembly/read-assembly.ts'
import { scheduleGroupArn } from '../aws/names.ts'
import { parseProperties, type ResolvedResource } from '../template/resolve-template.ts'
import { type Delivery, deliver, type ReadContext, UncheckedDeliveryError } from './delivery.ts'
import { eventInvoke, eventSource, lambdaFunction } from './function-deliveries.ts'
import { apiAuthorizer, apiRoute } from './http-api-deliveries.ts'

export type DeliveryReader = (resource: ResolvedResource, around: ReadContext) => Delivery[]

const arns = z.array(z.string()).default([])

const alarmProperties = z.looseObject({
  AlarmActions: arns,
  OKActions: arns,
  InsufficientDataActions: arns,
})

const alarm: DeliveryReader = (resource, { template }) => {
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

const bucket: DeliveryReader = (resource, { template }) => {
  const { NotificationConfiguration: own } = parseProperties(bucketProperties, resource)
  const { logicalId } = resource
  const queues = new Set((own?.QueueConfigurations ?? []).map(({ Queue }) => Queue))
  const sender = { service: 's3.amazonaws.com', sourceArn: template.attribute(logicalId, 'Arn') }
  return [...queues].map((arn) =>
    deliver(`the notifications of ${template.ref(logicalId)}`, sender, arn, ['sqs', 'sns', 'lambda']),
  )
}

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

const rule: DeliveryReader = (resource, { template }) => {
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

const schedule: DeliveryReader = (resource) => {
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
const mailEvents: DeliveryReader = (resource) => {
  const { EventDestination } = parseProperties(destinationProperties, resource)
  const { EventBusArn } = EventDestination.EventBridgeDestination
  if (!EventBusArn.endsWith(':event-bus/default'))
    throw new TemplateError(`${resource.logicalId}: SES publishes on the default bus only`)
  return []
}

const triggers = z.looseObject({ LambdaArn: z.string() })
const poolProperties = z.looseObject({
  LambdaConfig: z.record(z.string(), z.union([z.string(), triggers])).default({}),
})
/** Cognito encrypts what it sends to these triggers. The key would have to be checked too. */
const encryptedTriggers = ['CustomEmailSender', 'CustomSMSSender', 'KMSKeyID']

const userPool: DeliveryReader = (resource, { template }) => {
  const { LambdaConfig } = parseProperties(poolProperties, resource)
  return Object.entries(LambdaConfig).map(([name, trigger]) => {
    const what = `the trigger ${name} of ${resource.logicalId}`
    if (encryptedTriggers.includes(name)) throw new UncheckedDeliveryError(what, 'encrypted')
    const sourceArn = template.attribute(resource.logicalId, 'Arn')
    const arn = typeof trigger === 'string' ? trigger : trigger.LambdaArn
    return deliver(what, { service: 'cognito-idp.amazonaws.com', sourceArn }, arn, ['lambda'])
  })
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

const subscription: DeliveryReader = (resource) => {
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
const queue: DeliveryReader = (resource, { template }) => {
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

const groupProperties = z.looseObject({
  ServiceRoleArn: z.string(),
  TriggerConfigurations: z.never().optional(),
})

/** CodeDeploy moves aliases under a role, and reads alarms to know whether to continue. */
const deploymentGroup: DeliveryReader = (resource) => {
  const { ServiceRoleArn } = parseProperties(groupProperties, resource)
  return [
    {
      what: `the deployments of ${resource.logicalId}`,
      sender: { role: ServiceRoleArn, assumedBy: 'codedeploy.amazonaws.com' },
      actions: ['lambda:GetAlias', 'lambda:UpdateAlias', 'cloudwatch:DescribeAlarms'],
      resource: '*',
    },
  ]
}

export const deliveryReaders: Readonly<Record<string, DeliveryReader>> = {
  'AWS::ApiGatewayV2::Authorizer': apiAuthorizer,
  'AWS::ApiGatewayV2::Route': apiRoute,
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': alarm,
  'AWS::CodeDeploy::DeploymentGroup': deploymentGroup,
  'AWS::Cognito::UserPool': userPool,
  'AWS::Events::Rule': rule,
  'AWS::Lambda::EventInvokeConfig': eventInvoke,
  'AWS::Lambda::EventSourceMapping': eventSource,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::S3::Bucket': bucket,
  'AWS::SES::ConfigurationSetEventDestination': mailEvents,
  'AWS::SNS::Subscription': subscription,
  'AWS::SQS::Queue': queue,
  'AWS::Scheduler::Schedule': schedule,
}

/** Types that deliver nothing, or only as part of another resource. */
export const typesWithoutDeliveries: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::ApiMapping',
  'AWS::ApiGatewayV2::DomainName',
  // Called through its routes.
  'AWS::ApiGatewayV2::Integration',
  // API Gateway adds the permission for the access log to the log group when it creates the stage.
  'AWS::ApiGatewayV2::Stage',
  'AWS::CDK::Metadata',
  'AWS::CertificateManager::Certificate',
  'AWS::CloudWatch::Dashboard',
  'AWS::CodeDeploy::Application',
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolDomain',
  'AWS::Cognito::UserPoolGroup',
  'AWS::Cognito::UserPoolResourceServer',
  // An event source reads its stream.
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Lambda::Alias',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::LogGroup',
  // CloudWatch writes these metrics itself.
  'AWS::Logs::MetricFilter',
  'AWS::Route53::RecordSet',
  'AWS::S3::BucketPolicy',
  'AWS::SES::ConfigurationSet',
  'AWS::SES::EmailIdentity',
  'AWS::SNS::TopicPolicy',
  'AWS::SNS::Topic',
  'AWS::SQS::QueuePolicy',
  'AWS::SSM::Parameter',
  'AWS::Scheduler::ScheduleGroup',
])
