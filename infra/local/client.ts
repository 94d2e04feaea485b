/** A client of the local service for tests and the demo: it uses HTTP and S3, at the addresses in `endpoints.json`. */
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import type { Endpoints } from './instance/endpoints.ts'
import { mintToken, type SigningKey, type TokenRequest } from './oidc/signing-key.ts'

const mail = z.looseObject({
  to: z.array(z.string()),
  from: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  sentAt: z.string(),
})
const clockAnswer = z.looseObject({ now: z.string() })
const settledAnswer = z.looseObject({
  settled: z.boolean(),
  deadLetters: z.record(z.string(), z.number()).default({}),
  waiting: z.record(z.string(), z.string()).optional(),
  busy: z.array(z.string()).optional(),
})
const jumpAnswer = settledAnswer.extend({
  now: z.string(),
  fired: z.array(z.object({ name: z.string(), group: z.string(), at: z.string() })),
})
const schedule = z.looseObject({ name: z.string(), group: z.string(), dueAt: z.string(), target: z.string() })
const functionReport = z.looseObject({
  name: z.string(),
  logicalId: z.string(),
  invocations: z.number(),
  errors: z.number(),
  processes: z.number(),
  pids: z.array(z.number()),
  peakRssBytes: z.number(),
  startMicroseconds: z.number(),
  workMicroseconds: z.number(),
  logBytes: z.number(),
})
const depth = z.object({ visible: z.number(), inFlight: z.number(), delayed: z.number() })
const event = z.looseObject({
  id: z.string(),
  bus: z.string(),
  source: z.string(),
  detailType: z.string(),
  detail: z.unknown(),
  time: z.string(),
})

export type Mail = z.infer<typeof mail>
export type Jump = z.infer<typeof jumpAnswer>
export type SettledAnswer = z.infer<typeof settledAnswer>
export type Schedule = z.infer<typeof schedule>
export type FunctionReport = z.infer<typeof functionReport>
export type PublishedEvent = z.infer<typeof event>

export interface ApiRequest {
  /** Sent as JSON; a text is sent as it is. */
  readonly body?: unknown
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
}
export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  /** Parsed if it is JSON, otherwise the text; undefined if there is none. */
  readonly body: unknown
}

export interface ServiceClient {
  readonly endpoints: Endpoints
  /** Mints a token. The platform's needs no `org`. It expires on the service's clock. */
  token(request: Omit<TokenRequest, 'now'>): Promise<string>
  api(method: string, path: string, request?: ApiRequest): Promise<ApiAnswer>
  /** Puts an object into the bucket. */
  upload(key: string, body: string | Uint8Array<ArrayBuffer>): Promise<void>
  /** Undefined if the object doesn't exist. */
  download(key: string): Promise<Uint8Array | undefined>
  now(): Promise<Date>
  /**
   * Moves the clock by an ISO 8601 duration, such as `P14D` or `PT1M`. Resolves when everything that falls due is
   * done.
   */
  advance(duration: string): Promise<Jump>
  /** Moves the clock to `time`, or on by a second if it is past `time` already. */
  moveTo(time: Date): Promise<Jump>
  /** @throws Error that says what is still busy, if the service doesn't settle */
  settle(): Promise<SettledAnswer>
  messages(to?: string): Promise<Mail[]>
  messageCount(to?: string): Promise<number>
  schedules(): Promise<Schedule[]>
  deleteSchedule(group: string, name: string): Promise<void>
  setTxt(name: string, txt: readonly string[]): Promise<void>
  /** Sets how the address's mailbox answers mails from now on. */
  mailbox(address: string, answers: 'ok' | 'bounce' | 'complaint'): Promise<void>
  /** Sets SES's limits from now on: see `sesLimits`. Initially there are none. */
  mailLimits(limits: Readonly<Record<string, unknown>>): Promise<void>
  functions(): Promise<FunctionReport[]>
  queues(): Promise<Record<string, z.infer<typeof depth>>>
  events(): Promise<PublishedEvent[]>
  /** Problems that the service itself has found. */
  problems(): Promise<string[]>
}

const jsonType = /^application\/(.+\+)?json/

async function readAnswer(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return undefined
  return jsonType.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text
}

/** Not a valid signature. S3 requests from outside must be signed, but any signature is accepted. */
const s3Authorization =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0'

const objectPath = (key: string): string => key.split('/').map(encodeURIComponent).join('/')

export function createClient(endpoints: Endpoints, key: SigningKey): ServiceClient {
  async function ask<T>(
    base: string,
    method: string,
    path: string,
    schema: z.ZodType<T>,
    body?: unknown,
  ): Promise<T> {
    const response = await fetch(`${base}${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    })
    const answer = await readAnswer(response)
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
    return schema.parse(answer)
  }
  const { control } = endpoints
  const now = async () => new Date((await ask(control, 'GET', '/clock', clockAnswer)).now)
  const objectUrl = (name: string) => `${endpoints.s3}/${endpoints.bucket}/${objectPath(name)}`

  return {
    endpoints,
    token: async (request) => mintToken(key, { ...request, now: await now() }),
    async api(method, path, { body, token, headers = {} } = {}) {
      const isText = typeof body === 'string'
      const response = await fetch(`${endpoints.api}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(body !== undefined && !isText && { 'content-type': 'application/json' }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
      })
      return { status: response.status, headers: response.headers, body: await readAnswer(response) }
    },
    async upload(name, body) {
      const response = await fetch(objectUrl(name), {
        method: 'PUT',
        body,
        headers: { authorization: s3Authorization, 'content-type': 'text/csv' },
      })
      if (!response.ok) throw new Error(`uploading ${name}: ${response.status} ${await response.text()}`)
    },
    async download(name) {
      const response = await fetch(objectUrl(name), { headers: { authorization: s3Authorization } })
      if (response.status === 404) return undefined
      if (!response.ok) throw new Error(`downloading ${name}: ${response.status} ${await response.text()}`)
      return new Uint8Array(await response.arrayBuffer())
    },
    now,
    advance: (duration) => ask(control, 'POST', '/clock', jumpAnswer, { advance: duration }),
    async moveTo(time) {
      // The clock runs on meanwhile, and on a slow machine it may have reached `time` by itself.
      if ((await now()) >= time) return this.advance('PT1S')
      return ask(control, 'POST', '/clock', jumpAnswer, { to: time.toISOString() })
    },
    async settle() {
      const settled = await ask(control, 'POST', '/settle', settledAnswer)
      if (!settled.settled) throw new Error(`the service doesn't settle: ${settled.busy?.join('; ')}`)
      return settled
    },
    async messages(to) {
      const query = to === undefined ? '' : `?to=${encodeURIComponent(to)}`
      return (await ask(endpoints.inbox, 'GET', `/messages${query}`, z.object({ messages: z.array(mail) })))
        .messages
    },
    async messageCount(to) {
      const query = to === undefined ? '' : `?to=${encodeURIComponent(to)}`
      const counted = z.object({ count: z.number() })
      return (await ask(endpoints.inbox, 'GET', `/messages/count${query}`, counted)).count
    },
    schedules: async () =>
      (await ask(control, 'GET', '/schedules', z.object({ schedules: z.array(schedule) }))).schedules,
    async deleteSchedule(group, name) {
      const path = `/schedules/${encodeURIComponent(group)}/${encodeURIComponent(name)}`
      await ask(control, 'DELETE', path, z.undefined())
    },
    async setTxt(name, txt) {
      await ask(control, 'POST', '/dns', z.unknown(), { name, txt })
    },
    async mailbox(address, answers) {
      await ask(control, 'POST', '/mailboxes', z.unknown(), { address, answers })
    },
    async mailLimits(limits) {
      await ask(control, 'POST', '/mail-limits', z.unknown(), limits)
    },
    functions: async () =>
      (await ask(control, 'GET', '/functions', z.object({ functions: z.array(functionReport) }))).functions,
    queues: async () =>
      (await ask(control, 'GET', '/queues', z.object({ queues: z.record(z.string(), depth) }))).queues,
    events: async () => (await ask(control, 'GET', '/events', z.object({ events: z.array(event) }))).events,
    problems: async () =>
      (await ask(control, 'GET', '/problems', z.object({ problems: z.array(z.string()) }))).problems,
  }
}

/**
 * Repeats `found` until it returns a value.
 * @throws Error after `limitMs`
 */
export async function eventually<T>(found: () => Promise<T | undefined>, limitMs = 120_000): Promise<T> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const value = await found()
    if (value !== undefined) return value
    if (performance.now() > deadline) throw new Error(`nothing came of it in ${limitMs} ms`)
    await sleep(20)
  }
}
