import { createHash } from 'node:crypto'
import { InputError } from '../../lib/errors.ts'
import { unavailableBy } from '../../lib/unavailable.ts'
import type { IdempotencyStore } from '../../storage/stores/idempotency.ts'
import { type Refusal, refuse } from '../problems/problem.ts'
import type { HttpResponse } from '../responses.ts'
import { NONCE_BYTES, encryptAnswer, decryptAnswer } from './encrypted-answer.ts'

/** draft-ietf-httpapi-idempotency-key-header; the bare key or, as the draft has it, a quoted string. */
export const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/

const ATTEMPT_BYTES = 16

export interface IdempotencyPorts {
  readonly store: IdempotencyStore
  readonly randomBytes: (size: number) => Buffer
}

/** @throws InputError `invalid_idempotency_key` */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || IDEMPOTENCY_KEY.test(header)) return header
  throw new InputError('invalid_idempotency_key', 'Idempotency-Key is malformed')
}

export interface IdempotentRequest {
  readonly orgId: string
  readonly operation: string
  readonly key: string
  /** What has to be the same for the request to be the same. */
  readonly input: unknown
  readonly now: Date
}

/**
 * C6: carries a request out once. The same key and input get the first answer again for a day; keys are an org's and an
 * operation's own. An answer that isn't final (5xx, 429, or none at all) is forgotten, so that the same
 * key may try again, and is told when it was tried first.
 */
export async function once(
  { store, randomBytes }: IdempotencyPorts,
  { orgId, operation, key, input, now }: IdempotentRequest,
  answer: (firstAt: Date) => Promise<HttpResponse>,
): Promise<HttpResponse | Refusal> {
  const slot = `${operation}\n${key}`
  const context = `${orgId}\n${operation}`
  const fingerprint = createHash('sha256').update(JSON.stringify(input)).digest('base64url')
  const attempt = randomBytes(ATTEMPT_BYTES).toString('base64url')
  const started = await store.start(orgId, slot, { fingerprint, attempt }, now)
  switch (started.state) {
    case 'other_request':
      return refuse('idempotency_key_reused')
    case 'in_flight':
      return refuse('idempotency_in_flight')
    case 'done': {
      const { statusCode, body, contentType } = started.response
      return { statusCode, headers: { 'content-type': contentType }, body: decryptAnswer(key, context, body) }
    }
    case 'started':
      break
  }
  let response: HttpResponse
  try {
    response = await answer(started.firstAt)
  } catch (error) {
    await store.forget(orgId, slot)
    throw error
  }
  if (!isFinal(response)) await store.forget(orgId, slot)
  else
    await remember(() =>
      store.finish(orgId, slot, {
        statusCode: response.statusCode,
        contentType: response.headers['content-type'] ?? '',
        body: encryptAnswer(key, context, randomBytes(NONCE_BYTES), response.body ?? ''),
      }),
    )
  return response
}

/**
 * What was carried out is answered, even where it can't be remembered: 503 would say that nothing was done. The same key
 * is then in flight for a minute, and carried out anew after it, which finds what was done.
 */
async function remember(finish: () => Promise<void>): Promise<void> {
  try {
    await finish()
  } catch (error) {
    if (unavailableBy(error) === undefined) throw error
  }
}

/** What says to try again later isn't kept: later it would be the same. */
const isFinal = ({ statusCode }: HttpResponse): boolean => statusCode < 500 && statusCode !== 429
