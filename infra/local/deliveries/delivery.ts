/** A delivery: one service sends something to another, as the template says. */
import { TemplateError } from '../assembly/read-assembly.ts'
import type { ResolvedResource, ResolvedTemplate } from '../template/resolve-template.ts'

/** A service that acts in its own name. The receiver's policy must allow it. */
export interface ServiceSender {
  readonly service: string
  /** The resource for which it acts: the alarm, the bucket, the rule. */
  readonly sourceArn: string
}

/** A role that a service assumes. Its trust policy must allow the service, and its policies must allow the actions. */
export interface RoleSender {
  readonly role: string
  readonly assumedBy: string
  /** The source that the trust policy may require, if the service gives one. */
  readonly sourceArn?: string
}

export interface Delivery {
  /** Names the delivery in errors: `the alarm StreamAge`. */
  readonly what: string
  readonly sender: ServiceSender | RoleSender
  readonly actions: readonly string[]
  /** An ARN. */
  readonly resource: string
  /** The resource with the policy and the key, if that is another one: the bucket of an object. */
  readonly holder?: string
}

/** What a reader may need from the rest of the template. */
export interface ReadContext {
  readonly template: ResolvedTemplate
  /** The role of the function with this name or ARN. */
  readonly roleOf: (target: string, at: string) => string
}

/** Reads the deliveries of a resource of one type. */
export type DeliveryReader = (resource: ResolvedResource, around: ReadContext) => Delivery[]

/** The action by which a service sends to each kind of receiver. */
const sendActions: Readonly<Record<string, string>> = {
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
  lambda: 'lambda:InvokeFunction',
}

export const serviceOf = (arn: string): string => arn.split(':')[2] ?? ''

export class UncheckedDeliveryError extends TemplateError {
  constructor(at: string, what: string) {
    super(`${at}: ${what}: this kind of delivery isn't checked here (infra/local/deliveries)`)
  }
}

/** A delivery to one of the receivers that this type of sender can have. */
export function deliver(
  what: string,
  sender: Delivery['sender'],
  arn: string,
  receivers: readonly string[],
): Delivery {
  const service = serviceOf(arn)
  const action = sendActions[service]
  if (action === undefined || !receivers.includes(service))
    throw new UncheckedDeliveryError(what, `to ${arn}`)
  return { what, sender, actions: [action], resource: arn }
}
