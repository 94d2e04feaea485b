/** One service that hands something to another, as the template says it is to. */
import { TemplateError } from '../assembly/read-assembly.ts'
import type { ResolvedTemplate } from '../template/resolve-template.ts'

/** A service in its own name, which the receiver's policy has to let in. */
export interface ServiceSender {
  readonly service: string
  /** What it acts for: the alarm, the bucket, the rule. */
  readonly sourceArn: string
}

/** A role that a service takes on, which has to let the service do so and be allowed the rest. */
export interface RoleSender {
  readonly role: string
  readonly assumedBy: string
  /** What its trust is judged by, where the service tells any. */
  readonly sourceArn?: string
}

export interface Delivery {
  /** Which, for whoever has to mend it: `the alarm StreamAge`. */
  readonly what: string
  readonly sender: ServiceSender | RoleSender
  readonly actions: readonly string[]
  /** An ARN. */
  readonly resource: string
  /** What holds the policy and the key, where that isn't the resource itself: the bucket of an object. */
  readonly holder?: string
}

/** What a kind may need to know of the rest of the template. */
export interface ReadContext {
  readonly template: ResolvedTemplate
  /** The role of the function of this name or ARN. */
  readonly roleOf: (target: string, at: string) => string
}

/** What a service does to hand something to each kind of receiver. */
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

/** To one of the receivers that this kind of sender is known to have. */
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
