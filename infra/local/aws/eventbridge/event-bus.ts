import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import type { VirtualClock } from '../../clock/clock.ts'
import { eventBusArn, LOCAL_ACCOUNT_ID, LOCAL_REGION } from '../names.ts'
import {
  type Permission,
  ServiceError,
  type EmulatedService,
  type ServiceRequest,
  type ServiceResponse,
} from '../emulated-service.ts'
import type { LocalState } from '../state.ts'

/** Events kept for the studio and tests; a real bus keeps none. */
const MAX_EVENTS_KEPT = 10_000
const MAX_ENTRIES = 10
const MAX_ENTRY_BYTES = 256 * 1024
const SEQUENCE_DIGITS = 15
const DEFAULT_BUS = 'default'

export interface PublishedEvent {
  id: string
  bus: string
  source: string
  detailType: string
  detail: unknown
  resources: string[]
  /** On the service's clock, ISO 8601. */
  time: string
}

const publishedEvent = z.object({
  id: z.string(),
  bus: z.string(),
  source: z.string(),
  detailType: z.string(),
  detail: z.unknown(),
  resources: z.array(z.string()),
  time: z.string(),
}) satisfies z.ZodType<PublishedEvent>

const putEvents = z.object({
  Entries: z
    .array(
      z.object({
        Source: z.string().optional(),
        DetailType: z.string().optional(),
        Detail: z.string().optional(),
        EventBusName: z.string().optional(),
        Resources: z.array(z.string()).optional(),
        Time: z.number().optional(),
      }),
    )
    .min(1)
    .max(MAX_ENTRIES),
})
type Entry = z.output<typeof putEvents>['Entries'][number]

/** The form in which rules match an event and targets receive it. */
export const envelopeOf = ({ id, source, detailType, detail, resources, time }: PublishedEvent) => ({
  version: '0',
  id,
  'detail-type': detailType,
  source,
  account: LOCAL_ACCOUNT_ID,
  // EventBridge gives times in whole seconds.
  time: time.replace(/\.\d+Z$/, 'Z'),
  region: LOCAL_REGION,
  resources,
  detail,
})

export interface EventBus extends EmulatedService {
  addBus(name: string): void
  /** Publishes an AWS service's own event, which goes to the default bus. */
  publish(event: Pick<PublishedEvent, 'source' | 'detailType' | 'detail' | 'resources'>): void
  /** The listener is called with each event, before the publication is answered. */
  onPublished(listener: (event: PublishedEvent) => void): void
  /** The latest events, at most `limit` of them, in the order of publication. */
  list(limit?: number): PublishedEvent[]
}

const busName = (nameOrArn: string | undefined) =>
  (nameOrArn ?? DEFAULT_BUS).replace(/^arn:.*:event-bus\//, '')

function parseEntries({ body }: ServiceRequest): Entry[] {
  let json: unknown
  try {
    json = JSON.parse(body.toString())
  } catch {
    throw new ServiceError('SerializationException', 'The body is not JSON.')
  }
  const parsed = putEvents.safeParse(json)
  if (!parsed.success) throw new ServiceError('ValidationException', z.prettifyError(parsed.error))
  const bytes = parsed.data.Entries.reduce((sum, entry) => sum + JSON.stringify(entry).length, 0)
  if (bytes > MAX_ENTRY_BYTES)
    throw new ServiceError(
      'ValidationException',
      'Total size of the entries in the request is over the limit.',
    )
  return parsed.data.Entries
}

function detailOf(text: string): Record<string, unknown> | undefined {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

export function eventsRefusal({ code, message, status }: ServiceError): ServiceResponse {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ __type: code, message }),
  }
}

/** EventBridge's PutEvents. Published events are stored and given to listeners: see `event-rules.ts`. */
export function createEventBus({ state, clock }: { state: LocalState; clock: VirtualClock }): EventBus {
  const buses = new Set([DEFAULT_BUS])
  const newestKey = state.page('event/', { limit: 1, newestFirst: true })[0]?.[0]
  let sequence = newestKey === undefined ? 0 : Number(newestKey.slice('event/'.length))
  const listeners: ((event: PublishedEvent) => void)[] = []
  const keyOf = (n: number) => `event/${String(n).padStart(SEQUENCE_DIGITS, '0')}`

  const add = (event: PublishedEvent) => {
    state.set(keyOf(++sequence), event)
    state.delete(keyOf(sequence - MAX_EVENTS_KEPT))
    for (const listener of listeners) listener(event)
  }

  const put = (entry: Entry) => {
    const bus = busName(entry.EventBusName)
    const refuse = (ErrorCode: string, ErrorMessage: string) => ({ ErrorCode, ErrorMessage })
    const missing = (['Source', 'DetailType', 'Detail'] as const).find((field) => !entry[field])
    if (missing !== undefined) {
      return refuse(
        'InvalidArgument',
        `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`,
      )
    }
    if (entry.Source?.startsWith('aws.'))
      return refuse('NotAuthorizedForSourceException', `Not authorized for the source ${entry.Source}.`)
    const detail = detailOf(entry.Detail ?? '')
    if (detail === undefined) return refuse('MalformedDetail', 'Detail is malformed.')
    if (!buses.has(bus)) return refuse('ResourceNotFoundException', `Event bus ${bus} does not exist.`)
    const event: PublishedEvent = {
      id: randomUUID(),
      bus,
      source: entry.Source ?? '',
      detailType: entry.DetailType ?? '',
      detail,
      resources: entry.Resources ?? [],
      time: (entry.Time === undefined ? clock.now() : new Date(entry.Time * 1000)).toISOString(),
    }
    add(event)
    return { EventId: event.id }
  }

  return {
    addBus: (name) => void buses.add(name),
    publish: (event) =>
      add({ ...event, id: randomUUID(), bus: DEFAULT_BUS, time: clock.now().toISOString() }),
    onPublished: (listener) => void listeners.push(listener),
    list: (limit = MAX_EVENTS_KEPT) =>
      state
        .page('event/', { limit, newestFirst: true })
        .map(([, value]) => publishedEvent.parse(value))
        .reverse(),
    permissions(request): Permission[] {
      const names = new Set(parseEntries(request).map((entry) => busName(entry.EventBusName)))
      return [...names].map((name) => ({ action: 'events:PutEvents', resource: eventBusArn(name) }))
    },
    handle(request) {
      if (request.headers['x-amz-target'] !== 'AWSEvents.PutEvents') {
        throw new ServiceError('UnknownOperationException', 'The local event bus knows PutEvents only.')
      }
      const answers = parseEntries(request).map(put)
      const body = {
        FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length,
        Entries: answers,
      }
      return {
        status: 200,
        headers: { 'content-type': 'application/x-amz-json-1.1' },
        body: JSON.stringify(body),
      }
    },
  }
}
