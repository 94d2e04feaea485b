/** Reads the template's event rules, and which events SES publishes about mails. */
import * as z from 'zod'
import { TemplateError } from '../assembly/read-assembly.ts'
import { parseProperties, type ResolvedTemplate } from './resolve-template.ts'
import { flag } from './wiring-sources.ts'

export interface EventRuleDefinition {
  readonly logicalId: string
  readonly arn: string
  /** The bus's name. */
  readonly bus: string
  /** An EventBridge pattern. */
  readonly pattern: unknown
  readonly queueArns: readonly string[]
}

/** The events that SES publishes on the default bus about mails with a configuration set. */
export interface MailEventsDefinition {
  readonly configurationSet: string
  /** As SES's API spells them: `bounce`, `complaint`, … */
  readonly types: readonly string[]
}

const defaultBus = 'default'
const busNameOf = (nameOrArn: string) => nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1)

const ruleProperties = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  EventBusName: z.string().default(defaultBus),
  EventPattern: z.record(z.string(), z.unknown()),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(
    z.strictObject({
      Arn: z.string().startsWith('arn:aws:sqs:'),
      Id: z.string(),
      // Unused: once the policies are checked, every event here can be delivered.
      DeadLetterConfig: z.strictObject({ Arn: z.string().startsWith('arn:aws:sqs:') }).optional(),
    }),
  ),
})

const destinationProperties = z.strictObject({
  ConfigurationSetName: z.string(),
  EventDestination: z.strictObject({
    Name: z.string().optional(),
    Enabled: flag.default(false),
    MatchingEventTypes: z.array(z.string()),
    EventBridgeDestination: z.strictObject({ EventBusArn: z.string() }),
  }),
})

export function readEventRules(template: ResolvedTemplate): EventRuleDefinition[] {
  return template.of('AWS::Events::Rule').flatMap((resource) => {
    const { logicalId } = resource
    const properties = parseProperties(ruleProperties, resource)
    if (properties.State === 'DISABLED') return []
    const bus = busNameOf(properties.EventBusName)
    // The ARN of a rule on another bus contains the bus's name, which `Fn::GetAtt` doesn't know here.
    if (bus !== defaultBus) throw new TemplateError(`${logicalId}: only rules of the default bus work here`)
    return {
      logicalId,
      arn: template.attribute(logicalId, 'Arn'),
      bus,
      pattern: properties.EventPattern,
      queueArns: properties.Targets.map(({ Arn }) => Arn),
    }
  })
}

export function readMailEvents(template: ResolvedTemplate): MailEventsDefinition[] {
  return template.of('AWS::SES::ConfigurationSetEventDestination').flatMap((resource) => {
    const { ConfigurationSetName, EventDestination } = parseProperties(destinationProperties, resource)
    if (!EventDestination.Enabled) return []
    if (busNameOf(EventDestination.EventBridgeDestination.EventBusArn) !== defaultBus)
      throw new TemplateError(`${resource.logicalId}: SES publishes on the default bus only`)
    return { configurationSet: ConfigurationSetName, types: EventDestination.MatchingEventTypes }
  })
}
