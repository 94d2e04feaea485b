import { validateIdentityPolicy, validateResourcePolicy } from '@cloud-copilot/iam-policy'
import { runSimulation } from '@cloud-copilot/iam-simulate'
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from '../names.ts'

/** A role with its policies, in which all names and ARNs are resolved. */
export interface Principal {
  roleArn: string
  policies: { name: string; document: unknown }[]
}

export interface AwsCall {
  /** The caller's access key; empty for an unsigned call. */
  accessKeyId: string
  action: string
  resource: string
  context?: Readonly<Record<string, string | string[]>>
}

export interface PolicyDecision {
  allowed: boolean
  /** IAM's message if the call isn't allowed. */
  message?: string
}

export type PolicyEvaluator = (call: AwsCall) => PolicyDecision | Promise<PolicyDecision>

export interface ServiceCall {
  /** The service's principal, such as `s3.amazonaws.com`. */
  service: string
  action: string
  resource: string
  /** The policy of the queue or other resource that is called. */
  resourcePolicy: unknown
  context?: Readonly<Record<string, string | string[]>>
}

/** The policy of a bucket or queue, by its ARN; undefined if it has none. */
export type ResourcePolicyOf = (arn: string) => unknown

/**
 * Condition keys that hold for every call here. `aws:SecureTransport` is true although calls go over loopback: on AWS
 * they use TLS, and policies may require it.
 */
const AMBIENT = {
  'aws:SecureTransport': 'true',
  'aws:PrincipalAccount': LOCAL_ACCOUNT_ID,
  'aws:RequestedRegion': LOCAL_REGION,
}

/** The resource whose policy governs the ARN: for an object it is the bucket. */
const policyHolder = (arn: string) => (arn.startsWith('arn:aws:s3:::') ? (arn.split('/')[0] ?? arn) : arn)

const sessionArn = (roleArn: string) =>
  `arn:aws:sts::${LOCAL_ACCOUNT_ID}:assumed-role/${roleArn.slice(roleArn.lastIndexOf('/') + 1)}/local`

interface Outcome {
  allowed: boolean
  because: string
}

async function simulate(call: {
  principal: string
  action: string
  resource: string
  identityPolicies: { name: string; policy: unknown }[]
  resourcePolicy: unknown
  context: Record<string, string | string[]>
}): Promise<Outcome> {
  const { principal, action, resource, identityPolicies, resourcePolicy } = call
  const outcome = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: LOCAL_ACCOUNT_ID },
        contextVariables: { ...AMBIENT, ...call.context },
      },
      identityPolicies,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    },
    {},
  )
  // IAM doesn't know the action, or the action has no such resource. Nobody can be allowed it.
  if (outcome.resultType === 'error')
    return { allowed: false, because: `since IAM says ${outcome.errors.message}` }
  if (outcome.overallResult === 'ExplicitlyDenied')
    return { allowed: false, because: 'with an explicit deny in a policy' }
  const because = `because no identity-based policy allows the ${action} action`
  return { allowed: outcome.overallResult === 'Allowed', because }
}

/**
 * Evaluates calls by the policies of the role behind their access key, as IAM does within an account. Unknown access
 * keys belong to callers from outside the service, who may do everything. Unsigned calls may do nothing.
 */
export function createPolicyEvaluator(o: {
  principals: Readonly<Record<string, Principal>>
  resourcePolicyOf?: ResourcePolicyOf
}): PolicyEvaluator {
  for (const [accessKeyId, { roleArn, policies }] of Object.entries(o.principals)) {
    for (const { name, document } of policies) {
      const [error] = validateIdentityPolicy(document)
      if (error !== undefined) {
        throw new Error(
          `the policy ${name} of ${roleArn} (${accessKeyId}) is not valid: ${error.path}: ${error.message}`,
        )
      }
    }
  }
  return async ({ accessKeyId, action, resource, context = {} }) => {
    if (accessKeyId === '') return { allowed: false, message: 'Access Denied' }
    const principal = o.principals[accessKeyId]
    if (principal === undefined) return { allowed: true }
    const caller = sessionArn(principal.roleArn)
    const outcome = await simulate({
      principal: caller,
      action,
      resource,
      identityPolicies: principal.policies.map(({ name, document }) => ({ name, policy: document })),
      resourcePolicy: o.resourcePolicyOf?.(policyHolder(resource)),
      context: { ...context, 'aws:PrincipalArn': principal.roleArn },
    })
    if (outcome.allowed) return { allowed: true }
    return {
      allowed: false,
      message: `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} ${outcome.because}`,
    }
  }
}

/**
 * Evaluates whether an AWS service itself may do this, such as S3 notifying a queue. Only the resource's own policy
 * can allow it.
 */
export async function evaluateServiceCall(call: ServiceCall): Promise<PolicyDecision> {
  const { service, action, resource, resourcePolicy, context = {} } = call
  if (resourcePolicy === undefined)
    return { allowed: false, message: `${resource} has no policy that lets ${service} in` }
  const [error] = validateResourcePolicy(resourcePolicy)
  if (error !== undefined)
    throw new Error(`the policy of ${resource} is not valid: ${error.path}: ${error.message}`)
  const outcome = await simulate({
    principal: service,
    action,
    resource,
    identityPolicies: [],
    resourcePolicy,
    context: { 'aws:PrincipalServiceName': service, 'aws:PrincipalIsAWSService': 'true', ...context },
  })
  if (outcome.allowed) return { allowed: true }
  return {
    allowed: false,
    message: `${service} is not authorized to perform: ${action} on resource: ${resource}`,
  }
}
