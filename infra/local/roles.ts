/** Who may do what, from the template: the functions' and schedules' roles, the queues' and buckets' policies. */
import * as z from 'zod'
import { TemplateError } from './assembly.ts'
import { type Judge, judgeService, type Principal, type ServiceCall } from './aws/iam.ts'
import { bucketArn, LOCAL_ACCOUNT_ID, queueArn, queueNameOf, scheduleGroupArn } from './aws/names.ts'
import { parseProperties, type ResolvedTemplate } from './template.ts'
import type { Wiring } from './wiring.ts'

interface Role extends Principal {
  /** Who may take the role on. */
  readonly trust: unknown
}

export interface Roles {
  readonly byArn: ReadonlyMap<string, Role>
  /** The policy of a queue or bucket. */
  readonly resourcePolicyOf: (arn: string) => unknown
}

const inlinePolicies = z.array(z.object({ PolicyName: z.string(), PolicyDocument: z.unknown() })).default([])
const roleProperties = z.looseObject({
  AssumeRolePolicyDocument: z.unknown(),
  Policies: inlinePolicies,
  ManagedPolicyArns: z.array(z.string()).default([]),
  PermissionsBoundary: z.never().optional(),
})
const policyProperties = z.looseObject({
  PolicyDocument: z.unknown(),
  Roles: z.array(z.string()).default([]),
})
const bucketPolicy = z.looseObject({ Bucket: z.string(), PolicyDocument: z.unknown() })
const queuePolicy = z.looseObject({ Queues: z.array(z.string()), PolicyDocument: z.unknown() })
const document = z.looseObject({ Statement: z.union([z.array(z.unknown()), z.unknown()]) })

/** AWS's own policies that a role here may have: what they allow of what exists here is nothing but logs. */
const awsManagedPolicies: Readonly<Record<string, unknown>> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: '*',
      },
    ],
  },
}

export function readRoles(template: ResolvedTemplate): Roles {
  const attached = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    template.of(type).map((resource) => ({
      name: resource.logicalId,
      ...parseProperties(policyProperties, resource),
    })),
  )
  const byArn = new Map<string, Role>()
  for (const resource of template.of('AWS::IAM::Role')) {
    const { logicalId } = resource
    const properties = parseProperties(roleProperties, resource)
    const name = template.ref(logicalId)
    const roleArn = template.attribute(logicalId, 'Arn')
    const managed = properties.ManagedPolicyArns.map((arn) => {
      const known = awsManagedPolicies[arn]
      if (known === undefined) throw new TemplateError(`${logicalId}: the policy ${arn} is not known here`)
      return { name: arn, document: known }
    })
    byArn.set(roleArn, {
      roleArn,
      trust: properties.AssumeRolePolicyDocument,
      policies: [
        ...properties.Policies.map((each) => ({ name: each.PolicyName, document: each.PolicyDocument })),
        ...attached
          .filter((each) => each.Roles.includes(name))
          .map((each) => ({ name: each.name, document: each.PolicyDocument })),
        ...managed,
      ],
    })
  }

  const policies = new Map<string, unknown[]>()
  const add = (arn: string, policy: unknown) => {
    const statements = document.parse(policy).Statement
    policies.set(arn, [
      ...(policies.get(arn) ?? []),
      ...(Array.isArray(statements) ? statements : [statements]),
    ])
  }
  for (const resource of template.of('AWS::S3::BucketPolicy')) {
    const { Bucket: name, PolicyDocument: policy } = parseProperties(bucketPolicy, resource)
    add(bucketArn(name), policy)
  }
  for (const resource of template.of('AWS::SQS::QueuePolicy')) {
    const { Queues: urls, PolicyDocument: policy } = parseProperties(queuePolicy, resource)
    for (const url of urls) add(queueArn(queueNameOf(url)), policy)
  }
  const resourcePolicyOf = (arn: string): unknown => {
    const statements = policies.get(arn)
    return statements === undefined ? undefined : { Version: '2012-10-17', Statement: statements }
  }
  return { byArn, resourcePolicyOf }
}

/** The access key under which a role's own calls are judged, as those that a schedule makes. */
export const accessKeyOfRole = (roleArn: string): string => `LOCALROLE:${roleArn}`

async function demandService(call: ServiceCall, what: string): Promise<void> {
  const verdict = await judgeService(call)
  if (!verdict.allowed) throw new TemplateError(`${what}: ${verdict.message ?? 'not allowed'}`)
}

/**
 * What AWS checks when it sets the same up, and would refuse to deploy: that Lambda may read a source in the
 * function's name and put aside what fails, that S3 and event rules may write to the queues they are to notify, and that
 * services may take on the roles they are given. Throws a `TemplateError` that says what is missing.
 */
export async function checkRights(wiring: Wiring, roles: Roles, judge: Judge): Promise<void> {
  const roleOf = (functionArn: string) =>
    wiring.functions.find((each) => each.arn === functionArn)?.roleArn ?? ''
  const demand = async (roleArn: string, actions: readonly string[], resource: string, what: string) => {
    for (const action of actions) {
      const { allowed, message } = await judge({ accessKeyId: accessKeyOfRole(roleArn), action, resource })
      if (!allowed) throw new TemplateError(`${what}: ${message ?? `${action} is not allowed`}`)
    }
  }
  for (const { functionArn, sourceArn, logicalId } of wiring.queueSources) {
    const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']
    await demand(roleOf(functionArn), actions, sourceArn, logicalId)
  }
  for (const { functionArn, sourceArn, logicalId, onFailureArn } of wiring.streamSources) {
    const actions = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator']
    await demand(roleOf(functionArn), actions, sourceArn, logicalId)
    if (onFailureArn !== undefined)
      await demand(roleOf(functionArn), ['sqs:SendMessage'], onFailureArn, logicalId)
  }
  for (const bucket of wiring.buckets) {
    for (const { queueArn: resource } of bucket.notifications) {
      const context = { 'aws:SourceArn': bucket.arn, 'aws:SourceAccount': LOCAL_ACCOUNT_ID }
      const resourcePolicy = roles.resourcePolicyOf(resource)
      const call = {
        service: 's3.amazonaws.com',
        action: 'sqs:SendMessage',
        resource,
        resourcePolicy,
        context,
      }
      await demandService(call, `the notifications of ${bucket.name}`)
    }
  }
  for (const rule of wiring.eventRules) {
    for (const resource of rule.queueArns) {
      const context = { 'aws:SourceArn': rule.arn, 'aws:SourceAccount': LOCAL_ACCOUNT_ID }
      const resourcePolicy = roles.resourcePolicyOf(resource)
      const call = {
        service: 'events.amazonaws.com',
        action: 'sqs:SendMessage',
        resource,
        resourcePolicy,
        context,
      }
      await demandService(call, `the target of ${rule.logicalId}`)
    }
  }
  for (const { name, roleArn } of wiring.functions) {
    await checkTrust(roles, roleArn, 'lambda.amazonaws.com', {}, name)
  }
}

/** Throws unless the role lets the service take it on. */
async function checkTrust(
  roles: Roles,
  roleArn: string,
  service: string,
  context: Readonly<Record<string, string>>,
  what: string,
): Promise<void> {
  const resourcePolicy = trustAsResourcePolicy(roles.byArn.get(roleArn)?.trust, roleArn)
  await demandService({ service, action: 'sts:AssumeRole', resource: roleArn, resourcePolicy, context }, what)
}

/** A schedule's delivery, as its role allows it. */
export async function checkDelivery(
  roles: Roles,
  judge: Judge,
  { group, roleArn, targetArn }: { group: string; roleArn: string; targetArn: string },
): Promise<void> {
  const context = { 'aws:SourceArn': scheduleGroupArn(group), 'aws:SourceAccount': LOCAL_ACCOUNT_ID }
  await checkTrust(roles, roleArn, 'scheduler.amazonaws.com', context, `the schedules of ${group}`)
  const accessKeyId = accessKeyOfRole(roleArn)
  const { allowed, message } = await judge({ accessKeyId, action: 'sqs:SendMessage', resource: targetArn })
  if (!allowed) throw new Error(message ?? `${roleArn} may not send to ${targetArn}`)
}

/** A trust policy names no resource, since it is about its own role. */
function trustAsResourcePolicy(trust: unknown, roleArn: string): unknown {
  const parsed = document.safeParse(trust)
  if (!parsed.success) return undefined
  const { Statement: given } = parsed.data
  const statements: unknown[] = Array.isArray(given) ? given : [given]
  return {
    Version: '2012-10-17',
    Statement: statements.map((each) => (typeof each === 'object' ? { ...each, Resource: roleArn } : each)),
  }
}
