import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import type { FaultCounts } from '../../infra/local/aws/dynamodb/faults/fault-injector.ts'
import { boot } from '../../infra/local/boot.ts'
import type { BootOptions, Running } from '../../infra/local/boot/options.ts'
import {
  type ApiAnswer,
  type ApiRequest,
  createClient,
  type ServiceClient,
} from '../../infra/local/client.ts'
import type { SigningKey } from '../../infra/local/oidc/signing-key.ts'
import { importView } from '../../infra/dev/demo/client.ts'
import { claimResultKinds, claimStatuses, claimTypes } from '../../shared/rules/enumerations.ts'

export const DOMAIN = 'noordzee.example'

export { importView }
export type ImportView = z.output<typeof importView>

export const claimView = z.looseObject({
  claimId: z.string(),
  type: z.enum(claimTypes),
  status: z.enum(claimStatuses),
  email: z.string(),
  originalUserId: z.string(),
  newUserId: z.string(),
  createdAt: z.string(),
  endsAt: z.string(),
  daysLeft: z.number(),
  notification: z.string(),
  contentLoss: z.object({ reason: z.string() }).optional(),
  licenses: z.array(z.string()),
})
export type ClaimView = z.output<typeof claimView>

export const resultView = z.looseObject({
  result: z.enum(claimResultKinds),
  codes: z.array(z.string()),
  claim: claimView.optional(),
})

/** Options of one API request. */
const MAX_ATTEMPTS = 10

type RunningService = Pick<Running, 'endpoints' | 'key' | 'stop'> & Partial<Pick<Running, 'faults'>>

/** A running service and the ways tests go through it; everything goes over HTTP and S3. */
export class World {
  readonly service: ServiceClient
  readonly #running: RunningService
  #platformToken = ''
  /** The answers with a 5xx, in order. A service that works only answers 503 with `Retry-After`. */
  readonly serverErrors: ApiAnswer[] = []
  readonly #adminTokens = new Map<string, string>()

  private constructor(running: RunningService) {
    this.#running = running
    this.service = createClient(running.endpoints, running.key)
  }

  static async boot(options: BootOptions = {}): Promise<World> {
    return World.of(await boot(options))
  }

  /** A service that is already running, in any process. */
  static async of(running: RunningService): Promise<World> {
    const world = new World(running)
    world.#platformToken = await world.service.token({ role: 'platform' })
    return world
  }

  /** The faults that DynamoDB calls of the functions have met so far, if faults are injected. */
  get faults(): FaultCounts | undefined {
    return this.#running.faults?.()
  }

  /** The key of the local issuer, to sign tokens that no issuer would. */
  get signingKey(): SigningKey {
    return this.#running.key
  }

  stop(): Promise<void> {
    return this.#running.stop()
  }

  async admin(org: string): Promise<string> {
    const known = this.#adminTokens.get(org)
    if (known !== undefined) return known
    const token = await this.service.token({ org, role: 'admin' })
    this.#adminTokens.set(org, token)
    return token
  }

  /** Calls the API as an admin of the org. */
  async as(
    org: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer> {
    return this.#ask(method, path, { token: await this.admin(org), body, headers })
  }

  async platform(method: string, path: string, body?: unknown): Promise<ApiAnswer> {
    return this.#ask(method, `/v1/platform${path}`, { token: this.#platformToken, body })
  }

  /**
   * Calls the API as a well-behaved client, which is necessary only if DynamoDB has faults. A 503 is repeated after
   * `Retry-After`. A POST carries an Idempotency-Key if it may have to be repeated (repeating the report of a sign-in
   * is harmless).
   */
  async #ask(method: string, path: string, request: ApiRequest): Promise<ApiAnswer> {
    const mayRepeat = method === 'POST' && !path.startsWith('/v1/platform/') && this.faults !== undefined
    const key = mayRepeat ? { 'idempotency-key': randomUUID() } : {}
    const headers = { ...key, ...request.headers }
    for (let attempt = 1; ; attempt++) {
      const answer = await this.service.api(method, path, { ...request, headers })
      if (answer.status >= 500) this.serverErrors.push(answer)
      const seconds = answer.headers.get('retry-after')
      if (answer.status !== 503 || seconds === null || attempt === MAX_ATTEMPTS) return answer
      await sleep(Number(seconds) * 1000)
    }
  }

  /** U2: the token of the link last mailed to a new address. */
  async confirmationPath(newEmail: string): Promise<string> {
    await this.service.settle()
    const paths = (await this.service.messages(newEmail)).flatMap(
      ({ text }) => /\/decisions\/confirmations\/[\w-]+/.exec(text)?.[0] ?? [],
    )
    const path = paths.at(-1)
    if (path === undefined) throw new Error(`no confirmation was mailed to ${newEmail}`)
    return path
  }

  async org(
    orgId: string,
    kind: 'consumer' | 'enterprise',
    more: Record<string, unknown> = {},
  ): Promise<void> {
    const body = { name: `The ${orgId} org`, kind, region: 'eu', createdAt: '2020-01-01T00:00:00Z', ...more }
    expectOk(await this.platform('PUT', `/organizations/${orgId}`, body))
  }

  async user(userId: string, more: Record<string, unknown> = {}): Promise<void> {
    const body = {
      email: `${userId}@${DOMAIN}`,
      firstName: 'Sanne',
      lastName: 'de Boer',
      orgId: 'personal',
      status: 'active',
      paid: false,
      locale: 'en',
      ...more,
    }
    expectOk(await this.platform('PUT', `/users/${encodeURIComponent(userId)}`, body))
  }

  /** D1: adds the domain, sets its TXT record, verifies it. */
  async verify(org: string, domain: string): Promise<void> {
    const added = z
      .looseObject({ txtRecord: z.looseObject({ name: z.string(), value: z.string() }) })
      .parse(expectOk(await this.as(org, 'POST', '/v1/domains', { domain })).body)
    await this.service.setTxt(added.txtRecord.name, [added.txtRecord.value])
    expectOk(await this.as(org, 'POST', `/v1/domains/${domain}/verify`))
  }

  /** Uploads a CSV for the org, and waits until the import and everything that follows is over. */
  async import(org: string, name: string, body: string | Uint8Array<ArrayBuffer>): Promise<ImportView> {
    await this.service.upload(`imports/${org}/${name}`, body)
    await this.service.settle()
    const [latest] = await this.list(importView, org, '/v1/imports')
    if (latest === undefined) throw new Error(`no import of ${name}`)
    return latest
  }

  async claim(
    org: string,
    users: unknown[],
    more: Record<string, unknown> = {},
  ): Promise<z.output<typeof resultView>[]> {
    const answer = expectOk(
      await this.as(org, 'POST', '/v1/claims', { users, acknowledgePermanent: true, ...more }),
    )
    return z.object({ results: z.array(resultView) }).parse(answer.body).results
  }

  /** Claims one address, and returns the claim. */
  async claimed(org: string, email: string, more: Record<string, unknown> = {}): Promise<ClaimView> {
    const [result] = await this.claim(org, [{ email }], more)
    if (result?.claim === undefined) throw new Error(`not claimed: ${JSON.stringify(result)}`)
    return result.claim
  }

  async claimById(org: string, claimId: string): Promise<ClaimView> {
    return claimView.parse(
      expectOk(await this.as(org, 'GET', `/v1/claims/${encodeURIComponent(claimId)}`)).body,
    )
  }

  /** All items of a list, read page by page. */
  async list<T extends z.ZodType>(item: T, org: string, path: string): Promise<z.output<T>[]> {
    return pages(item, (query) => this.as(org, 'GET', `${path}${path.includes('?') ? '&' : '?'}${query}`))
  }

  async conversations(userId: string): Promise<string[]> {
    const path = `/users/${encodeURIComponent(userId)}/conversations`
    const found = await pages(z.looseObject({ conversationId: z.string() }), (query) =>
      this.platform('GET', `${path}?${query}`),
    )
    return found.map(({ conversationId }) => conversationId).sort()
  }

  async converse(
    userId: string,
    conversationId: string,
    lastActivityAt = '2026-01-01T00:00:00Z',
  ): Promise<ApiAnswer> {
    const body = { title: `About ${conversationId}`, lastActivityAt, messages: 3, bytes: 1024 }
    return this.platform('PUT', `/users/${encodeURIComponent(userId)}/conversations/${conversationId}`, body)
  }
}

async function pages<T extends z.ZodType>(
  item: T,
  ask: (query: string) => Promise<ApiAnswer>,
): Promise<z.output<T>[]> {
  const schema = z.object({ items: z.array(item), nextCursor: z.string().optional() })
  const items: z.output<T>[] = []
  let cursor: string | undefined
  do {
    const at = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = schema.parse(expectOk(await ask(`limit=100${at}`)).body)
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return items
}

export function expectOk(answer: ApiAnswer): ApiAnswer {
  if (answer.status >= 300) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`)
  return answer
}

export const problem = (answer: ApiAnswer) =>
  z
    .looseObject({
      status: z.number(),
      code: z.string(),
      title: z.string(),
      errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    })
    .parse(answer.body)

/** A file of `events/`. */
export async function eventFile(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(`../../events/${name}`, import.meta.url)))
}

/** A small world: a consumer org, an enterprise org, and `acme`, which has verified the domain. */
export async function fillSmallWorld(world: World): Promise<void> {
  await world.org('personal', 'consumer')
  await world.org('dunes-bv', 'enterprise')
  await world.org('acme', 'enterprise', { adminEmails: ['it@noordzee.example'] })
  await world.verify('acme', DOMAIN)
}
