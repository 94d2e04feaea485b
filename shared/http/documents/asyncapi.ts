import * as z from 'zod'
import { EVENT_SOURCE } from '../../contracts/bus-events.ts'
import { defaultMinimum } from './openapi-schemas.ts'
import { eventDetails, eventSummaries } from '../schemas/event.ts'

type Json = Readonly<Record<string, unknown>>

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** `claim.mail_failed` → `claimMailFailed` */
const messageName = (type: string): string =>
  type.replace(/[._]([a-z])/g, (_, letter: string) => letter.toUpperCase())

function schemasOfDetails(): Record<string, Json> {
  const registry = z.registry<{ id: string }>()
  for (const [subject, schema] of Object.entries(eventDetails))
    registry.add(schema, { id: `${capital(subject)}Detail` })
  const { schemas } = z.toJSONSchema(registry, {
    target: 'draft-7',
    uri: (id) => `#/components/schemas/${id}`,
    override: defaultMinimum,
  })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _schema, $id: _id, ...schema }]) => [name, schema]),
  )
}

/** EventBridge's own envelope: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
const payloadOf = (type: string): Json => ({
  type: 'object',
  required: ['id', 'detail-type', 'source', 'time', 'detail'],
  properties: {
    version: { type: 'string', const: '0' },
    id: {
      type: 'string',
      description:
        'The id of this delivery; a repeated delivery has another. `detail.id` is the stable id of the event.',
    },
    'detail-type': { type: 'string', const: type },
    source: { type: 'string', const: EVENT_SOURCE },
    account: { type: 'string' },
    time: { type: 'string', format: 'date-time' },
    region: { type: 'string' },
    resources: { type: 'array', items: { type: 'string' } },
    detail: { $ref: `#/components/schemas/${capital(type.split('.')[0] ?? '')}Detail` },
  },
})

/**
 * The AsyncAPI 3 document of the events, generated from the schemas that tests check every event against (A4).
 * @param version of the API
 */
export function asyncApiDocument(version: string) {
  const types = Object.entries(eventSummaries)
  const messages = types.map(([type, summary]) => [
    messageName(type),
    { name: type, title: type, summary, contentType: 'application/json', payload: payloadOf(type) },
  ])
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Claim service: events',
      version,
      description:
        "Every change of a claim, user, domain, setting or import, on the platform's event bus: at least once, in no promised order, with a stable id (A2).",
    },
    defaultContentType: 'application/json',
    channels: {
      changes: {
        address: '{eventBus}',
        parameters: { eventBus: { description: "The bus's name: an output of the stack." } },
        title: "The stack's event bus",
        description: 'On Amazon EventBridge. Rules match `source` and `detail-type`.',
        messages: Object.fromEntries(
          messages.map(([name]) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations: {
      publishChanges: {
        action: 'send',
        channel: { $ref: '#/channels/changes' },
        summary: 'Publishes what has changed',
      },
    },
    components: { messages: Object.fromEntries(messages), schemas: schemasOfDetails() },
  }
}
