/** Roles and resource policies from the template. */
import * as z from 'zod'
import { TemplateError } from '../assembly/read-assembly.ts'
import type { Principal } from '../aws/iam/policy-evaluation.ts'
import { readKeys, readResourcePolicies } from './resource-policies.ts'
import { parseProperties, type ResolvedTemplate } from '../template/resolve-template.ts'

interface Role extends Principal {
  /** The policy that says who may assume the role. */
  readonly trust: unknown
}

export interface Roles {
  readonly byArn: ReadonlyMap<string, Role>
  /** The policy of a queue, bucket, topic, key or function. */
  readonly resourcePolicyOf: (arn: string) => unknown
  /** The KMS key that encrypts the resource, if there is one. */
  readonly keyOf: (arn: string) => string | undefined
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

/** AWS managed policies that a role here may have, reduced to actions that matter here. */
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
  'arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited': {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: [
          'cloudwatch:DescribeAlarms',
          'lambda:UpdateAlias',
          'lambda:GetAlias',
          'lambda:GetProvisionedConcurrencyConfig',
        ],
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

  const keys = readKeys(template)
  return { byArn, resourcePolicyOf: readResourcePolicies(template), keyOf: (arn) => keys.get(arn) }
}

/** The access key for calls that a service makes under the role, such as those of a schedule. */
export const accessKeyOfRole = (roleArn: string): string => `LOCALROLE:${roleArn}`
