import { createHash } from 'node:crypto'
import { InputError } from '../../lib/errors.ts'
import { unavailableBy } from '../../lib/unavailable.ts'
import type { IdempotencyStore } from '../../storage/stores/idempotency.ts'
import { type Refusal, refuse } from '../problems/problem.ts'
import type { HttpResponse } from '../responses.ts'
import { NONCE_BYTES, encryptAnswer, decryptAnswer } from './encrypted-answer.ts'

/** draft-ietf-httpapi-idempotency-key-header: the draft's quoted string, or the bare key. */
export const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/

const ATTEMPT_BYTES = 16

export interface IdempotencyPorts {
  readonly store: IdempotencyStore
  readonly randomBytes: (size: number) => Buffer
}

/**
 * Reads the Idempotency-Key header; `undefined` if there is none.
 * @throws InputError `invalid_idempotency_key`
 */
export function readIdempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || IDEMPOTENCY_KEY.test(header)) return header
  throw new InputError('invalid_idempotency_key', 'Idempotency-Key is malformed')
}

export interface IdempotentRequest {
  readonly orgId: string
  readonly operation: string
  readonly key: string
  /** A repeat must have an equal input; another input under the same key is refused. */
  readonly input: unknown
  readonly now: Date
}

/**
 * C6: carries a request out once. For a day, the same key and input get the first answer again. Keys are scoped to an
 * org and an operation. An answer that isn't final (5xx, 429, or an exception) is forgotten, so that the same key may
 * be tried again; that try is told when the first one began.
 */
export async function answerOnce(
  { store, randomBytes }: IdempotencyPorts,
  { orgId, operation, key, input, now }: IdempotentRequest,
  answer: (firstAt: Date) => Promise<HttpResponse>,
): Promise<HttpResponse | Refusal> {
  const slot = `${operation}\n${key}`
  const context = `${orgId}\n${operation}`
  const fingerprint = createHash('sha256').update(JSON.stringify(input)).digest('base64url')
  const attempt = randomBytes(ATTEMPT_BYTES).toString('base64url')
  const started = await store.start(orgId, slot, { fingerprint, attempt }, now)
  switch (started.outcome) {
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
 * Stores the answer, and ignores it if the table is unavailable: a 503 would wrongly say that nothing was done. The
 * key then stays in flight for a minute; a repeat after that is carried out anew and finds what was done.
 */
async function remember(finish: () => Promise<void>): Promise<void> {
  try {
    await finish()
  } catch (error) {
    if (unavailableBy(error) === undefined) throw error
  }
}

/** An answer that says "try again later" isn't stored, or the later try would get it again. */
const isFinal = ({ statusCode }: HttpResponse): boolean => statusCode < 500 && statusCode !== 429
