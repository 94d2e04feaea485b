/**
 * What Lambda does under a function's role: it reads event sources, stores failed batches, and writes logs and
 * traces.
 */
import * as z from 'zod'
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from '../aws/names.ts'
import { parseProperties, type ResolvedResource } from '../template/resolve-template.ts'
import {
  type Delivery,
  deliver,
  type RoleSender,
  type ReadContext,
  serviceOf,
  UncheckedDeliveryError,
} from './delivery.ts'

const inTheNameOf = (role: string): RoleSender => ({ role, assumedBy: 'lambda.amazonaws.com' })

const onFailure = z.looseObject({ Destination: z.string() }).optional()
const sourceProperties = z.looseObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: z.union([z.boolean(), z.stringbool()]).default(true),
  DestinationConfig: z.looseObject({ OnFailure: onFailure, OnSuccess: z.never().optional() }).optional(),
})

/**
 * Actions for each kind of event source. Lambda needs `ListStreams` to create the source; it has no narrower
 * resource.
 */
const readActions: Readonly<
  Record<string, (arn: string) => readonly (readonly [string, readonly string[]])[]>
> = {
  sqs: (arn) => [[arn, ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']]],
  dynamodb: (arn) => [
    [arn, ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator']],
    ['*', ['dynamodb:ListStreams']],
  ],
}

/** A bucket receives whole batches, and Lambda checks that it exists. Queues and topics receive only their position. */
function putAside(what: string, sender: RoleSender, arn: string): Delivery[] {
  return serviceOf(arn) === 's3'
    ? [
        { what, sender, actions: ['s3:PutObject'], resource: `${arn}/aws/lambda/x`, holder: arn },
        { what, sender, actions: ['s3:ListBucket'], resource: arn },
      ]
    : [deliver(what, sender, arn, ['sqs', 'sns'])]
}

export function eventSource(resource: ResolvedResource, { roleOf }: ReadContext): Delivery[] {
  const properties = parseProperties(sourceProperties, resource)
  if (!properties.Enabled) return []
  const { logicalId } = resource
  const { EventSourceArn: sourceArn, DestinationConfig } = properties
  const sender = inTheNameOf(roleOf(properties.FunctionName, logicalId))
  const read = readActions[serviceOf(sourceArn)]
  if (read === undefined) throw new UncheckedDeliveryError(logicalId, `from ${sourceArn}`)
  const failures = DestinationConfig?.OnFailure?.Destination
  return [
    ...read(sourceArn).map(([arn, actions]) => ({
      what: logicalId,
      sender,
      actions,
      resource: arn,
      // The stream is encrypted with the table's key.
      holder: sourceArn.replace(/\/stream\/.*/, ''),
    })),
    ...(failures === undefined ? [] : putAside(logicalId, sender, failures)),
  ]
}

const invokeProperties = z.looseObject({
  FunctionName: z.string(),
  DestinationConfig: z.looseObject({ OnFailure: onFailure, OnSuccess: onFailure }).optional(),
})

export function eventInvoke(resource: ResolvedResource, { roleOf }: ReadContext): Delivery[] {
  const { FunctionName, DestinationConfig } = parseProperties(invokeProperties, resource)
  const sender = inTheNameOf(roleOf(FunctionName, resource.logicalId))
  return [DestinationConfig?.OnFailure, DestinationConfig?.OnSuccess].flatMap((each) =>
    each === undefined ? [] : putAside(resource.logicalId, sender, each.Destination),
  )
}

const functionProperties = z.looseObject({
  Role: z.string(),
  DeadLetterConfig: z.looseObject({ TargetArn: z.string() }).optional(),
  LoggingConfig: z.looseObject({ LogGroup: z.string().optional() }).optional(),
  TracingConfig: z.looseObject({ Mode: z.string() }).optional(),
  FileSystemConfigs: z.never().optional(),
  VpcConfig: z.never().optional(),
})

export function lambdaFunction(resource: ResolvedResource, { template }: ReadContext): Delivery[] {
  const { Role, DeadLetterConfig, LoggingConfig, TracingConfig } = parseProperties(
    functionProperties,
    resource,
  )
  const name = template.ref(resource.logicalId)
  const sender = inTheNameOf(Role)
  const logGroup = LoggingConfig?.LogGroup
  return [
    // Lambda assumes the role whatever the role may do.
    { what: name, sender, actions: [], resource: template.attribute(resource.logicalId, 'Arn') },
    ...(logGroup === undefined
      ? []
      : [
          {
            what: `the log of ${name}`,
            sender,
            actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            resource: `arn:aws:logs:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:log-group:${logGroup}:log-stream:x`,
          },
        ]),
    ...(TracingConfig?.Mode === 'Active'
      ? [
          {
            what: `the traces of ${name}`,
            sender,
            actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
            resource: '*',
          },
        ]
      : []),
    ...(DeadLetterConfig === undefined
      ? []
      : [deliver(`the dead letters of ${name}`, sender, DeadLetterConfig.TargetArn, ['sqs', 'sns'])]),
  ]
}
