/** The policies of the template's queues, buckets, topics, keys and functions, and the keys that encrypt them. */
import * as z from 'zod'
import { TemplateError } from '../assembly/read-assembly.ts'
import { bucketArn, LOCAL_ACCOUNT_ID, queueArn, queueNameOf } from '../aws/names.ts'
import {
  parseProperties,
  type ResolvedResource,
  type ResolvedTemplate,
} from '../template/resolve-template.ts'

const bucketPolicy = z.looseObject({ Bucket: z.string(), PolicyDocument: z.unknown() })
const queuePolicy = z.looseObject({ Queues: z.array(z.string()), PolicyDocument: z.unknown() })
const topicPolicy = z.looseObject({ Topics: z.array(z.string()), PolicyDocument: z.unknown() })
const keyProperties = z.looseObject({ KeyPolicy: z.unknown() })
const permissionProperties = z.looseObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
  PrincipalOrgID: z.never().optional(),
  EventSourceToken: z.never().optional(),
  FunctionUrlAuthType: z.never().optional(),
})
export const document = z.looseObject({ Statement: z.union([z.array(z.unknown()), z.unknown()]) })

/** The policy that SNS gives a topic without one. A policy of its own replaces it. */
const defaultOfTopics = (topic: string) => ({
  Effect: 'Allow',
  Principal: { AWS: '*' },
  Action: 'sns:Publish',
  Resource: topic,
  Condition: { StringEquals: { 'aws:SourceAccount': LOCAL_ACCOUNT_ID } },
})

/** `AWS::Lambda::Permission` as a statement of the function's policy. */
function statementOf(permission: z.infer<typeof permissionProperties>, arn: string): unknown {
  const { Principal, SourceArn, SourceAccount } = permission
  return {
    Effect: 'Allow',
    Principal: Principal.includes('.') ? { Service: Principal } : { AWS: Principal },
    Action: permission.Action,
    Resource: arn,
    Condition: {
      ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': SourceArn } }),
      ...(SourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
    },
  }
}

/** Returns the policy of an ARN; undefined if it has none. */
export function readResourcePolicies(template: ResolvedTemplate): (arn: string) => unknown {
  const policies = new Map<string, unknown[]>()
  const add = (arn: string, statements: readonly unknown[]) =>
    policies.set(arn, [...(policies.get(arn) ?? []), ...statements])
  const statementsOf = (policy: unknown): unknown[] => {
    const { Statement: given } = document.parse(policy)
    return Array.isArray(given) ? given : [given]
  }
  const arnOf = ({ logicalId }: ResolvedResource) => template.attribute(logicalId, 'Arn')

  for (const resource of template.of('AWS::S3::BucketPolicy')) {
    const { Bucket: name, PolicyDocument } = parseProperties(bucketPolicy, resource)
    add(bucketArn(name), statementsOf(PolicyDocument))
  }
  for (const resource of template.of('AWS::SQS::QueuePolicy')) {
    const { Queues: urls, PolicyDocument } = parseProperties(queuePolicy, resource)
    for (const url of urls) add(queueArn(queueNameOf(url)), statementsOf(PolicyDocument))
  }
  for (const resource of template.of('AWS::SNS::TopicPolicy')) {
    const { Topics, PolicyDocument } = parseProperties(topicPolicy, resource)
    for (const arn of Topics) add(arn, statementsOf(PolicyDocument))
  }
  for (const { logicalId } of template.of('AWS::SNS::Topic')) {
    const arn = template.ref(logicalId)
    if (!policies.has(arn)) add(arn, [defaultOfTopics(arn)])
  }
  for (const resource of template.of('AWS::KMS::Key')) {
    const { KeyPolicy } = parseProperties(keyProperties, resource)
    // In a key's policy, `*` is the key itself.
    add(arnOf(resource), statementsOf(KeyPolicy))
  }
  for (const resource of template.of('AWS::Lambda::Permission')) {
    const permission = parseProperties(permissionProperties, resource)
    const { FunctionName: target } = permission
    const fn = template
      .of('AWS::Lambda::Function')
      .find((each) => [arnOf(each), template.ref(each.logicalId)].includes(target))
    const arn = fn === undefined ? target : arnOf(fn)
    add(arn, [statementOf(permission, arn)])
  }
  return (arn) => {
    const statements = policies.get(arn)
    return statements === undefined ? undefined : { Version: '2012-10-17', Statement: statements }
  }
}

/** Types that can be encrypted with a KMS key, and where their properties name it. */
const keyed: Readonly<Record<string, (properties: Readonly<Record<string, unknown>>) => unknown>> = {
  'AWS::SQS::Queue': (properties) => properties.KmsMasterKeyId,
  'AWS::SNS::Topic': (properties) => properties.KmsMasterKeyId,
  'AWS::DynamoDB::Table': (properties) => sseKey.safeParse(properties).data?.SSESpecification.KMSMasterKeyId,
  'AWS::DynamoDB::GlobalTable': (properties) =>
    replicaKeys.safeParse(properties).data?.Replicas.find((each) => each.SSESpecification !== undefined)
      ?.SSESpecification?.KMSMasterKeyId,
  'AWS::S3::Bucket': (properties) =>
    bucketKeys.safeParse(properties).data?.BucketEncryption.ServerSideEncryptionConfiguration[0]
      ?.ServerSideEncryptionByDefault.KMSMasterKeyID,
}
const sseKey = z.looseObject({
  SSESpecification: z.looseObject({ KMSMasterKeyId: z.string().optional() }),
})
const replicaKeys = z.looseObject({ Replicas: z.array(sseKey.partial()) })
const bucketKeys = z.looseObject({
  BucketEncryption: z.looseObject({
    ServerSideEncryptionConfiguration: z.array(
      z.looseObject({
        ServerSideEncryptionByDefault: z.looseObject({ KMSMasterKeyID: z.string().optional() }),
      }),
    ),
  }),
})

/** Keys by the ARN of what they encrypt: the key's ARN, or the alias of a key that AWS manages. */
export function readKeys(template: ResolvedTemplate): ReadonlyMap<string, string> {
  const own = template.of('AWS::KMS::Key').map(({ logicalId }) => ({
    id: template.ref(logicalId),
    arn: template.attribute(logicalId, 'Arn'),
  }))
  return new Map(
    Object.entries(keyed).flatMap(([type, keyOf]) =>
      template.of(type).flatMap((resource): [string, string][] => {
        const key = keyOf(resource.properties)
        if (typeof key !== 'string' || key === '') return []
        const arn =
          type === 'AWS::SNS::Topic'
            ? template.ref(resource.logicalId)
            : template.attribute(resource.logicalId, 'Arn')
        const known = own.find((each) => each.id === key || each.arn === key)?.arn
        if (known !== undefined) return [[arn, known]]
        if (key.includes('alias/aws/')) return [[arn, key.slice(key.indexOf('alias/aws/'))]]
        throw new TemplateError(`${resource.logicalId}: its key ${key} isn't in the template`)
      }),
    ),
  )
}
