/** The template's event rules, and what SES publishes of which mails, as typed facts. */
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

/** Of the mails sent in a configuration set, SES publishes these on the default bus. */
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
      // Nothing is undeliverable here once the policies are judged.
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
    // The rule's ARN names any other bus, which `Fn::GetAtt` doesn't know here.
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
