/**
 * Checks every delivery in the template against the policies of both sides, before anything runs. AWS refuses some
 * bad deliveries when they are deployed. It accepts others that then fail silently: an alarm that may not publish is
 * noticed only when it should have rung.
 */
import { TemplateError } from '../assembly/read-assembly.ts'
import {
  type PolicyEvaluator,
  evaluateServiceCall,
  type PolicyDecision,
} from '../aws/iam/policy-evaluation.ts'
import { LOCAL_ACCOUNT_ID, LOCAL_REGION, unqualified } from '../aws/names.ts'
import { document } from '../permissions/resource-policies.ts'
import { accessKeyOfRole, type Roles } from '../permissions/roles.ts'
import type { ResolvedTemplate } from '../template/resolve-template.ts'
import {
  type Delivery,
  type RoleSender,
  type ServiceSender,
  serviceOf,
  UncheckedDeliveryError,
} from './delivery.ts'
import { deliveryReaders, typesWithoutDeliveries } from './delivery-readers.ts'
import { type ScheduledTarget, scheduled } from './event-deliveries.ts'

/** @throws TemplateError for a type of resource or receiver that nothing here knows how to check */
export function deliveriesOf(template: ResolvedTemplate): Delivery[] {
  const functions = template.of('AWS::Lambda::Function')
  const roleOf = (qualified: string, at: string): string => {
    const target = unqualified(qualified)
    const fn = functions.find(
      ({ logicalId }) =>
        target === template.ref(logicalId) || target === template.attribute(logicalId, 'Arn'),
    )
    if (fn === undefined) throw new TemplateError(`${at}: there is no function ${target}`)
    return String(fn.properties.Role)
  }
  return template.types().flatMap((type) => {
    const kind = deliveryReaders[type]
    if (kind === undefined) {
      if (typesWithoutDeliveries.has(type)) return []
      throw new UncheckedDeliveryError(type, 'a type that nobody has said anything of')
    }
    return template.of(type).flatMap((resource) => kind(resource, { template, roleOf }))
  })
}

const sourceContext = (sourceArn: string) => ({
  'aws:SourceArn': sourceArn,
  'aws:SourceAccount': LOCAL_ACCOUNT_ID,
})

/** Gives a trust policy the resource that it lacks, which is its own role. */
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

/** The KMS actions that reading and writing an encrypted resource takes. */
const keyActions = { writes: ['kms:GenerateDataKey', 'kms:Decrypt'], reads: ['kms:Decrypt'] } as const
const isRead = (action: string) => /:(Receive|Get|Describe|Delete|List)/.test(action)

export function createDeliveryCheck(roles: Roles, evaluate: PolicyEvaluator) {
  const demand = (what: string, decision: PolicyDecision) => {
    if (!decision.allowed) throw new TemplateError(`${what}: ${decision.message ?? 'not allowed'}`)
  }

  async function byService(
    { service, sourceArn }: ServiceSender,
    delivery: Delivery,
    key: string | undefined,
  ) {
    const context = sourceContext(sourceArn)
    const ask = async (action: string, resource: string, holder: string) =>
      demand(
        delivery.what,
        await evaluateServiceCall({
          service,
          action,
          resource,
          resourcePolicy: roles.resourcePolicyOf(holder),
          context,
        }),
      )
    const { resource, holder = resource } = delivery
    for (const action of delivery.actions) await ask(action, resource, holder)
    if (key === undefined) return
    if (key.startsWith('alias/aws/'))
      throw new TemplateError(
        `${delivery.what}: ${service} may not use ${key}, which ${holder} is encrypted with`,
      )
    for (const action of keyActions.writes) await ask(action, key, key)
  }

  async function byRole(sender: RoleSender, delivery: Delivery, key: string | undefined) {
    const { role, assumedBy, sourceArn } = sender
    const decision = await evaluateServiceCall({
      service: assumedBy,
      action: 'sts:AssumeRole',
      resource: role,
      resourcePolicy: trustAsResourcePolicy(roles.byArn.get(role)?.trust, role),
      context: sourceArn === undefined ? {} : sourceContext(sourceArn),
    })
    demand(delivery.what, decision)
    const accessKeyId = accessKeyOfRole(role)
    for (const action of delivery.actions)
      demand(delivery.what, await evaluate({ accessKeyId, action, resource: delivery.resource }))
    // Everybody in the account may use a key that AWS manages, through its service.
    if (key === undefined || key.startsWith('alias/aws/')) return
    const context = {
      'kms:ViaService': `${serviceOf(delivery.holder ?? delivery.resource)}.${LOCAL_REGION}.amazonaws.com`,
      'kms:CallerAccount': LOCAL_ACCOUNT_ID,
    }
    for (const action of delivery.actions.every(isRead) ? keyActions.reads : keyActions.writes)
      demand(delivery.what, await evaluate({ accessKeyId, action, resource: key, context }))
  }

  /** @throws TemplateError that says who may not do what */
  return async function checkDelivery(delivery: Delivery): Promise<void> {
    const { sender } = delivery
    const key = roles.keyOf(delivery.holder ?? delivery.resource)
    if ('role' in sender) await byRole(sender, delivery, key)
    else await byService(sender, delivery, key)
  }
}

/** @throws TemplateError for the first delivery that AWS would refuse or drop */
export async function checkDeliveries(
  template: ResolvedTemplate,
  roles: Roles,
  evaluate: PolicyEvaluator,
): Promise<void> {
  const checkDelivery = createDeliveryCheck(roles, evaluate)
  for (const delivery of deliveriesOf(template)) await checkDelivery(delivery)
}

/** Checks what a schedule delivers that a function has created. */
export async function checkScheduled(
  roles: Roles,
  evaluate: PolicyEvaluator,
  name: string,
  target: ScheduledTarget,
): Promise<void> {
  const checkDelivery = createDeliveryCheck(roles, evaluate)
  for (const delivery of scheduled(name, target)) await checkDelivery(delivery)
}
