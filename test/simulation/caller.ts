import type { Answer, World } from './world.ts'

const ADMIN_SCOPES = 'claims:read claims:write org:read org:write'
/** Attempts of a caller that gets no answer. */
const MAX_TRIES = 6
const HTTP = { tooEarly: 409, serverError: 500 } as const

/**
 * Calls the service as its users do: retries without an answer, with the same Idempotency-Key if it must happen once.
 */
export class Caller {
  readonly #world: World
  #keys = 0

  constructor(world: World) {
    this.#world = world
  }

  admin(orgId: string, method: string, url: string, body?: unknown): Promise<Answer> {
    return this.#call(method, url, { sub: `admin-of-${orgId}`, org_id: orgId, scope: ADMIN_SCOPES }, body)
  }

  platform(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.#call(method, `/v1/platform${path}`, { sub: 'platform', scope: 'platform' }, body)
  }

  /** Calls the decision page by a mailed link. */
  user(method: string, url: string, body?: unknown): Promise<Answer> {
    return this.#call(method, url, undefined, body)
  }

  async #call(
    method: string,
    url: string,
    claims: Record<string, string> | undefined,
    body: unknown,
  ): Promise<Answer> {
    const headers = {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'POST' && claims !== undefined ? { 'idempotency-key': `key-${++this.#keys}` } : {}),
    }
    const request = {
      method,
      url,
      headers,
      ...(claims === undefined ? {} : { claims }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }
    let answer: Answer = { status: 504, body: undefined }
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      answer = await this.#world.request(request)
      if (answer.status < HTTP.serverError && codeIn(answer) !== 'idempotency_in_flight') return answer
      await this.pause(2_000 * 2 ** attempt)
    }
    return answer
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#world.scheduler.after(ms, 'a caller waits', () => resolve()))
  }
}

/** The code of a refusal. */
export function codeIn({ body }: Answer): string | undefined {
  if (typeof body !== 'object' || body === null || !('code' in body)) return undefined
  return typeof body.code === 'string' ? body.code : undefined
}
